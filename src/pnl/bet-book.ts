import { type Contribution, contributionOf } from '../events/contribution.js'
import type { Money } from '../kernel/money.js'
import { type Bet, type BetEvent, type Closing, isNewer, type OpenBet, openBetOf, type PlacedBet } from './bet.js'

export interface BetStep {
  /** The very same object where nothing of it changed: nothing to write. */
  readonly state: Bet | null
  readonly change: BetChange
}

export interface BetChange {
  readonly game: string | null
  readonly contribution: Contribution
  /** How many bets there are more. */
  readonly bets: number
  /** An open bet that is no longer, and one that now is. Both where a correction changed its stake or odds. */
  readonly closes: OpenBet | null
  readonly opens: OpenBet | null
}

const UNKNOWN: Bet = { game: null, placed: null, closing: null, winnings: 0n, cancelled: false }
const CANCELLED: Bet = { ...UNKNOWN, cancelled: true }
const ABOUT_MONEY: ReadonlySet<string> = new Set(['bet', 'win', 'settlement', 'refund', 'rollback'])

export const isAboutMoney = (event: Pick<BetEvent, 'eventType'>): boolean => ABOUT_MONEY.has(event.eventType)

export const concernsBet = (event: Pick<BetEvent, 'eventType' | 'betId'>): boolean =>
  event.betId !== null && isAboutMoney(event)

/**
 * The life of one bet id. An event in, and out comes what is now known and what that changes. Where a bet ends does not
 * depend on the order in which its events arrive; each arrival contributes the difference that it makes.
 *
 * - `bet` counts its stake, once. It is open where it has odds and nothing has closed it. Of several bets under one id the
 *   earliest by (occurredAt, eventId) stands: a bet is placed once, and what comes later under its id repeats it. Where
 *   an earlier one arrives with another stake, its arrival contributes the difference.
 * - `settlement` and `refund` close it and count their amount as its payout, whatever the result (a lost one pays its
 *   amount too, which a producer sends as 0; a refund gives back its amount, no more than it says). Of several the newest
 *   by (occurredAt, eventId) stands, refunds among them; one that is older changes nothing. Before its bet a closing is
 *   kept, waits and contributes nothing; the arrival of the bet then contributes stake and payout, and opens nothing.
 * - `win` counts its amount at once, bet or no bet, and closes nothing: of several, all count.
 * - `rollback` takes back all that was counted, and for good: a bet, closing or win that arrives behind it contributes
 *   nothing, so a rollback may come first. What it names as its amount is not asked.
 * - All of it counts in one game, that of the first bet or win that arrived: a settlement need not name it.
 * - An event without a bet id contributes its amount and keeps no state.
 *
 * An event that is stored already must not come here again: a bet or closing would change nothing, a win would count twice.
 */
export function advance(state: Bet | null, event: BetEvent): BetStep {
  if (!concernsBet(event)) return { state, change: changeWithoutBet(event) }
  const before = state ?? UNKNOWN
  const after = next(before, event)
  return { state: after === before ? state : after, change: difference(before, after) }
}

function next(bet: Bet, event: BetEvent): Bet {
  if (bet.cancelled) return bet
  const named = bet.placed === null && bet.winnings === 0n ? event.game : bet.game
  switch (event.eventType) {
    case 'bet':
      return bet.placed === null || isNewer(bet.placed, event) ? { ...bet, game: named, placed: placedBy(event) } : bet
    case 'win':
      return event.amount === 0n ? bet : { ...bet, game: named, winnings: bet.winnings + event.amount }
    case 'rollback':
      return { ...CANCELLED, game: named }
    default:
      return bet.closing === null || isNewer(event, bet.closing) ? { ...bet, closing: closedBy(event) } : bet
  }
}

function difference(before: Bet, after: Bet): BetChange {
  if (before === after) return { game: after.game, contribution: { turnover: 0n, payouts: 0n }, bets: 0, ...UNMOVED }
  const contribution = {
    turnover: stakeOf(after) - stakeOf(before),
    payouts: payoutsOf(after) - payoutsOf(before),
  }
  const bets = Number(after.placed !== null) - Number(before.placed !== null)
  const closes = openBetOf(before)
  const opens = openBetOf(after)
  const moved = closes === null || opens === null || !alike(closes, opens)
  return { game: after.game, contribution, bets, ...(moved ? { closes, opens } : UNMOVED) }
}

const UNMOVED = { closes: null, opens: null }

const stakeOf = (bet: Bet): Money => bet.placed?.stake ?? 0n
const payoutsOf = (bet: Bet): Money => bet.winnings + (bet.placed === null ? 0n : (bet.closing?.payout ?? 0n))

const alike = (a: OpenBet, b: OpenBet): boolean =>
  a.stake === b.stake &&
  a.odds === b.odds &&
  a.probability === b.probability &&
  a.betMarket === b.betMarket &&
  a.selection === b.selection

function placedBy(event: BetEvent): PlacedBet {
  const { occurredAt, eventId, amount, odds, probability, betMarket, selection } = event
  return { occurredAt, eventId, stake: amount, odds, probability, betMarket, selection }
}

export const closedBy = ({ occurredAt, eventId, amount, eventType, result }: BetEvent): Closing => ({
  occurredAt,
  eventId,
  payout: amount,
  result: eventType === 'refund' ? null : result,
})

const changeWithoutBet = (event: BetEvent): BetChange => ({
  game: event.game,
  contribution: contributionOf(event),
  bets: event.eventType === 'bet' ? 1 : 0,
  ...UNMOVED,
})
