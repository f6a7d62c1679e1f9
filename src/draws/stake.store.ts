import { type Money, parseMoney } from '../kernel/money.js'
import { formatInstant, type Millis } from '../kernel/time.js'
import type { Queryable, Session } from '../storage/database.js'
import { arrayOfArrays, moneyArray, numberArray, numeric, textArray } from '../storage/sql-text.js'
import type { EntryRow, StakeRow } from './draw.table.js'
import { slotsOf } from './slots.js'
import { type CountStep, NO_STANDING, type Part, type Stakes, type Standing } from './standing.js'
import type { StoredDraw } from './stored-draw.js'

const money = (text: string): Money => parseMoney(text) as Money

/** What these players have in all draws; their parts in the draws of these numbers. Who has nothing is left out. */
export async function readStandings(
  session: Queryable,
  playerIds: readonly string[],
  drawNumbers: readonly number[],
): Promise<Map<string, Standing>> {
  const ids = textArray(playerIds)
  const [rows, parts] = await Promise.all([
    session.rows<StakeRow>(
      `/* readStakes */
       SELECT player_id, token, draws::int[] AS draws, stakes::text[] AS stakes FROM draw_stake WHERE player_id = ANY($1::text[])`,
      [ids],
    ),
    session.rows<EntryRow>(
      `/* readParts */
       SELECT draw_number, player_id, opted_in_at, granted FROM draw_entry
       WHERE draw_number = ANY($2::int[]) AND player_id = ANY($1::text[])`,
      [ids, numberArray(drawNumbers)],
    ),
  ])
  const partsOf = new Map<string, Map<number, Part>>()
  for (const { player_id, draw_number, opted_in_at, granted } of parts) {
    const theirs = partsOf.get(player_id) ?? new Map<number, Part>()
    partsOf.set(player_id, theirs.set(draw_number, { optedInAt: opted_in_at, granted }))
  }
  return new Map(
    rows.map(({ player_id, token, draws, stakes }) => [
      player_id,
      {
        token,
        slots: slotsOf(draws),
        stakes: stakes.map(money),
        parts: partsOf.get(player_id) ?? NO_STANDING.parts,
      },
    ]),
  )
}

/** A player's stakes in all draws as they are from now on, written on top of what has this token. */
export interface StakesToWrite extends Stakes {
  readonly playerId: string
  readonly token: number
}

/** As moneyArray; draws that count the same stakes have the same sums. */
function stakesText(stakes: readonly Money[]): string {
  let text = ''
  let last = ''
  for (let at = 0; at < stakes.length; at++) {
    if (at === 0 || stakes[at] !== stakes[at - 1]) last = numeric(stakes[at]!)
    text += at === 0 ? last : `,${last}`
  }
  return `{${text}}`
}

/** Writes those whose token still stands; tells the token that they have now, and how many they are. */
export async function writeStakes(
  session: Queryable,
  stakes: readonly StakesToWrite[],
): Promise<{ token: number; written: number }> {
  const [row] = await session.rows<{ token: number; written: number }>(
    `/* writeStakes */
     WITH written AS (
       INSERT INTO draw_stake AS s (player_id, token, prior, draws, stakes)
       SELECT w.player_id, t.token, w.prior, w.draws, w.stakes
       FROM (SELECT nextval('draw_token') AS token) t,
         unnest($1::text[], $2::bigint[], $3::text[], $4::text[]) AS w(player_id, prior, draws, stakes)
       ON CONFLICT (player_id) DO UPDATE
         SET token = excluded.token, prior = excluded.prior, draws = excluded.draws, stakes = excluded.stakes
         WHERE s.token = excluded.prior
       RETURNING token)
     SELECT max(token) AS token, count(*) AS written FROM written`,
    [
      textArray(stakes.map(w => w.playerId)),
      numberArray(stakes.map(w => w.token)),
      arrayOfArrays(stakes.map(w => w.slots.text)),
      arrayOfArrays(stakes.map(w => stakesText(w.stakes))),
    ],
  )
  return row!
}

/** In the lane's own rows. */
export const addToCounts = (session: Queryable, lane: number, steps: readonly CountStep[]) =>
  session.rows(
    `/* addToCounts */
     INSERT INTO draw_count AS c (counting, lane, tickets, players)
     SELECT counting, $4, tickets, players
     FROM unnest($1::int[], $2::bigint[], $3::int[]) AS step(counting, tickets, players) ORDER BY 1
     ON CONFLICT (counting, lane) DO UPDATE
       SET tickets = c.tickets + excluded.tickets, players = c.players + excluded.players`,
    [
      numberArray(steps.map(step => step.counting)),
      numberArray(steps.map(step => step.tickets)),
      numberArray(steps.map(step => step.players)),
      lane,
    ],
  )

const STAKES_OF_DRAW = `event_type = ANY($1::text[]) AND amount > 0
  AND occurred_at >= $2::timestamptz AND occurred_at < $3::timestamptz
  AND ($4::text IS NULL OR game = $4) AND ($5::text IS NULL OR game_type = $5)`
const drawValues = ({ stakePerTicket, eventTypes, drawsAt, game, gameType }: StoredDraw, from: Millis) => [
  textArray(stakePerTicket === null ? [] : eventTypes),
  formatInstant(from),
  formatInstant(drawsAt),
  game,
  gameType,
]

/** What one player has staked from a time on, by whatever rules it was committed. */
export async function storedStake(
  session: Queryable,
  draw: StoredDraw,
  playerId: string,
  from: Millis,
): Promise<Money> {
  const [row] = await session.rows<{ stake: string }>(
    `/* storedStake */
     SELECT coalesce(sum(amount), 0)::text AS stake FROM player_event WHERE player_id = $6 AND ${STAKES_OF_DRAW}`,
    [...drawValues(draw, from), playerId],
  )
  return money(row!.stake)
}

export interface StakeBefore {
  readonly playerId: string
  readonly stake: Money
}

/**
 * What all players had staked by events that were committed before batches counted for the draw, page by page, and who
 * was granted tickets. With opt-in, of those who opted in under an earlier counting: a later opt-in has counted all that
 * there was. In a transaction of its own: a cursor reads as of one moment, and may take long.
 */
export async function* stakesBefore(
  session: Session,
  draw: StoredDraw,
  playersAPage: number,
): AsyncGenerator<StakeBefore[]> {
  const from = draw.optInRequired
    ? `draw_entry p JOIN player_event e USING (player_id)
       WHERE p.draw_number = $7 AND p.counting IS DISTINCT FROM $8 AND e.occurred_at >= p.opted_in_at AND`
    : 'player_event WHERE $7::int IS NOT NULL AND $8::int IS NOT NULL AND'
  await session.rows(
    `/* stakesBefore */
     DECLARE stakes_before NO SCROLL CURSOR FOR
     SELECT player_id, sum(amount)::text AS stake FROM (
       SELECT player_id, amount FROM ${from} ${STAKES_OF_DRAW} AND coalesce(rules_revision, 0) < $6
       UNION ALL SELECT player_id, 0 FROM draw_entry WHERE draw_number = $7 AND granted > 0) stake
     GROUP BY player_id`,
    [...drawValues(draw, draw.opensAt), draw.revision, draw.number, draw.counting],
  )
  for (;;) {
    const rows = await session.rows<{ player_id: string; stake: string }>(
      `/* fetchStakesBefore */ FETCH ${playersAPage} FROM stakes_before`,
    )
    if (rows.length === 0) return
    yield rows.map(row => ({ playerId: row.player_id, stake: money(row.stake) }))
  }
}

/** Of these players, what has been counted already. */
export async function readStakesBefore(
  session: Queryable,
  { number, counting }: StoredDraw,
  playerIds: readonly string[],
): Promise<Map<string, Money>> {
  const rows = await session.rows<Pick<EntryRow, 'player_id' | 'stake_before'>>(
    `/* readStakesBefore */
     SELECT player_id, stake_before FROM draw_entry
     WHERE draw_number = $1 AND player_id = ANY($2::text[]) AND counting = $3`,
    [number, textArray(playerIds), counting],
  )
  return new Map(rows.map(row => [row.player_id, money(row.stake_before)]))
}

export const saveStakesBefore = (
  session: Queryable,
  { number, counting }: StoredDraw,
  stakes: readonly StakeBefore[],
) =>
  session.rows(
    `/* saveStakesBefore */
     INSERT INTO draw_entry (draw_number, counting, player_id, stake_before)
     SELECT $1, $2, * FROM unnest($3::text[], $4::numeric[])
     ON CONFLICT (draw_number, player_id) DO UPDATE
       SET stake_before = excluded.stake_before, counting = excluded.counting`,
    [number, counting, textArray(stakes.map(s => s.playerId)), moneyArray(stakes.map(s => s.stake))],
  )

export const saveOptIn = (session: Queryable, drawNumber: number, playerId: string, at: Millis) =>
  session.rows(
    `/* saveOptIn */
     INSERT INTO draw_entry (draw_number, player_id, opted_in_at) VALUES ($1, $2, $3::timestamptz)
     ON CONFLICT (draw_number, player_id) DO UPDATE SET opted_in_at = excluded.opted_in_at`,
    [drawNumber, playerId, formatInstant(at)],
  )

export const saveGranted = (session: Queryable, drawNumber: number, playerId: string, granted: number) =>
  session.rows(
    `/* saveGranted */
     INSERT INTO draw_entry (draw_number, player_id, granted) VALUES ($1, $2, $3)
     ON CONFLICT (draw_number, player_id) DO UPDATE SET granted = excluded.granted`,
    [drawNumber, playerId, granted],
  )
