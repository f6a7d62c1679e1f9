import { type Money, parseMoney } from '../kernel/money.js'
import { formatInstant } from '../kernel/time.js'
import type { Queryable } from '../storage/database.js'
import { textArray } from '../storage/sql-text.js'
import { readHouseSums, type SumsRow } from './house-pane.store.js'
import type { PnlAsked, PnlBucket, PnlGrain } from './pnl-bucket.js'

const VIEWS: Readonly<Record<PnlGrain, string>> = { MINUTE: 'game_pnl_1m', HOUR: 'game_pnl_1h', DAY: 'game_pnl_1d' }

interface BucketRow extends SumsRow {
  readonly game: string
  readonly game_type: string | null
  readonly competition: string | null
}

const money = (text: string): Money => parseMoney(text) as Money

const sumsOf = (row: SumsRow) => ({
  bucketStart: row.bucket_start,
  bets: row.bets,
  turnover: money(row.turnover),
  payouts: money(row.payouts),
})

function conditionOf({ from, to, games, gameTypes, competitions }: PnlAsked, values: unknown[]): string {
  const listed = (list: readonly string[]): string => `ANY($${values.push(textArray(list))}::text[])`
  const parts = [
    `bucket_start >= $${values.push(formatInstant(from))}::timestamptz`,
    `bucket_start < $${values.push(formatInstant(to))}::timestamptz`,
  ]
  if (games !== null) parts.push(`game = ${listed(games)}`)
  const known: string[] = []
  if (gameTypes !== null) known.push(`game_type = ${listed(gameTypes)}`)
  if (competitions !== null) known.push(`competition = ${listed(competitions)}`)
  if (known.length > 0) parts.push(`game IN (SELECT game FROM game WHERE ${known.join(' AND ')})`)
  return parts.join(' AND ')
}

/** By time, then game; `limit` at most. */
export const readPnl = (db: Queryable, asked: PnlAsked, limit: number): Promise<PnlBucket[]> =>
  asked.perGame ? readPnlOfGames(db, asked, limit) : readPnlSums(db, asked, limit)

const isOfAll = ({ games, gameTypes, competitions }: PnlAsked): boolean =>
  games === null && gameTypes === null && competitions === null

async function readPnlOfGames(db: Queryable, asked: PnlAsked, limit: number): Promise<PnlBucket[]> {
  const values: unknown[] = [limit]
  const rows = await db.rows<BucketRow>(
    `/* readPnlOfGames */
     SELECT p.*, g.game_type, g.competition
     FROM (
       SELECT game, bucket_start, bets, turnover, payouts FROM ${VIEWS[asked.grain]}
       WHERE ${conditionOf(asked, values)}) p
     LEFT JOIN game g ON g.game = p.game
     ORDER BY p.bucket_start, p.game LIMIT $1`,
    values,
  )
  return rows.map(row => ({
    game: row.game === '' ? null : row.game,
    gameType: row.game_type,
    competition: row.competition,
    ...sumsOf(row),
  }))
}

async function readPnlSums(db: Queryable, asked: PnlAsked, limit: number): Promise<PnlBucket[]> {
  const rows = isOfAll(asked)
    ? await readHouseSums(db, asked.grain, asked, limit)
    : await readSumsOfGames(db, asked, limit)
  return rows.map(row => ({ game: null, gameType: null, competition: null, ...sumsOf(row) }))
}

function readSumsOfGames(db: Queryable, asked: PnlAsked, limit: number): Promise<SumsRow[]> {
  const values: unknown[] = [limit]
  return db.rows<SumsRow>(
    `/* readSumsOfGames */
     SELECT bucket_start, sum(bets)::bigint AS bets, sum(turnover) AS turnover, sum(payouts) AS payouts
     FROM (
       SELECT bucket_start, bets, turnover, payouts FROM ${VIEWS[asked.grain]}_parts
       WHERE ${conditionOf(asked, values)}) p
     GROUP BY bucket_start ORDER BY bucket_start LIMIT $1`,
    values,
  )
}
