import { formatInstant, type Millis, SECOND_MS } from '../kernel/time.js'
import type { Queryable } from '../storage/database.js'
import { numberArray, textArray } from '../storage/sql-text.js'
import type { PlayerRow } from './player.table.js'
import { lockShards, shardOf, shardsOf } from './player-lock.js'
import type { Suppression, SuppressionDraft } from './suppression.js'

/** Held shared while something of a shard's players is sent, exclusively while one of them is suppressed. */
const SENDING_LOCKS = 7_422
/** Longer than a reader's statement may take: a player who must be left alone is not told to try again. */
const LOCK_WAIT_SECONDS = 60

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

/** All who are suppressed at this time, by id: so many of those behind one. */
export async function suppressedBehind(
  session: Queryable,
  afterId: string,
  limit: number,
  at: Millis,
): Promise<string[]> {
  const rows = await session.rows<{ player_id: string }>(
    `/* suppressedBehind */
     SELECT player_id FROM suppression WHERE player_id > $1 AND (until_at IS NULL OR until_at > $3::timestamptz)
     ORDER BY player_id LIMIT $2`,
    [afterId, limit, formatInstant(at)],
  )
  return rows.map(row => row.player_id)
}

/**
 * How far the feed had come when each of these players was suppressed last, also where it was lifted since. A player who
 * never was is left out.
 */
export async function suppressedUpTo(
  session: Queryable,
  playerIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await session.rows<{ player_id: string; feed_id: number }>(
    `/* suppressedUpTo */
     SELECT player_id, max(feed_id) AS feed_id FROM suppression_change
     WHERE player_id = ANY($1::text[]) AND action = 'suppress' GROUP BY player_id`,
    [textArray(playerIds)],
  )
  return new Map(rows.map(row => [row.player_id, row.feed_id]))
}

/** Whether nothing is being sent to the player just now: then nothing more is until the transaction ends. */
export async function tryLockAgainstSending(session: Queryable, playerId: string): Promise<boolean> {
  const [row] = await session.rows<{ locked: boolean }>(
    '/* tryLockAgainstSending */ SELECT pg_try_advisory_xact_lock($1::int, $2::int) AS locked',
    [SENDING_LOCKS, shardOf(playerId)],
  )
  return row!.locked
}

const LOCK_NOT_AVAILABLE = '55P03'

/**
 * Waits for what is being sent to the player; true when it got the lock, and nothing more is sent until the transaction
 * ends. Whoever would send to the shard meanwhile waits behind it, also where what it waits for takes long.
 */
export async function lockAgainstSending(
  session: Queryable,
  playerId: string,
  waitMs = LOCK_WAIT_SECONDS * SECOND_MS,
): Promise<boolean> {
  await session.rows('SAVEPOINT before_lock')
  try {
    await session.rows(
      `SET LOCAL statement_timeout = '${LOCK_WAIT_SECONDS}s'; SET LOCAL lock_timeout = '${waitMs}ms';
       /* lockAgainstSending */ SELECT pg_advisory_xact_lock(${SENDING_LOCKS}, ${shardOf(playerId)});
       SET LOCAL lock_timeout TO DEFAULT`,
    )
    return true
  } catch (error) {
    if ((error as { code?: unknown }).code !== LOCK_NOT_AVAILABLE) throw error
    await session.rows('ROLLBACK TO SAVEPOINT before_lock')
    return false
  }
}

/** Waits for the batch under way that may hold the player's events, and lets no other begin. */
export const lockAgainstBatches = (session: Queryable, playerId: string): Promise<unknown> =>
  session.rows(`SET LOCAL statement_timeout = '${LOCK_WAIT_SECONDS}s'; ${lockShards([shardOf(playerId)])}`)

export const makeKnown = (session: Queryable, playerId: string): Promise<unknown> =>
  session.rows('/* makeKnown */ INSERT INTO player (player_id) VALUES ($1) ON CONFLICT (player_id) DO NOTHING', [
    playerId,
  ])

export async function isKnown(session: Queryable, playerId: string): Promise<boolean> {
  const rows = await session.rows('/* isKnown */ SELECT FROM player WHERE player_id = $1', [playerId])
  return rows.length > 0
}

type SuppressionRow = Pick<PlayerRow, 'reason' | 'since' | 'until_at' | 'suppressed_by'>
const SUPPRESSION_COLUMNS = 'reason, since, until_at, suppressed_by'

const suppressionOf = ({ reason, since, until_at, suppressed_by }: SuppressionRow): Suppression => ({
  reason: reason!,
  since: since!,
  until: until_at,
  by: suppressed_by!,
})

/** The one in force at this time of the wall clock; null where none is. */
export async function findSuppression(session: Queryable, playerId: string, at: Millis): Promise<Suppression | null> {
  const [row] = await session.rows<SuppressionRow>(
    `/* findSuppression */
     SELECT ${SUPPRESSION_COLUMNS} FROM suppression
     WHERE player_id = $1 AND (until_at IS NULL OR until_at > $2::timestamptz)`,
    [playerId, formatInstant(at)],
  )
  return row === undefined ? null : suppressionOf(row)
}

/** One that is in force keeps the time since when the player is left alone. */
export async function saveSuppression(
  session: Queryable,
  { playerId, reason, until }: SuppressionDraft,
  by: string,
  at: Millis,
): Promise<Suppression> {
  const [row] = await session.rows<SuppressionRow>(
    `/* saveSuppression */
     WITH evidence AS (
       INSERT INTO suppression_change (player_id, action, reason, until_at, changed_at, changed_by, feed_id)
       SELECT $1, 'suppress', $2, $3::timestamptz, $4::timestamptz, $5, id FROM feed_head)
     INSERT INTO suppression AS s (player_id, reason, until_at, since, suppressed_by)
     VALUES ($1, $2, $3::timestamptz, $4::timestamptz, $5)
     ON CONFLICT (player_id) DO UPDATE SET
       reason = excluded.reason, until_at = excluded.until_at, suppressed_by = excluded.suppressed_by,
       since = CASE WHEN s.until_at IS NULL OR s.until_at > excluded.since THEN s.since ELSE excluded.since END
     RETURNING ${SUPPRESSION_COLUMNS}`,
    [playerId, reason, until === null ? null : formatInstant(until), formatInstant(at), by],
  )
  return suppressionOf(row!)
}

/** False when no suppression of the player is in force. */
export async function liftSuppression(
  session: Queryable,
  playerId: string,
  reason: string,
  by: string,
  at: Millis,
): Promise<boolean> {
  const rows = await session.rows(
    `/* liftSuppression */
     WITH lifted AS (
       DELETE FROM suppression WHERE player_id = $1 AND (until_at IS NULL OR until_at > $3::timestamptz)
       RETURNING player_id)
     INSERT INTO suppression_change (player_id, action, reason, changed_at, changed_by, feed_id)
     SELECT player_id, 'lift', $2, $3::timestamptz, $4, id FROM lifted, feed_head RETURNING player_id`,
    [playerId, reason, formatInstant(at), by],
  )
  return rows.length > 0
}
