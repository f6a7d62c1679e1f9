import { Amount } from '../parts/amount'
import { countText } from '../parts/numbers'
import type { MyDrawFactsFragment as Draw, MyWalletFactsFragment as Wallet } from './ticket.generated'

interface TicketCountProps {
  readonly draw: Draw
  readonly wallet: Wallet | null
}

/** How many there are, as large as it goes; it grows as the player plays. */
export function TicketCount({ draw, wallet }: TicketCountProps) {
  const staked = draw.stakePerTicket !== null
  const tickets = wallet?.tickets ?? null
  return (
    <section class={`ticket-card ticket-stub ${staked ? 'torn' : ''}`} aria-label="Your tickets">
      <p class="ticket-count" role="status" aria-atomic="true">
        <span key={tickets} class="ticket-number number">
          {tickets === null ? '–' : countText(tickets)}
        </span>{' '}
        <span class="ticket-word">{tickets === 1 ? 'ticket' : 'tickets'}</span>
      </p>
      {staked && (
        <p class="ticket-stakes muted">
          {wallet === null ? (
            'Counting ...'
          ) : (
            <>
              <Amount value={wallet.stakeTotal} /> played in this draw
            </>
          )}
        </p>
      )}
    </section>
  )
}
