import { formatInstant, type Millis } from '../kernel/time.js'
import type { Queryable } from '../storage/database.js'
import { numberArray, textArray } from '../storage/sql-text.js'
import { shardsOf } from './player-lock.js'

/** Held shared while something of a shard's players is sent, exclusively while one of them is suppressed. */
const SENDING_LOCKS = 7_422

/**
 * Until the transaction ends, no suppression of these players can commit. Ask suppressedAmong in a statement behind it:
 * what that answers then holds as long as the sending takes. Ingest does not wait for it.
 */
export const holdSending = (session: Queryable, playerIds: readonly string[]): Promise<unknown> =>
  session.rows(
    '/* holdSending */ SELECT pg_advisory_xact_lock_shared($1::int, shard) FROM unnest($2::int[]) AS shard',
    [SENDING_LOCKS, numberArray(shardsOf(playerIds))],
  )

/** Which of these players are suppressed at this time of the wall clock. Whoever decides by it holds their shard's lock. */
export async function suppressedAmong(
  session: Queryable,
  playerIds: readonly string[],
  at: Millis,
): Promise<ReadonlySet<string>> {
  const rows = await session.rows<{ player_id: string }>(
    `/* suppressedAmong */
     SELECT player_id FROM suppression
     WHERE player_id = ANY($1::text[]) AND (until_at IS NULL OR until_at > $2::timestamptz)`,
    [textArray(playerIds), formatInstant(at)],
  )
  return new Set(rows.map(row => row.player_id))
}
