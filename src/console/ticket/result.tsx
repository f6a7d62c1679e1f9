import { useQuery } from '../api/use-query'
import { countText } from '../parts/numbers'
import {
  type MyDrawFactsFragment as Draw,
  MyAwardsDocument,
  type MyAwardsQuery,
  type MyWalletFactsFragment as Wallet,
} from './ticket.generated'

type Award = MyAwardsQuery['prizeAwards']['nodes'][number]

interface ResultProps {
  readonly draw: Draw
  readonly playerId: string
  readonly wallet: Wallet
}

/** What the draw brought to the player, and how to check it. */
export function Result({ draw, playerId, wallet }: ResultProps) {
  const { data, problem, reload } = useQuery(MyAwardsDocument, { drawId: draw.id, playerId })
  return (
    <section class="ticket-card ticket-result" aria-labelledby="ticket-result">
      <h2 id="ticket-result">Your result</h2>
      {problem !== null && (
        <p class="problem" role="alert">
          {problem.message}{' '}
          <button type="button" class="link" onClick={reload}>
            Try again
          </button>
        </p>
      )}
      {data === null && problem === null && <p role="status">Looking it up ...</p>}
      {data !== null && <Awards awards={data.prizeAwards.nodes} tickets={wallet.tickets} />}
      {wallet.bestTickets.length > 0 && (
        <p class="small">
          Your best {wallet.bestTickets.length === 1 ? 'ticket' : 'tickets'}:{' '}
          {wallet.bestTickets.map(({ number }) => `no. ${countText(number)}`).join(', ')} of {countText(wallet.tickets)}
        </p>
      )}
      <div class="ticket-proof small">
        <p>
          <a href={`./draws/${encodeURIComponent(draw.id)}/proof`} download={`draw-${draw.id}.ndjson`}>
            Download the proof of the draw
          </a>
        </p>
        {wallet.tickets > 0 && (
          <p class="muted">
            Your name in the proof: <span class="mono">{wallet.entryId}</span>
          </p>
        )}
      </div>
    </section>
  )
}

function Awards({ awards, tickets }: { readonly awards: readonly Award[]; readonly tickets: number }) {
  if (awards.length === 0) {
    return <p>{tickets === 0 ? 'You had no ticket in this draw.' : 'Your tickets were not part of this draw.'}</p>
  }
  return (
    <ul class="ticket-awards">
      {awards.map(award => (
        <li key={award.id}>
          <p class={award.outcome === 'NO_PRIZE' ? undefined : 'ticket-won'}>
            {award.outcome !== 'NO_PRIZE' && <span aria-hidden="true">★ </span>}
            {award.message}
          </p>
          <p class="muted small">
            {award.outcome === 'PRIZE' ? 'You have won' : award.outcome === 'DEFAULT' ? 'For taking part' : 'No prize'},
            with ticket {countText(award.ticket.number)}, place {countText(award.position)}
          </p>
        </li>
      ))}
    </ul>
  )
}
