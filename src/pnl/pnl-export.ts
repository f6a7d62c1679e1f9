import type { Millis } from '../kernel/time.js'
import { GRAIN_MS, type PnlGrain } from './pnl-bucket.js'

export interface Span {
  readonly from: Millis
  readonly to: Millis
}

/** About as many buckets of a game in each. */
const BUCKETS_A_SLICE = 24 * 60

/** In order and without gaps: each is read at once, and what lies behind it only when its rows have been taken. */
export function* slicesOf({ from, to }: Span, grain: PnlGrain): Generator<Span> {
  const step = GRAIN_MS[grain] * BUCKETS_A_SLICE
  for (let start = from; start < to; start += step) yield { from: start, to: Math.min(to, start + step) }
}
