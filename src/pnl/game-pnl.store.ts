import { type Money, parseMoney } from '../kernel/money.js'
import type { Millis } from '../kernel/time.js'
import type { Queryable } from '../storage/database.js'
import { ONE_LOOK_UP_A_ROW, textArray } from '../storage/sql-text.js'
import type { GameFilter, GameScope } from './game-pnl.js'
import { latest, type Quote } from './implied.js'
import {
  type GameState,
  type GameVersion,
  type LaneVersions,
  type SelectionState,
  selectionKey,
} from './known-positions.js'
import { parseExpected, parseFine } from './position.js'

/** `activation`: the highest one of a model, of the very moment that the rest is of; 0: none is active. */
export interface VersionsPage {
  /** By game. */
  readonly versions: readonly GameVersion[]
  readonly activation: number
}

export interface StatesRead {
  readonly games: readonly GameState[]
  readonly activation: number
}

const ACTIVATION = '(SELECT coalesce(max(activation), 0) FROM outcome_model) AS activation'

/** The empty game is not one: what waits without naming any. */
function conditionOf({ games, gameType }: GameFilter, values: unknown[]): string {
  const parts = ["p.game > ''"]
  if (games !== null) parts.push(`p.game = ANY($${values.push(textArray(games))}::text[])`)
  if (gameType !== null) parts.push(`p.game IN (SELECT game FROM game WHERE game_type = $${values.push(gameType)})`)
  return parts.join(' AND ')
}

const VERSIONS = 'json_agg(json_build_array(lane, changes)) AS versions'

/** As one value: thousands of rows would take longer to be read than to be found. */
async function readAllVersions(db: Queryable, name: string, from: string, values: unknown[]): Promise<VersionsPage> {
  const [row] = await db.rows<{ versions: readonly VersionTuple[]; activation: number }>(
    `/* ${name} */
     SELECT coalesce(json_agg(json_build_array(game, versions, game_type, competition) ORDER BY game), '[]') AS versions,
       ${ACTIVATION}
     FROM (SELECT game, ${VERSIONS} FROM game_position p WHERE ${from}) v LEFT JOIN game g USING (game)`,
    values,
  )
  const { versions, activation } = row!
  return {
    versions: versions.map(([game, lanes, gameType, competition]) => ({
      game,
      versions: lanes,
      gameType,
      competition,
    })),
    activation,
  }
}

type VersionTuple = readonly [game: string, versions: LaneVersions, gameType: string | null, competition: string | null]

/** How far each game has come: by game, `limit` of those behind `after`. */
export function readVersions(db: Queryable, filter: GameFilter, after: string, limit: number): Promise<VersionsPage> {
  const values: unknown[] = [after, limit]
  const page = `${conditionOf(filter, values)} AND p.game > $1 GROUP BY game ORDER BY game LIMIT $2`
  return readAllVersions(db, 'readVersions', page, values)
}

/** The same of the games of this scope. */
export function readScopeVersions(db: Queryable, { games, gameTypes }: GameScope): Promise<VersionsPage> {
  const ofScope = `AND (game = ANY($1::text[]) OR game IN (SELECT game FROM game WHERE game_type = ANY($2::text[])))`
  const all = `game > '' ${games === null ? '' : ofScope} GROUP BY game`
  return readAllVersions(db, 'readScopeVersions', all, games === null ? [] : [textArray(games), textArray(gameTypes)])
}

interface StateRow {
  readonly game: string
  readonly game_type: string | null
  readonly competition: string | null
  readonly versions: LaneVersions
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
  /** One a lane. */
  readonly selections: readonly SelectionRow[] | null
  readonly activation: number
}

/** Market, selection, odds, when and by which event quoted, open stake, open liability. */
type SelectionRow = readonly [string, string, string | null, string | null, string | null, string, string]

/** These games, those of them that are known. One statement, so that all of a game is of one moment. */
export async function readStates(db: Queryable, games: readonly string[]): Promise<StatesRead> {
  const rows = await db.rows<StateRow>(
    `/* readStates */
     SELECT k.game, g.game_type, g.competition, p.*, s.selections, ${ACTIVATION}
     FROM unnest($1::text[]) AS k(game)
     CROSS JOIN LATERAL (
       SELECT ${VERSIONS}, sum(bets)::bigint AS bets, sum(turnover) AS turnover, sum(payouts) AS payouts,
         sum(open_bets)::bigint AS open_bets, sum(open_stake) AS open_stake, sum(liability) AS liability,
         sum(expected_ggr) AS expected_ggr, sum(waiting)::bigint AS waiting, sum(changes)::bigint AS changes,
         max(updated_at) AS updated_at
       FROM game_position WHERE game = k.game AND game > '' ${ONE_LOOK_UP_A_ROW}) p
     LEFT JOIN LATERAL (SELECT game_type, competition FROM game WHERE game = k.game ${ONE_LOOK_UP_A_ROW}) g ON true
     LEFT JOIN LATERAL (
       SELECT json_agg(json_build_array(bet_market, selection, odds::text, quoted_at, quoted_by, open_stake::text,
         open_liability::text)) AS selections
       FROM market_selection WHERE game = k.game AND p.open_bets <> 0 ${ONE_LOOK_UP_A_ROW}) s ON true
     WHERE p.versions IS NOT NULL`,
    [textArray(games)],
  )
  return { games: rows.map(stateOf), activation: rows[0]?.activation ?? 0 }
}

const money = (text: string): Money => parseMoney(text) as Money

const stateOf = (row: StateRow): GameState => ({
  game: row.game,
  gameType: row.game_type,
  competition: row.competition,
  versions: new Map(row.versions),
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
  selections: row.open_bets === 0 ? null : selectionsOf(row.selections ?? []),
})

function selectionsOf(rows: readonly SelectionRow[]): Map<string, SelectionState> {
  const states = new Map<string, SelectionState>()
  for (const [betMarket, selection, odds, at, by, openStake, openLiability] of rows) {
    const key = selectionKey(betMarket, selection)
    const quote: Quote | null = odds === null ? null : { odds: money(odds), occurredAt: Date.parse(at!), eventId: by! }
    const known = states.get(key) ?? { betMarket, selection, quote: null, openStake: 0n, openLiability: 0n }
    states.set(key, known)
    if (quote !== null) known.quote = latest(known.quote ?? undefined, quote)
    known.openStake += money(openStake)
    known.openLiability += parseFine(openLiability)
  }
  return states
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

/** Of all games, and of what names none. */
export async function readTotals(db: Queryable): Promise<{ openBets: number; waiting: number; unfolded: number }> {
  const [row] = await db.rows<{ open_bets: number; waiting: number; unfolded: number }>(
    `/* readTotals */
     SELECT coalesce(sum(open_bets), 0)::bigint AS open_bets, coalesce(sum(waiting), 0)::bigint AS waiting,
       (SELECT count(*) FROM game_ledger) AS unfolded
     FROM game_position`,
  )
  return { openBets: row!.open_bets, waiting: row!.waiting, unfolded: row!.unfolded }
}
