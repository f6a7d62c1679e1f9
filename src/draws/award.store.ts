import { type Money, parseMoney } from '../kernel/money.js'
import { formatInstant, type Millis } from '../kernel/time.js'
import type { Queryable, Session } from '../storage/database.js'
import { copyField, numberArray } from '../storage/sql-text.js'
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

/** One that is to be kept. Without an id of the feed it is withheld, and stands in the proof alone. */
export type AwardToWrite = Omit<PrizeAward, 'feedId'> & { readonly feedId: number | null }

/** By position, ascending. */
export function insertAwards(session: Session, drawNumber: number, awards: readonly AwardToWrite[]) {
  let rows = ''
  for (const { position, feedId, playerId, entryId, ticket, outcome, prize, awardedAt } of awards) {
    rows +=
      `${drawNumber}\t${position}\t${feedId ?? '\\N'}\t${copyField(playerId)}\t${entryId}\t${ticket.number}\t` +
      `${ticket.value}\t${outcome}\t${prize?.rank ?? '\\N'}\t${formatInstant(awardedAt)}\n`
  }
  return session.copy(
    `COPY prize_award (draw_number, position, feed_id, player_id, entry_id, ticket_number, ticket_value, outcome,
       prize_rank, awarded_at) FROM STDIN`,
    rows,
  )
}

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
const SELECT = `
  SELECT a.*, d.id AS draw_id,
    CASE WHEN a.prize_rank IS NOT NULL THEN coalesce(d.prizes -> (a.prize_rank - 1), d.default_prize) END AS prize
  FROM prize_award a JOIN draw d ON d.number = a.draw_number`

export interface AwardFilter {
  readonly outcome?: AwardOutcome | null
  readonly playerId?: string | null
}

const MATCHES = `a.draw_number = (SELECT number FROM draw WHERE id = $1) AND a.feed_id IS NOT NULL
  AND ($2::text IS NULL OR a.outcome = $2) AND ($3::text IS NULL OR a.player_id = $3)`

/** By position, `limit` of those behind one. */
export async function listAwards(
  db: Queryable,
  drawId: string,
  { outcome = null, playerId = null }: AwardFilter,
  afterPosition: number,
  limit: number,
): Promise<PrizeAward[]> {
  const rows = await db.rows<FullRow>(
    `/* listAwards */ ${SELECT} WHERE ${MATCHES} AND a.position > $4 ORDER BY a.position LIMIT $5`,
    [drawId, outcome, playerId, afterPosition, limit],
  )
  return rows.map(awardOf)
}

export async function countAwards(
  db: Queryable,
  drawId: string,
  { outcome = null, playerId = null }: AwardFilter,
): Promise<number> {
  const [row] = await db.rows<{ awards: number }>(
    `/* countAwards */ SELECT count(*) AS awards FROM prize_award a WHERE ${MATCHES}`,
    [drawId, outcome, playerId],
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
