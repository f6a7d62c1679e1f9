import { formatInstant, type Millis } from '../kernel/time.js'
import type { Queryable } from '../storage/database.js'
import { textArray } from '../storage/sql-text.js'
import type { BetName } from './bet.store.js'

/** A bet that is over: settled or refunded, or cancelled. */
const OVER = '(cancelled OR (placed_at IS NOT NULL AND closed_at IS NOT NULL))'

const blockOf = (parameter: string) => `('(' || ${parameter}::bigint || ',0)')::tid`

/** The blocks that the table has by now. */
export async function betBlocks(db: Queryable): Promise<number> {
  const [row] = await db.rows<{ blocks: number }>(
    `/* betBlocks */ SELECT pg_relation_size('bet') / current_setting('block_size')::int AS blocks`,
  )
  return row!.blocks
}

/** In these blocks, those that were over before a time and have not been touched since. */
export async function betsOver(db: Queryable, from: number, to: number, before: Millis): Promise<BetName[]> {
  const rows = await db.rows<{ player_id: string; bet_id: string }>(
    `/* betsOver */
     SELECT player_id, bet_id FROM bet
     WHERE ctid >= ${blockOf('$1')} AND ctid < ${blockOf('$2')} AND touched_at < $3::timestamptz AND ${OVER}`,
    [from, to, formatInstant(before)],
  )
  return rows.map(row => ({ playerId: row.player_id, betId: row.bet_id }))
}

/** Hold the locks of their players. What has been touched meanwhile stays. */
export async function forgetBets(session: Queryable, names: readonly BetName[], before: Millis): Promise<number> {
  const [row] = await session.rows<{ bets: number }>(
    `/* forgetBets */
     WITH gone AS (
       DELETE FROM bet b USING unnest($1::text[], $2::text[]) AS k(player_id, bet_id)
       WHERE b.player_id = k.player_id AND b.bet_id = k.bet_id AND touched_at < $3::timestamptz AND ${OVER}
       RETURNING placed_at),
     remembered AS (
       UPDATE bet_memory SET forgotten_up_to = greatest(forgotten_up_to, (SELECT max(placed_at) FROM gone)))
     SELECT count(*) AS bets FROM gone`,
    [textArray(names.map(name => name.playerId)), textArray(names.map(name => name.betId)), formatInstant(before)],
  )
  return row!.bets
}
