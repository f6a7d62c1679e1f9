import { type Money, parseMoney } from '../kernel/money.js'
import { DAY_MS, floorTo, formatInstant, type Millis } from '../kernel/time.js'
import type { Queryable } from '../storage/database.js'
import { textArray } from '../storage/sql-text.js'
import type { PnlAsked, PnlBucket, PnlGrain } from './pnl-bucket.js'
import type { Span } from './pnl-export.js'

const VIEWS: Readonly<Record<PnlGrain, string>> = { MINUTE: 'game_pnl_1m', HOUR: 'game_pnl_1h', DAY: 'game_pnl_1d' }

const textsOrNull = (values: readonly string[] | null): string | null => (values === null ? null : textArray(values))

/** The days that hold anything at all, within a span; null where it is empty. */
export async function readPnlSpan(db: Queryable, { from, to }: Span): Promise<Span | null> {
  const [row] = await db.rows<{ first: Millis | null; last: Millis | null }>(
    `/* readPnlSpan */
     SELECT min(bucket_start) AS first, max(bucket_start) AS last FROM game_pnl_1d_parts
     WHERE bucket_start >= $1::timestamptz AND bucket_start < $2::timestamptz`,
    [formatInstant(floorTo(from, DAY_MS)), formatInstant(to)],
  )
  const { first, last } = row!
  if (first === null || last === null) return null
  return { from: Math.max(from, first), to: Math.min(to, last + DAY_MS) }
}

/**
 * A cursor over a span, by time, then game. It is held: the database has all of its rows aside when this resolves, so a
 * client that takes them slowly holds up no vacuum of the busy panes.
 */
export async function openPnlCursor(db: Queryable, asked: PnlAsked, { from, to }: Span): Promise<void> {
  const columns = asked.perGame
    ? `nullif(p.game, '') AS game, g.game_type, g.competition, p.bucket_start, p.bets, p.turnover, p.payouts`
    : `NULL AS game, NULL AS game_type, NULL AS competition, p.bucket_start, sum(p.bets)::bigint AS bets,
        sum(p.turnover) AS turnover, sum(p.payouts) AS payouts`
  const view = asked.perGame ? VIEWS[asked.grain] : `${VIEWS[asked.grain]}_parts`
  const order = asked.perGame ? 'ORDER BY p.bucket_start, p.game' : 'GROUP BY p.bucket_start ORDER BY p.bucket_start'
  await db.rows(
    `/* openPnlCursor */
     DECLARE pnl_export NO SCROLL CURSOR WITH HOLD FOR
     SELECT ${columns}
     FROM ${view} p LEFT JOIN game g ON g.game = p.game
     WHERE p.bucket_start >= $1::timestamptz
       AND p.bucket_start < $2::timestamptz
       AND ($3::text[] IS NULL OR p.game = ANY ($3::text[]))
       AND ($4::text[] IS NULL OR g.game_type = ANY ($4::text[]))
       AND ($5::text[] IS NULL OR g.competition = ANY ($5::text[]))
     ${order}`,
    [
      formatInstant(from),
      formatInstant(to),
      textsOrNull(asked.games),
      textsOrNull(asked.gameTypes),
      textsOrNull(asked.competitions),
    ],
  )
}

interface BucketRow {
  readonly game: string | null
  readonly game_type: string | null
  readonly competition: string | null
  readonly bucket_start: Millis
  readonly bets: number
  readonly turnover: string
  readonly payouts: string
}

export async function fetchPnlRows(db: Queryable, limit: number): Promise<PnlBucket[]> {
  const rows = await db.rows<BucketRow>(`/* fetchPnlRows */ FETCH ${limit} FROM pnl_export`)
  return rows.map(row => ({
    game: row.game,
    gameType: row.game_type,
    competition: row.competition,
    bucketStart: row.bucket_start,
    bets: row.bets,
    turnover: parseMoney(row.turnover) as Money,
    payouts: parseMoney(row.payouts) as Money,
  }))
}

export const closePnlCursors = (db: Queryable): Promise<unknown> => db.rows('/* closePnlCursors */ CLOSE ALL')

export async function readBackend(db: Queryable): Promise<number> {
  const [row] = await db.rows<{ pid: number }>('/* readBackend */ SELECT pg_backend_pid() AS pid')
  return row!.pid
}

export const cancelStatement = (db: Queryable, pid: number): Promise<unknown> =>
  db.rows('/* cancelStatement */ SELECT pg_cancel_backend($1)', [pid])
