import { formatInstant, type Millis } from '../kernel/time.js'
import { lockShards, shardsOf } from '../players/player-lock.js'
import type { Queryable } from '../storage/database.js'
import { numberArray, textArray } from '../storage/sql-text.js'
import { prizeJson, prizeOf } from './draw.store.js'
import type { InstantWin, InstantWinAward, InstantWinRules } from './instant-win.js'
import type { InstantWinAwardRow, InstantWinRow } from './instant-win.table.js'

/** Creations, which count what there is, follow each other. */
const INSTANT_WINS_LOCK = 7_420_019

const instantWinOf = (row: InstantWinRow): InstantWin => ({
  id: row.id,
  name: row.name,
  startsAt: row.starts_at,
  endsAt: row.ends_at,
  prizes: row.prizes.map(prizeOf),
  defaultPrize: row.default_prize && prizeOf(row.default_prize),
  seedHash: row.seed_hash,
  sealedSeed: row.sealed_seed,
  played: row.played,
})

const awardOf = ({ id, prizes, defaultPrize }: InstantWinRules, row: InstantWinAwardRow): InstantWinAward => ({
  instantWinId: id,
  playerId: row.player_id,
  position: row.position,
  outcome: row.outcome,
  prize: row.prize_rank === null ? null : (prizes[row.prize_rank - 1] ?? defaultPrize),
  awardedAt: row.awarded_at,
})

const COLUMNS = 'id, name, starts_at, ends_at, prizes, default_prize, seed_hash, sealed_seed, played'
const AWARD_COLUMNS = 'position, player_id, outcome, prize_rank, awarded_at'

export async function listInstantWins(db: Queryable): Promise<InstantWin[]> {
  const rows = await db.rows<InstantWinRow>(
    `/* listInstantWins */
     SELECT ${COLUMNS} FROM instant_win JOIN instant_win_count ON instant_win_id = id ORDER BY id`,
  )
  return rows.map(instantWinOf)
}

export async function findInstantWin(db: Queryable, id: string): Promise<InstantWin | null> {
  const [row] = await db.rows<InstantWinRow>(
    `/* findInstantWin */
     SELECT ${COLUMNS} FROM instant_win JOIN instant_win_count ON instant_win_id = id WHERE id = $1`,
    [id],
  )
  return row === undefined ? null : instantWinOf(row)
}

export const lockInstantWins = (session: Queryable): Promise<unknown> =>
  session.rows('/* lockInstantWins */ SELECT pg_advisory_xact_lock($1)', [INSTANT_WINS_LOCK])

export async function countInstantWins(db: Queryable): Promise<number> {
  const [row] = await db.rows<{ wins: number }>('/* countInstantWins */ SELECT count(*) AS wins FROM instant_win')
  return row!.wins
}

/** False when there is one of this id. */
export async function insertInstantWin(session: Queryable, win: InstantWin, by: string, at: Millis): Promise<boolean> {
  const rows = await session.rows(
    `/* insertInstantWin */
     WITH made AS (
       INSERT INTO instant_win (id, name, starts_at, ends_at, prizes, default_prize, seed_hash, sealed_seed,
         created_at, created_by)
       VALUES ($1, $2, $3::timestamptz, $4::timestamptz, $5::json, $6::json, $7, $8, $9::timestamptz, $10)
       ON CONFLICT (id) DO NOTHING RETURNING id)
     INSERT INTO instant_win_count (instant_win_id) SELECT id FROM made RETURNING instant_win_id`,
    [
      win.id,
      win.name,
      formatInstant(win.startsAt),
      formatInstant(win.endsAt),
      JSON.stringify(win.prizes.map(prizeJson)),
      win.defaultPrize && JSON.stringify(prizeJson(win.defaultPrize)),
      win.seedHash,
      win.sealedSeed,
      formatInstant(at),
      by,
    ],
  )
  return rows.length > 0
}

/** Until the transaction ends, no suppression of these players can commit, and nobody else plays for them. */
export const lockPlayers = (session: Queryable, playerIds: readonly string[]): Promise<unknown> =>
  session.rows(lockShards(shardsOf(playerIds)))

export async function awardsOfPlayers(
  session: Queryable,
  win: InstantWinRules,
  playerIds: readonly string[],
): Promise<InstantWinAward[]> {
  const rows = await session.rows<InstantWinAwardRow>(
    `/* awardsOfPlayers */
     SELECT ${AWARD_COLUMNS} FROM instant_win_award WHERE instant_win_id = $1 AND player_id = ANY($2::text[])`,
    [win.id, textArray(playerIds)],
  )
  return rows.map(row => awardOf(win, row))
}

/** The first of as many positions. Everybody who plays waits here until the transaction has ended. */
export async function takePositions(session: Queryable, id: string, count: number): Promise<number> {
  const [row] = await session.rows<{ played: number }>(
    '/* takePositions */ UPDATE instant_win_count SET played = played + $2 WHERE instant_win_id = $1 RETURNING played',
    [id, count],
  )
  return row!.played - count + 1
}

/** All of one instant win. */
export const insertAwards = (
  session: Queryable,
  id: string,
  awards: readonly InstantWinAward[],
  at: Millis,
): Promise<unknown> =>
  session.rows(
    `/* insertInstantWinAwards */
     INSERT INTO instant_win_award (instant_win_id, position, player_id, outcome, prize_rank, awarded_at)
     SELECT $1, position, player_id, outcome, nullif(prize_rank, 0), $6::timestamptz
     FROM unnest($2::int[], $3::text[], $4::text[], $5::int[]) AS award (position, player_id, outcome, prize_rank)`,
    [
      id,
      numberArray(awards.map(({ position }) => position)),
      textArray(awards.map(({ playerId }) => playerId)),
      textArray(awards.map(({ outcome }) => outcome)),
      numberArray(awards.map(({ prize }) => prize?.rank ?? 0)),
      formatInstant(at),
    ],
  )

/** Newest first, those before a position. */
export async function listAwards(
  db: Queryable,
  win: InstantWinRules,
  playerId: string | null,
  before: number | null,
  limit: number,
): Promise<InstantWinAward[]> {
  const rows = await db.rows<InstantWinAwardRow>(
    `/* listInstantWinAwards */
     SELECT ${AWARD_COLUMNS} FROM instant_win_award
     WHERE instant_win_id = $1 AND ($2::text IS NULL OR player_id = $2) AND ($3::int IS NULL OR position < $3)
     ORDER BY position DESC LIMIT $4`,
    [win.id, playerId, before, limit],
  )
  return rows.map(row => awardOf(win, row))
}
