import type { Money } from '../kernel/money.js'
import type { PlayerEvent } from './player-event.js'

/** What one event changes of turnover (stakes) and payouts (what went back to players). */
export interface Contribution {
  readonly turnover: Money
  readonly payouts: Money
}

const NOTHING: Contribution = { turnover: 0n, payouts: 0n }

export function contributionOf(event: Pick<PlayerEvent, 'eventType' | 'amount'>): Contribution {
  switch (event.eventType) {
    case 'bet':
      return { turnover: event.amount, payouts: 0n }
    case 'win':
    case 'settlement':
    case 'refund':
      return { turnover: 0n, payouts: event.amount }
    default:
      return NOTHING
  }
}
