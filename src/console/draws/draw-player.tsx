import { useEffect, useState } from 'preact/hooks'
import { useQuery } from '../api/use-query'
import { Amount } from '../parts/amount'
import { TextField } from '../parts/field'
import { countText } from '../parts/numbers'
import { Failed, Loading } from '../parts/states'
import { useCan } from '../session/session'
import { href } from '../shell/route'
import { counted, takesTickets } from './draw-words'
import { type DrawFactsFragment, DrawWalletDocument, type DrawWalletFactsFragment as Wallet } from './draws.generated'
import { Fact } from './fact'
import { GrantTickets } from './grant-tickets'
import { OptIn } from './opt-in'

const EVERY_MS = 2_000

interface DrawPlayerProps {
  readonly draw: DrawFactsFragment
  readonly onDone: () => void
}

/** One player's part in the draw, looked up by name. */
export function DrawPlayer({ draw, onDone }: DrawPlayerProps) {
  const [typed, setTyped] = useState('')
  const [look, setLook] = useState({ playerId: '', turn: 0 })
  const [found, setFound] = useState('')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    setFound('')
    setLook(({ turn }) => ({ playerId: typed.trim(), turn: turn + 1 }))
  }
  return (
    <section class="card stack tight" aria-labelledby="draw-player">
      <h2 id="draw-player">A player's tickets</h2>
      <form class="row draw-look-up" onSubmit={submit}>
        <TextField label="Player id" value={typed} onChange={setTyped} input={{ required: true, maxLength: 200 }} />
        <button type="submit">Look up</button>
      </form>
      <p class="unseen" role="status">
        {found}
      </p>
      {look.playerId !== '' && (
        <PlayerWallet key={look.turn} draw={draw} playerId={look.playerId} onDone={onDone} onFound={setFound} />
      )}
    </section>
  )
}

interface PlayerWalletProps extends DrawPlayerProps {
  readonly playerId: string
  /** Once, in words; what changes afterwards is seen, not said. */
  readonly onFound: (text: string) => void
}

function PlayerWallet({ draw, playerId, onDone, onFound }: PlayerWalletProps) {
  const { data, problem, reload } = useQuery(
    DrawWalletDocument,
    { drawId: draw.id, playerId },
    { everyMs: takesTickets(draw.status) ? EVERY_MS : undefined },
  )
  useEffect(() => {
    if (data !== null) onFound(`${playerId} has ${counted(data.ticketWallet.tickets, 'ticket')} in this draw.`)
  }, [data !== null])
  const mayGive = useCan('crm') && takesTickets(draw.status)
  if (data === null) {
    return problem === null ? (
      <Loading what="Looking" />
    ) : (
      <Failed what="The player's tickets cannot be shown." problem={problem} retry={reload} />
    )
  }
  const wallet = data.ticketWallet
  const done = () => {
    reload()
    onDone()
  }
  return (
    <div class="stack tight">
      <p>
        <a href={href('players', playerId)}>{playerId}</a>
        {wallet.tickets === 0 && <span class="muted"> has no tickets in this draw.</span>}
      </p>
      <WalletFacts draw={draw} wallet={wallet} />
      {mayGive && (
        <div class="row">
          <GrantTickets draw={draw} playerId={playerId} onDone={done} />
          {draw.optInRequired && !wallet.optedIn && <OptIn draw={draw} playerId={playerId} onDone={done} />}
        </div>
      )}
    </div>
  )
}

function WalletFacts({ draw, wallet }: { readonly draw: DrawFactsFragment; readonly wallet: Wallet }) {
  return (
    <dl class="facts">
      <Fact name="Tickets">{countText(wallet.tickets)}</Fact>
      <Fact name="Stakes counted">
        <Amount value={wallet.stakeTotal} />
      </Fact>
      <Fact name="To the next ticket">
        {wallet.distanceToNextTicket === null ? '-' : <Amount value={wallet.distanceToNextTicket} />}
      </Fact>
      <Fact name="Last milestone">{wallet.lastMilestone === null ? '-' : countText(wallet.lastMilestone)}</Fact>
      {draw.optInRequired && <Fact name="Opted in">{wallet.optedIn ? 'yes' : 'no: stakes do not count yet'}</Fact>}
      {wallet.bestTickets.length > 0 && (
        <Fact name="Best tickets">{wallet.bestTickets.map(({ number }) => `no. ${countText(number)}`).join(', ')}</Fact>
      )}
      <div class="draw-wide">
        <dt>Name in the proof</dt>
        <dd class="mono">{wallet.entryId}</dd>
      </div>
    </dl>
  )
}
