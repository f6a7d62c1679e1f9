import { useId } from 'preact/hooks'
import { Amount } from '../parts/amount'
import { countText, moneyText } from '../parts/numbers'
import { progressTo, WHOLE } from './progress'
import type { MyDrawFactsFragment as Draw, MyWalletFactsFragment as Wallet } from './ticket.generated'

interface NextTicketProps {
  readonly draw: Draw
  readonly wallet: Wallet
}

/** What brings the next one. */
export function NextTicket({ draw, wallet }: NextTicketProps) {
  const id = useId()
  const { stakePerTicket, maxTicketsPerPlayer } = draw
  const distance = wallet.distanceToNextTicket
  if (stakePerTicket === null) return <p class="ticket-note muted">Tickets of this draw are given by the casino.</p>
  if (distance === null) {
    if (maxTicketsPerPlayer === null || wallet.tickets < maxTicketsPerPlayer) return null
    return <p class="ticket-note">You have all {countText(maxTicketsPerPlayer)} tickets that a player can have.</p>
  }
  return (
    <section class="ticket-card">
      <p id={id} class="ticket-line">
        <span>To the next ticket</span>
        <strong>
          <Amount value={distance} />
        </strong>
      </p>
      <progress
        class="ticket-progress"
        max={WHOLE}
        value={progressTo(stakePerTicket, distance)}
        aria-labelledby={id}
        aria-valuetext={`${moneyText(distance)} of ${moneyText(stakePerTicket)} left`}
      />
      <p class="muted small">Every {moneyText(stakePerTicket)} played brings one.</p>
    </section>
  )
}
