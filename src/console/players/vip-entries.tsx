import { Amount } from '../parts/amount'
import { Badge } from '../parts/badge'
import { countText } from '../parts/numbers'
import { Empty } from '../parts/states'
import { type Column, Table } from '../parts/table'
import { Time } from '../parts/time'
import { windowText } from '../parts/times'
import { href } from '../shell/route'
import type { PlayerHeadQuery } from './players.generated'

type Entry = NonNullable<PlayerHeadQuery['player']>['vipEntries'][number]

export function PlayerVipEntries({ entries }: { readonly entries: readonly Entry[] }) {
  return (
    <section class="card stack tight" aria-labelledby="vip-title">
      <h2 id="vip-title">Latest VIP entries</h2>
      {entries.length === 0 ? (
        <Empty title="This player has not been a VIP yet">
          An entry appears at the bet that takes the player above a policy's threshold.
        </Empty>
      ) : (
        <Table
          caption="VIP entries of this player, newest first"
          columns={COLUMNS}
          rows={entries}
          keyOf={entry => entry.id}
          minWidth="46rem"
        />
      )}
    </section>
  )
}

const COLUMNS: Column<Entry>[] = [
  { title: 'Entered', width: '10rem', cell: entry => <Time at={entry.enteredAt} seconds /> },
  {
    title: 'Policy',
    cell: entry => (
      <>
        <a href={href('admin', 'policies')}>{entry.policyId}</a>{' '}
        {entry.suppressed && <Badge tone="warn">not delivered</Badge>}
      </>
    ),
  },
  { title: 'Amount', width: '7.5rem', numeric: true, cell: entry => <Amount value={entry.amount} /> },
  { title: 'Events', width: '4.5rem', numeric: true, cell: entry => countText(entry.eventCount) },
  {
    title: 'Window',
    width: '13.5rem',
    cell: ({ windowStart, windowEnd }) => (
      <span class="player-window" title={`${windowStart} - ${windowEnd}`}>
        {windowText(windowStart, windowEnd)}
      </span>
    ),
  },
]
