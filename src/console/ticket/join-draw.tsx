import { request } from '../api/request'
import { useAction } from '../api/use-action'
import { type MyDrawFactsFragment as Draw, MyOptInDocument } from './ticket.generated'

interface JoinDrawProps {
  readonly draw: Draw
  readonly playerId: string
}

/** Where the draw asks for it: what was played before does not count. The wallet tells when it is done. */
export function JoinDraw({ draw, playerId }: JoinDrawProps) {
  const { run, busy, problem } = useAction(() => request(MyOptInDocument, { drawId: draw.id, playerId }))
  return (
    <section class="ticket-card ticket-join">
      <p>Take part, and what you play from then on brings tickets.</p>
      <button type="button" class="primary" disabled={busy} onClick={() => void run()}>
        Take part
      </button>
      {problem !== null && (
        <p class="problem" role="alert">
          {problem.message}
        </p>
      )}
    </section>
  )
}
