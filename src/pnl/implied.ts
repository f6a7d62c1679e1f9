import { MONEY_SCALE, type Money } from '../kernel/money.js'
import { type BetEvent, isNewer, type Stamp } from './bet.js'

/** The odds that a bet was offered at, whatever became of the bet: what was quoted stays quoted. */
export interface Quote extends Stamp {
  readonly odds: Money
}

/** By selection, the latest quote of each. */
export type Quotes = ReadonlyMap<string, Quote>

export interface MarketQuote extends Quote {
  readonly game: string
  readonly betMarket: string
  readonly selection: string
}

export function quoteOf(event: BetEvent): MarketQuote | null {
  const { eventType, game, betMarket, selection, odds, occurredAt, eventId } = event
  if (eventType !== 'bet' || game === null || betMarket === null || selection === null || odds === null) return null
  return { game, betMarket, selection, odds, occurredAt, eventId }
}

export const latest = (known: Quote | undefined, quote: Quote): Quote =>
  known === undefined || isNewer(quote, known) ? quote : known

const inverse = (odds: Money): number => Number(MONEY_SCALE) / Number(odds)

/**
 * The bookmaker's margin: the sum of 1/odds over a market's selections, never below 1, which is also that of a bet that
 * names no market. Added up in the order of the odds, so that the same market gives the same double on every node.
 */
export function overroundOf(odds: readonly Money[]): number {
  const ascending = odds.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  return Math.max(
    1,
    ascending.reduce((total, one) => total + inverse(one), 0),
  )
}

export const impliedProbability = (odds: Money, overround: number): number => inverse(odds) / overround
