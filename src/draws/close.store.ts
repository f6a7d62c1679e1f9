import { formatInstant, type Millis } from '../kernel/time.js'
import type { Queryable } from '../storage/database.js'
import { numeric, textArray } from '../storage/sql-text.js'
import { TICKETS_MAX } from './draw.js'
import type { EntryPage } from './entry-pages.js'
import type { StoredDraw } from './stored-draw.js'

/** Held by the connection that moves a draw on: the database lets it go when its node dies. */
const DRAW_LOCKS = 7_423

export async function tryLockDraw(session: Queryable, drawId: string): Promise<boolean> {
  const [lock] = await session.rows<{ mine: boolean }>(
    '/* tryLockDraw */ SELECT pg_try_advisory_lock($1::int, hashtext($2)) AS mine',
    [DRAW_LOCKS, drawId],
  )
  return lock!.mine
}

export const unlockDraw = (session: Queryable, drawId: string): Promise<unknown> =>
  session.rows('/* unlockDraw */ SELECT pg_advisory_unlock($1::int, hashtext($2))', [DRAW_LOCKS, drawId])

/** Hold the rules. A second time it keeps when it was executed first, and may be forced then. */
export const markExecuted = (session: Queryable, id: string, forced: boolean, at: Millis): Promise<unknown> =>
  session.rows(
    `/* markExecuted */
     UPDATE draw SET executed_at = coalesce(executed_at, $2::timestamptz), forced = forced OR $3 WHERE id = $1`,
    [id, formatInstant(at), forced],
  )

/** Until the transaction ends nobody else changes the draw. Read it in a statement behind it. */
export const lockDrawRow = (session: Queryable, id: string): Promise<unknown> =>
  session.rows('/* lockDrawRow */ SELECT FROM draw WHERE id = $1 FOR NO KEY UPDATE', [id])

/** Hold the rules. */
export const saveEntropy = (session: Queryable, id: string, value: string): Promise<unknown> =>
  session.rows('/* saveEntropy */ UPDATE draw SET entropy = $2 WHERE id = $1 AND entropy IS NULL', [id, value])

/** Hold the rules exclusively: batches of the next revision leave it out. */
export const markClosed = (session: Queryable, number: number, at: Millis): Promise<unknown> =>
  session.rows(
    `/* markClosed */
     WITH head AS (UPDATE rules_head SET revision = revision + 1)
     UPDATE draw SET closed_at = $2::timestamptz WHERE number = $1 AND closed_at IS NULL`,
    [number, formatInstant(at)],
  )

/** For the rest of the transaction: it reads what a draw of millions has, and no table is in the way of anybody. */
export const allowLongReads = (session: Queryable): Promise<unknown> =>
  session.rows(
    `/* allowLongReads */
     SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL work_mem = '64MB'`,
  )

const ticketsOf = (stake: string, granted: string): string =>
  `least($2::numeric, coalesce(div(${stake}, $3::numeric), 0) + ${granted})::int`

/**
 * Everybody's account in the draw as it is: what ticket-rule.ts says of one player. Rows that are new are known to be
 * new: asking of a million whether they are there takes as long again.
 */
export const settleAccounts = (session: Queryable, draw: StoredDraw): Promise<unknown> =>
  session.rows(
    `/* settleAccounts */
     WITH stake AS NOT MATERIALIZED (
       SELECT player_id, (stakes::numeric[])[array_position(draws::int[], $4::int)] AS stake
       FROM draw_stake WHERE $4::int = ANY(draws::int[])),
     taking_part AS (
       UPDATE draw_entry e SET
         stake_total = coalesce(stake, 0), tickets = ${ticketsOf('coalesce(stake, 0)', 'e.granted')}, excluded = false
       FROM draw_entry p LEFT JOIN stake USING (player_id)
       WHERE p.draw_number = $1::int AND e.draw_number = $1::int AND e.player_id = p.player_id)
     INSERT INTO draw_entry (draw_number, player_id, stake_total, tickets)
     SELECT $1::int, player_id, stake, ${ticketsOf('stake', '0')} FROM stake
     WHERE NOT EXISTS (SELECT FROM draw_entry p WHERE p.draw_number = $1::int AND p.player_id = stake.player_id)
     ORDER BY player_id`,
    [
      draw.number,
      draw.maxTicketsPerPlayer ?? TICKETS_MAX,
      draw.stakePerTicket === null ? null : numeric(draw.stakePerTicket),
      draw.counting,
    ],
  )

/** Those of these players who have tickets are not drawn; returns how many they are. */
export async function excludePlayers(
  session: Queryable,
  drawNumber: number,
  playerIds: readonly string[],
): Promise<number> {
  const [row] = await session.rows<{ players: number }>(
    `/* excludePlayers */
     WITH excluded AS (
       UPDATE draw_entry SET excluded = true
       WHERE draw_number = $1 AND player_id = ANY($2::text[]) AND tickets > 0 RETURNING player_id)
     SELECT count(*) AS players FROM excluded`,
    [drawNumber, textArray(playerIds)],
  )
  return row!.players
}

export async function countEntrants(session: Queryable, drawNumber: number): Promise<number> {
  const [row] = await session.rows<{ players: number }>(
    `/* countEntrants */
     SELECT count(*) AS players FROM draw_entry WHERE draw_number = $1 AND tickets > 0 AND NOT excluded`,
    [drawNumber],
  )
  return row!.players
}

/** Rows that were written a moment ago have no statistics: for the rest of the transaction pages come from the key. */
export const readByKey = (session: Queryable): Promise<unknown> =>
  session.rows(
    '/* readByKey */ SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off',
  )

export interface EntrantsPage {
  /** Of each player: the length of its id in two bytes, the id, its tickets in four. */
  readonly players: Buffer
  readonly lastId: string
}

/** Those whose tickets are drawn, behind a player; null: there are no more. */
export async function pageOfEntrants(
  session: Queryable,
  drawNumber: number,
  afterId: string,
  limit: number,
): Promise<EntrantsPage | null> {
  const [row] = await session.rows<{ players: Buffer | null; last_id: string | null }>(
    `/* pageOfEntrants */
     SELECT string_agg(int2send(octet_length(player_id)::int2) || convert_to(player_id, 'UTF8') || int4send(tickets), ''::bytea)
       AS players, max(player_id) AS last_id
     FROM (
       SELECT player_id, tickets FROM draw_entry
       WHERE draw_number = $1 AND player_id > $2 AND tickets > 0 AND NOT excluded
       ORDER BY draw_number, player_id LIMIT $3) p`,
    [drawNumber, afterId, limit],
  )
  return row!.players === null ? null : { players: row!.players, lastId: row!.last_id! }
}

export const insertEntryPage = (session: Queryable, drawNumber: number, page: EntryPage): Promise<unknown> =>
  session.rows(
    `/* insertEntryPage */
     INSERT INTO draw_entry_page (draw_number, page, first_entry_id, entries) VALUES ($1, $2, $3::uuid, $4)`,
    [drawNumber, page.page, page.firstEntryId, page.entries],
  )

export interface FrozenCounts {
  readonly entriesHash: string
  readonly entries: number
  readonly tickets: number
  readonly excluded: number
}

/** Hold the rules. False when the draw was cancelled meanwhile. */
export async function markFrozen(session: Queryable, drawNumber: number, frozen: FrozenCounts): Promise<boolean> {
  const rows = await session.rows(
    `/* markFrozen */
     UPDATE draw SET settled = true, entries_hash = $2, entries_total = $3, tickets_total = $4, excluded = $5
     WHERE number = $1 AND closed_at IS NOT NULL AND entries_hash IS NULL AND cancelled_at IS NULL RETURNING id`,
    [drawNumber, frozen.entriesHash, frozen.entries, frozen.tickets, frozen.excluded],
  )
  return rows.length > 0
}
