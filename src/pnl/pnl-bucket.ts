import { badInput } from '../kernel/errors.js'
import type { Money } from '../kernel/money.js'
import {
  ceilTo,
  DAY_MS,
  floorTo,
  formatInstant,
  HOUR_MS,
  MINUTE_MS,
  type Millis,
  parseInstant,
} from '../kernel/time.js'

export type PnlGrain = 'MINUTE' | 'HOUR' | 'DAY'

/** What the events of one slice of event time changed: of one game, or of all that were asked for (game null). */
export interface PnlBucket {
  /** Null: of several games, or of events that name none. */
  readonly game: string | null
  readonly gameType: string | null
  readonly competition: string | null
  readonly bucketStart: Millis
  readonly bets: number
  readonly turnover: Money
  readonly payouts: Money
}

/** [from, to); null lists: whatever they are. */
export interface PnlAsked {
  readonly games: readonly string[] | null
  readonly gameTypes: readonly string[] | null
  readonly competitions: readonly string[] | null
  readonly from: Millis
  readonly to: Millis
  readonly grain: PnlGrain
  readonly perGame: boolean
}

export const BUCKETS_MAX = 50_000
export const GRAIN_MS: Readonly<Record<PnlGrain, number>> = { MINUTE: MINUTE_MS, HOUR: HOUR_MS, DAY: DAY_MS }
/** What the database knows as instants; no event lies outside. */
const EARLIEST = parseInstant('0001-01-01T00:00:00Z')!
const LATEST = parseInstant('9999-12-31T00:00:00Z')!

/** Outwards to the grain. */
export function wholeBuckets(from: Millis, to: Millis, grain: PnlGrain): { from: Millis; to: Millis } {
  if (to <= from) throw badInput('to', `must be later than from ${formatInstant(from)}`, formatInstant(to))
  const stepMs = GRAIN_MS[grain]
  return { from: Math.max(floorTo(from, stepMs), EARLIEST), to: Math.min(ceilTo(to, stepMs), LATEST) }
}

/** In percent, exact to the last digit that a double holds; null without turnover. */
export const holdPercentOf = (turnover: Money, ggr: Money): number | null =>
  turnover === 0n ? null : (Number(ggr) / Number(turnover)) * 100
