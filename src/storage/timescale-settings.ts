import { DAY_MS, HOUR_MS, MINUTE_MS } from '../kernel/time.js'
import { AGGREGATES } from './aggregates.js'
import type { Database, Session } from './database.js'

const SETTINGS_LOCK = 7_420_005
/** The horizon has passed what is older, and refreshed it. */
const REFRESH_FROM_MS = 7 * DAY_MS
/** Hours are refreshed behind their minutes, and days behind their hours. */
const REFRESH_STAGGER_MS = 10 * MINUTE_MS

/**
 * Brings chunk size, retention and the policies in line with the settings. One node at a time: several that start
 * together would update the same rows of TimescaleDB's catalogue.
 */
export function applyTimescaleSettings(db: Database, chunkMs: number, retentionMs: number): Promise<void> {
  return db.transaction(async session => {
    await session.rows('/* settingsLock */ SELECT pg_advisory_xact_lock($1)', [SETTINGS_LOCK])
    await session.rows("/* chunkInterval */ SELECT set_chunk_time_interval('player_event', $1::interval)", [
      milliseconds(chunkMs),
    ])
    await session.rows("/* retentionOff */ SELECT remove_retention_policy('player_event', if_exists => true)")
    if (retentionMs > 0) {
      await session.rows("/* retentionOn */ SELECT add_retention_policy('player_event', drop_after => $1::interval)", [
        milliseconds(retentionMs),
      ])
    }
    await replaceRefreshPolicies(session, retentionMs)
  })
}

/** They must not reach events that retention has dropped: a refresh there would empty the aggregates too. */
async function replaceRefreshPolicies(session: Session, retentionMs: number): Promise<void> {
  const startMs = retentionMs > 0 ? Math.min(REFRESH_FROM_MS, retentionMs - DAY_MS) : REFRESH_FROM_MS
  for (const [i, { name }] of AGGREGATES.entries()) {
    await session.rows('/* refreshPolicyOff */ SELECT remove_continuous_aggregate_policy($1, if_exists => true)', [
      name,
    ])
    await session.rows(
      `/* refreshPolicyOn */ SELECT add_continuous_aggregate_policy($1, start_offset => $2::interval,
         end_offset => $3::interval, schedule_interval => $4::interval, initial_start => now() + $5::interval,
         buckets_per_batch => 0)`,
      [
        name,
        milliseconds(startMs),
        milliseconds(DAY_MS),
        milliseconds(HOUR_MS),
        milliseconds(HOUR_MS + i * REFRESH_STAGGER_MS),
      ],
    )
  }
}

const milliseconds = (ms: number): string => `${ms} milliseconds`
