import { type Clock, type Millis, parseInstant } from '../kernel/time.js'

export const ID_LENGTH_MAX = 200
export const NAME_LENGTH_MAX = 200
export const JSON_DEPTH_MAX = 16
export const RAW_KEPT_MAX = 2_000
export const ODDS_MAX = 1_000_000n * 10_000n
/** Windows are aligned to the Unix epoch, and nothing was bet online before it. */
export const OCCURRED_AT_MIN: Millis = parseInstant('1970-01-01T00:00:00Z')!

export const SETTLEMENT_RESULTS: ReadonlySet<string> = new Set([
  'won',
  'lost',
  'void',
  'cashout',
  'half_won',
  'half_lost',
])

/** What an event is checked against. A body may stream for hours, so the time is asked for each. */
export interface EventRules {
  readonly clock: Clock
  readonly aheadMs: number
  /** 0: nothing is refused for its age. */
  readonly retentionMs: number
  readonly baseCurrency: string
  /** Names an event that came without an id. */
  readonly nameEvent: (index: number) => string
}
