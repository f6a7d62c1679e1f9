import { Amount } from '../parts/amount'
import { countText } from '../parts/numbers'
import { Empty, Failed, Loading } from '../parts/states'
import { type Column, Table } from '../parts/table'
import { Time } from '../parts/time'
import { href } from '../shell/route'
import { type DrawWallet, useWallets } from './use-wallets'

export function Tickets({ playerId }: { readonly playerId: string }) {
  const { wallets, problem, reload } = useWallets(playerId)
  return (
    <section class="card stack tight" aria-labelledby="tickets-title">
      <h2 id="tickets-title">Tickets in open draws</h2>
      {problem !== null && wallets === null && (
        <Failed what="Tickets cannot be shown." problem={problem} retry={reload} />
      )}
      {wallets === null && problem === null && <Loading what="Loading the tickets" />}
      {wallets?.length === 0 && (
        <Empty title="No draw is open">
          <a href={href('draws')}>To the draws</a>
        </Empty>
      )}
      {wallets !== null && wallets.length > 0 && (
        <Table
          caption="Tickets of this player in open draws"
          columns={COLUMNS}
          rows={wallets}
          keyOf={wallet => wallet.drawId}
          minWidth="44rem"
        />
      )}
    </section>
  )
}

const COLUMNS: Column<DrawWallet>[] = [
  {
    title: 'Draw',
    cell: ({ id, name }) => (
      <a href={href('draws', id)} title={id}>
        {name}
      </a>
    ),
  },
  {
    title: 'Tickets',
    width: '6rem',
    numeric: true,
    cell: ({ tickets, optInRequired, optedIn }) =>
      optInRequired && !optedIn ? <span class="muted">no opt-in</span> : countText(tickets),
  },
  { title: 'Staked', width: '7.5rem', numeric: true, cell: wallet => <Amount value={wallet.stakeTotal} /> },
  {
    title: 'To the next',
    width: '7rem',
    numeric: true,
    cell: ({ distanceToNextTicket }) => (distanceToNextTicket === null ? '-' : <Amount value={distanceToNextTicket} />),
  },
  { title: 'Drawn at', width: '11rem', cell: wallet => <Time at={wallet.drawsAt} /> },
]
