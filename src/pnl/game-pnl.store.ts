import { type Money, parseMoney } from '../kernel/money.js'
import type { Millis } from '../kernel/time.js'
import type { Queryable } from '../storage/database.js'
import { ONE_LOOK_UP_A_ROW, textArray } from '../storage/sql-text.js'
import type { GameFilter, GameScope, StoredPosition } from './game-pnl.js'
import { parseExpected, parseFine } from './position.js'

export interface PositionsPage {
  readonly positions: readonly StoredPosition[]
  /** The highest activation of a model, of the very moment that the positions are of; 0: none is active. */
  readonly activation: number
}

interface PositionRow {
  readonly game: string
  readonly game_type: string | null
  readonly competition: string | null
  readonly bets: number
  readonly turnover: string
  readonly payouts: string
  readonly open_bets: number
  readonly open_stake: string
  readonly liability: string
  readonly expected_ggr: string
  readonly waiting: number
  readonly changes: number
  readonly updated_at: Millis
  readonly activation: number
  readonly selections: readonly SelectionRow[] | null
}

/** Market, selection, odds, open stake, open liability. */
type SelectionRow = readonly [string, string, string | null, string, string]

const money = (text: string): Money => parseMoney(text) as Money

function positionOf(row: PositionRow): StoredPosition {
  return {
    game: row.game,
    gameType: row.game_type,
    competition: row.competition,
    bets: row.bets,
    turnover: money(row.turnover),
    payouts: money(row.payouts),
    openBets: row.open_bets,
    openStake: money(row.open_stake),
    liability: parseFine(row.liability),
    expected: parseExpected(row.expected_ggr),
    waiting: row.waiting,
    changes: row.changes,
    updatedAt: row.updated_at,
    selections: (row.selections ?? []).map(([betMarket, selection, odds, openStake, openLiability]) => ({
      betMarket,
      selection,
      odds: odds === null ? null : money(odds),
      openStake: money(openStake),
      openLiability: parseFine(openLiability),
    })),
  }
}

/** The empty game is not one: what waits without naming any. */
function conditionOf({ games, gameType }: GameFilter, values: unknown[]): string {
  const parts = ["p.game > ''"]
  if (games !== null) parts.push(`p.game = ANY($${values.push(textArray(games))}::text[])`)
  if (gameType !== null) parts.push(`p.game IN (SELECT game FROM game WHERE game_type = $${values.push(gameType)})`)
  return parts.join(' AND ')
}

/** By game, `limit` of those behind `after`. One statement, so that all of a position is of one moment. */
export async function readPositions(
  db: Queryable,
  filter: GameFilter,
  after: string,
  limit: number,
): Promise<PositionsPage> {
  const values: unknown[] = [after, limit]
  const rows = await db.rows<PositionRow>(
    `/* readPositions */
     WITH page AS MATERIALIZED (
       SELECT game, sum(bets)::bigint AS bets, sum(turnover) AS turnover, sum(payouts) AS payouts,
         sum(open_bets)::bigint AS open_bets, sum(open_stake) AS open_stake, sum(liability) AS liability,
         sum(expected_ggr) AS expected_ggr, sum(waiting)::bigint AS waiting, sum(changes)::bigint AS changes,
         max(updated_at) AS updated_at
       FROM game_position p WHERE ${conditionOf(filter, values)} AND p.game > $1
       GROUP BY game ORDER BY game LIMIT $2)
     SELECT page.*, g.game_type, g.competition, s.selections,
       (SELECT coalesce(max(activation), 0) FROM outcome_model) AS activation
     FROM page
     LEFT JOIN LATERAL (SELECT game_type, competition FROM game WHERE game = page.game ${ONE_LOOK_UP_A_ROW}) g ON true
     LEFT JOIN LATERAL (
       SELECT json_agg(json_build_array(bet_market, selection, odds::text, open_stake::text, open_liability::text))
         AS selections
       FROM (
         SELECT bet_market, selection, sum(open_stake) AS open_stake, sum(open_liability) AS open_liability,
           (array_agg(odds ORDER BY quoted_at DESC, quoted_by DESC) FILTER (WHERE odds IS NOT NULL))[1] AS odds
         FROM market_selection WHERE game = page.game AND page.open_bets > 0
         GROUP BY bet_market, selection) merged) s ON true
     ORDER BY page.game`,
    values,
  )
  return { positions: rows.map(positionOf), activation: rows[0]?.activation ?? 0 }
}

export async function countPositions(db: Queryable, filter: GameFilter): Promise<number> {
  const values: unknown[] = []
  const [row] = await db.rows<{ games: number }>(
    `/* countPositions */
     SELECT count(*) AS games FROM (SELECT DISTINCT game FROM game_position p WHERE ${conditionOf(filter, values)}) g`,
    values,
  )
  return row!.games
}

export interface GameRevision {
  readonly game: string
  readonly changes: number
}

export interface GameRevisions {
  readonly games: readonly GameRevision[]
  readonly activation: number
}

/** How far the games of this scope have come. */
export async function readRevisions(db: Queryable, { games, gameTypes }: GameScope): Promise<GameRevisions> {
  const ofScope = `AND (game = ANY($1::text[]) OR game IN (SELECT game FROM game WHERE game_type = ANY($2::text[])))`
  const rows = await db.rows<GameRevision & { readonly activation: number }>(
    `/* readRevisions */
     SELECT game, sum(changes)::bigint AS changes, (SELECT coalesce(max(activation), 0) FROM outcome_model) AS activation
     FROM game_position WHERE game > '' ${games === null ? '' : ofScope} GROUP BY game`,
    games === null ? [] : [textArray(games), textArray(gameTypes)],
  )
  return { games: rows, activation: rows[0]?.activation ?? 0 }
}

/** Of all games, and of what names none. */
export async function readTotals(db: Queryable): Promise<{ openBets: number; waiting: number }> {
  const [row] = await db.rows<{ open_bets: number; waiting: number }>(
    `/* readTotals */
     SELECT coalesce(sum(open_bets), 0)::bigint AS open_bets, coalesce(sum(waiting), 0)::bigint AS waiting FROM game_position`,
  )
  return { openBets: row!.open_bets, waiting: row!.waiting }
}
