import { ceilTo, DAY_MS, floorTo, formatInstant, HOUR_MS, MINUTE_MS, type Millis, PANE_MS } from '../kernel/time.js'
import type { Database, Session } from './database.js'

/** A continuous aggregate that serves what lies below the horizon, in buckets that lie there as a whole. */
export interface Aggregate {
  readonly name: string
  readonly bucketMs: number
  /**
   * Buckets that are this near to each other share one refresh. A refresh reads the whole chunk (no index of the events
   * goes by time), and then makes all buckets between its first and its last anew.
   */
  readonly refreshGapMs: number
}

export const PLAYER_5M: Aggregate = {
  name: 'history.player_activity_5m',
  bucketMs: PANE_MS,
  refreshGapMs: HOUR_MS,
}
export const GAME_1M: Aggregate = { name: 'history.game_pnl_1m', bucketMs: MINUTE_MS, refreshGapMs: 6 * HOUR_MS }
export const GAME_1H: Aggregate = { name: 'history.game_pnl_1h', bucketMs: HOUR_MS, refreshGapMs: DAY_MS }
export const GAME_1D: Aggregate = { name: 'history.game_pnl_1d', bucketMs: DAY_MS, refreshGapMs: 30 * DAY_MS }

/** In the order in which they are refreshed: hours are sums of minutes, and days of hours. */
export const AGGREGATES: readonly Aggregate[] = [PLAYER_5M, GAME_1M, GAME_1H, GAME_1D]

export interface Range {
  readonly from: Millis
  readonly to: Millis
}

/** The buckets that these times have a part in, and that lie wholly below the horizon. */
export function wholeBuckets({ bucketMs }: Aggregate, { from, to }: Range, horizon: Millis): Range {
  return { from: floorTo(from, bucketMs), to: Math.min(ceilTo(to, bucketMs), floorTo(horizon, bucketMs)) }
}

/** Of TimescaleDB: nothing else refreshes as long, and each of the two jobs that do would be the other's error. */
const REFRESH_LOCK = 7_420_006

/**
 * Lends a session in which aggregates are refreshed. Its work is alone in the whole database: of two refreshes at once
 * TimescaleDB fails one, and the horizon stays where it is while what is late is brought up to date. A refresh can't
 * run inside a transaction, and must not be cut short by the pool's statement timeout.
 */
export function refreshing<T>(db: Database, work: (session: Session) => Promise<T>): Promise<T> {
  return db.withSession(async session => {
    await session.rows('SET statement_timeout = 0')
    await session.rows('/* refreshLock */ SELECT pg_advisory_lock($1)', [REFRESH_LOCK])
    try {
      return await work(session)
    } finally {
      await session.rows('/* refreshDone */ SELECT pg_advisory_unlock($1)', [REFRESH_LOCK])
      await session.rows('RESET statement_timeout')
    }
  })
}

/**
 * Recomputes what has changed there; costs little where nothing has. In one step: the ten buckets a step that
 * TimescaleDB 2.28 takes by itself read the same chunk again for each.
 */
export async function refresh(session: Session, { name }: Aggregate, { from, to }: Range): Promise<void> {
  if (from >= to) return
  const range = `'${formatInstant(from)}'::timestamptz, '${formatInstant(to)}'::timestamptz`
  await session.rows(`CALL refresh_continuous_aggregate('${name}', ${range}, options => '{"buckets_per_batch": 0}')`)
}
