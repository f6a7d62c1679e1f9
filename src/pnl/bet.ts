import type { PlayerEvent } from '../events/player-event.js'
import type { Money } from '../kernel/money.js'
import type { Millis } from '../kernel/time.js'

/** Money times odds: hundred-millionths, so that what open bets may cost is never rounded. */
export type FineMoney = bigint

/** What a bet's life asks of an event. */
export type BetEvent = Pick<
  PlayerEvent,
  | 'eventId'
  | 'eventType'
  | 'amount'
  | 'occurredAt'
  | 'game'
  | 'betId'
  | 'betMarket'
  | 'selection'
  | 'odds'
  | 'probability'
  | 'result'
>

/** One of several that say the same kind of thing is chosen by (occurredAt, eventId), never by arrival. */
export interface Stamp {
  readonly occurredAt: Millis
  readonly eventId: string
}

export interface PlacedBet extends Stamp {
  readonly stake: Money
  /** Null: the bet counts, but it is never open. */
  readonly odds: Money | null
  readonly probability: number | null
  readonly betMarket: string | null
  readonly selection: string | null
}

/** A settlement, or a refund (result null): what went back to the player. */
export interface Closing extends Stamp {
  readonly payout: Money
  readonly result: string | null
}

/** All that is known of one bet id: one row. No state is kept of an id that nothing was heard of. */
export interface Bet {
  /** Where all that this bet contributes counts: the game of the first bet or win that arrived. */
  readonly game: string | null
  readonly placed: PlacedBet | null
  readonly closing: Closing | null
  /** Of `win` events with this bet id; they count at once and close nothing. */
  readonly winnings: Money
  /** For good: whatever else arrives contributes nothing. */
  readonly cancelled: boolean
}

/** What the house may have to pay for. Linear in the stake: bets that differ in nothing else may be added up into one. */
export interface OpenBet {
  readonly stake: Money
  readonly odds: Money
  readonly probability: number | null
  readonly betMarket: string | null
  readonly selection: string | null
}

/** `waiting`: settled or refunded, and its bet has not come. `counted`: a bet without odds, or wins alone. */
export type BetStatus = 'waiting' | 'open' | 'counted' | 'closed' | 'cancelled'

export function statusOf(bet: Bet): BetStatus {
  if (bet.cancelled) return 'cancelled'
  if (bet.closing !== null) return bet.placed === null ? 'waiting' : 'closed'
  return bet.placed === null || bet.placed.odds === null ? 'counted' : 'open'
}

export function openBetOf(bet: Bet): OpenBet | null {
  if (statusOf(bet) !== 'open') return null
  const { stake, odds, probability, betMarket, selection } = bet.placed!
  return { stake, odds: odds!, probability, betMarket, selection }
}

export const liabilityOf = (bet: Pick<OpenBet, 'stake' | 'odds'>): FineMoney => bet.stake * bet.odds

export const isNewer = (a: Stamp, b: Stamp): boolean =>
  a.occurredAt === b.occurredAt ? a.eventId > b.eventId : a.occurredAt > b.occurredAt
