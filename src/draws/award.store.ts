import { type Money, parseMoney } from '../kernel/money.js'
import { formatInstant, type Millis } from '../kernel/time.js'
import type { Queryable, Session } from '../storage/database.js'
import { numberArray, ONE_LOOK_UP_A_ROW, textArray } from '../storage/sql-text.js'
import { AWARD_COLUMNS, type AwardToWrite, awardRows } from './award-rows.js'
import type { Prize } from './draw.js'
import type { AwardRow, PrizeJson } from './draw.table.js'
import { type AwardOutcome, awardMessage } from './make-draw.js'
import type { PrizeAward } from './prize-award.js'

type FullRow = AwardRow & { readonly feed_id: number; readonly draw_id: string; readonly prize: PrizeJson | null }

const prizeOf = (prize: PrizeJson): Prize => ({ ...prize, value: parseMoney(prize.value) as Money })

function awardOf(row: FullRow): PrizeAward {
  const prize = row.prize && prizeOf(row.prize)
  return {
    feedId: row.feed_id,
    drawId: row.draw_id,
    playerId: row.player_id,
    entryId: row.entry_id,
    outcome: row.outcome,
    prize,
    position: row.position,
    ticket: { number: row.ticket_number, value: row.ticket_value },
    message: awardMessage(prize),
    awardedAt: row.awarded_at,
  }
}

/** By position, ascending. */
export const insertAwards = (session: Session, drawNumber: number, awards: readonly AwardToWrite[], at: Millis) =>
  session.copy(`COPY prize_award (${AWARD_COLUMNS}) FROM STDIN (FORMAT binary)`, awardRows(drawNumber, awards, at))

/** False when others have gone on from there, or the draw is over. `drawnAt`: of the last ones. */
export async function moveAwardsOn(
  session: Queryable,
  drawNumber: number,
  from: number,
  to: number,
  drawnAt: Millis | null,
): Promise<boolean> {
  const rows = await session.rows(
    `/* moveAwardsOn */
     UPDATE draw SET awarded_up_to = $3, drawn_at = $4::timestamptz
     WHERE number = $1 AND awarded_up_to = $2 AND entries_hash IS NOT NULL AND drawn_at IS NULL AND cancelled_at IS NULL
     RETURNING id`,
    [drawNumber, from, to, drawnAt === null ? null : formatInstant(drawnAt)],
  )
  return rows.length > 0
}

export interface AwardCounts {
  readonly awards: number
  readonly prizes: number
  /** Of players who were suppressed between the close and the award. */
  readonly withheld: number
}

export async function countOutcome(session: Queryable, drawNumber: number): Promise<AwardCounts> {
  const [row] = await session.rows<AwardCounts>(
    `/* countOutcome */
     SELECT count(*) AS awards, count(*) FILTER (WHERE outcome = 'PRIZE') AS prizes,
       count(*) FILTER (WHERE feed_id IS NULL) AS withheld
     FROM prize_award WHERE draw_number = $1`,
    [drawNumber],
  )
  return row!
}

/** The prize itself, not all of the draw's with each award. */
const selectFrom = (awards: string): string => `
  SELECT a.*, d.id AS draw_id,
    CASE WHEN a.prize_rank IS NOT NULL THEN coalesce(d.prizes -> (a.prize_rank - 1), d.default_prize) END AS prize
  FROM ${awards} JOIN draw d ON d.number = a.draw_number`

const SELECT = selectFrom('prize_award a')

export interface AwardFilter {
  readonly outcome?: AwardOutcome | null
  readonly of?: AwardsOf | null
}

/** One player's awards of a draw: they are found by the values of its tickets that were drawn. */
export interface AwardsOf {
  readonly playerId: string
  readonly values: readonly string[]
}

const NUMBER = '(SELECT number FROM draw WHERE id = $1)'
const MATCHES = `a.draw_number = ${NUMBER} AND a.feed_id IS NOT NULL AND ($2::text IS NULL OR a.outcome = $2)`

/** What a query reads from, and what it is given for it behind so many other values. */
function sourceOf(of: AwardsOf | null, others: number): { from: string; values: unknown[] } {
  if (of === null) return { from: 'prize_award a', values: [] }
  const from = `(
    SELECT * FROM prize_award
    WHERE draw_number = ${NUMBER} AND ticket_value = ANY($${others + 1}::uuid[]) AND player_id = $${others + 2}
    ${ONE_LOOK_UP_A_ROW}) a`
  return { from, values: [textArray(of.values), of.playerId] }
}

/** By position, `limit` of those behind one. */
export async function listAwards(
  db: Queryable,
  drawId: string,
  { outcome = null, of = null }: AwardFilter,
  afterPosition: number,
  limit: number,
): Promise<PrizeAward[]> {
  const { from, values } = sourceOf(of, 4)
  const rows = await db.rows<FullRow>(
    `/* listAwards */ ${selectFrom(from)} WHERE ${MATCHES} AND a.position > $3 ORDER BY a.position LIMIT $4`,
    [drawId, outcome, afterPosition, limit, ...values],
  )
  return rows.map(awardOf)
}

export async function countAwards(
  db: Queryable,
  drawId: string,
  { outcome = null, of = null }: AwardFilter,
): Promise<number> {
  const { from, values } = sourceOf(of, 2)
  const [row] = await db.rows<{ awards: number }>(
    `/* countAwards */ SELECT count(*) AS awards FROM ${from} WHERE ${MATCHES}`,
    [drawId, outcome, ...values],
  )
  return row!.awards
}

/** Of the feed behind `after`, up to and with `upTo`, oldest first. */
export async function replayAwards(db: Queryable, after: number, upTo: number, limit: number): Promise<PrizeAward[]> {
  const rows = await db.rows<FullRow>(
    `/* replayAwards */ ${SELECT} WHERE a.feed_id > $1 AND a.feed_id <= $2 ORDER BY a.feed_id LIMIT $3`,
    [after, upTo, limit],
  )
  return rows.map(awardOf)
}

export async function awardsOfFeed(db: Queryable, feedIds: readonly number[]): Promise<PrizeAward[]> {
  const rows = await db.rows<FullRow>(
    `/* awardsOfFeed */ ${SELECT} WHERE a.feed_id = ANY($1::bigint[]) ORDER BY a.feed_id`,
    [numberArray(feedIds)],
  )
  return rows.map(awardOf)
}
