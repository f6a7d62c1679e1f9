import { type Money, parseMoney } from '../kernel/money.js'
import type { Millis } from '../kernel/time.js'
import type { Queryable } from '../storage/database.js'
import { ONE_LOOK_UP_A_ROW, textArray } from '../storage/sql-text.js'
import { type GameLanes, type LanePosition, type LaneSelection, type LaneVersions, selectionKey } from './game-lanes.js'
import type { GameFilter, GameScope } from './game-pnl.js'
import { parseExpected, parseFine } from './position.js'

/** `activation`: the highest one of a model, of the very moment that the rest is of; 0: none is active. */
export interface VersionsPage {
  readonly versions: ReadonlyMap<string, LaneVersions>
  readonly activation: number
}

export interface PositionsRead {
  readonly games: readonly GameLanes[]
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

const VERSIONS = `string_agg(lane || ':' || changes, ' ') AS versions`

interface VersionsRow {
  readonly game: string
  readonly versions: string
  readonly activation: number
}

const versionsPage = (rows: readonly VersionsRow[]): VersionsPage => ({
  versions: new Map(rows.map(({ game, versions }) => [game, parsedVersions(versions)])),
  activation: rows[0]?.activation ?? 0,
})

const parsedVersions = (text: string): LaneVersions =>
  new Map(text.split(' ').map(part => part.split(':').map(Number) as [number, number]))

/** How far each game has come: by game, `limit` of those behind `after`. */
export async function readVersions(
  db: Queryable,
  filter: GameFilter,
  after: string,
  limit: number,
): Promise<VersionsPage> {
  const values: unknown[] = [after, limit]
  const rows = await db.rows<VersionsRow>(
    `/* readVersions */
     SELECT game, ${VERSIONS}, ${ACTIVATION}
     FROM game_position p WHERE ${conditionOf(filter, values)} AND p.game > $1 GROUP BY game ORDER BY game LIMIT $2`,
    values,
  )
  return versionsPage(rows)
}

/** The same of the games of this scope. */
export async function readScopeVersions(db: Queryable, { games, gameTypes }: GameScope): Promise<VersionsPage> {
  const ofScope = `AND (game = ANY($1::text[]) OR game IN (SELECT game FROM game WHERE game_type = ANY($2::text[])))`
  const rows = await db.rows<VersionsRow>(
    `/* readScopeVersions */
     SELECT game, ${VERSIONS}, ${ACTIVATION}
     FROM game_position WHERE game > '' ${games === null ? '' : ofScope} GROUP BY game`,
    games === null ? [] : [textArray(games), textArray(gameTypes)],
  )
  return versionsPage(rows)
}

interface PositionRow {
  readonly game: string
  readonly game_type: string | null
  readonly competition: string | null
  readonly lanes: readonly LaneRow[]
  readonly has_selections: boolean
  readonly selections: readonly SelectionRow[] | null
  readonly activation: number
}

/** Lane, changes, bets, turnover, payouts, open bets, open stake, liability, expected GGR, waiting, when updated. */
type LaneRow = readonly [number, number, number, string, string, number, string, string, string, number, string]
/** Lane, market, selection, odds, when and by which event quoted, open stake, open liability. */
type SelectionRow = readonly [number, string, string, string | null, string | null, string | null, string, string]

/** These games, those of them that are known. One statement, so that all of a game is of one moment. */
export async function readLanes(db: Queryable, games: readonly string[]): Promise<PositionsRead> {
  const rows = await db.rows<PositionRow>(
    `/* readLanes */
     SELECT k.game, g.game_type, g.competition, p.lanes, p.open_bets <> 0 AS has_selections, s.selections, ${ACTIVATION}
     FROM unnest($1::text[]) AS k(game)
     CROSS JOIN LATERAL (
       SELECT sum(open_bets) AS open_bets, json_agg(json_build_array(lane, changes, bets, turnover::text, payouts::text,
         open_bets, open_stake::text, liability::text, expected_ggr::text, waiting, updated_at)) AS lanes
       FROM game_position WHERE game = k.game AND game > '' ${ONE_LOOK_UP_A_ROW}) p
     LEFT JOIN LATERAL (SELECT game_type, competition FROM game WHERE game = k.game ${ONE_LOOK_UP_A_ROW}) g ON true
     LEFT JOIN LATERAL (
       SELECT json_agg(json_build_array(lane, bet_market, selection, odds::text, quoted_at, quoted_by, open_stake::text,
         open_liability::text)) AS selections
       FROM market_selection WHERE game = k.game AND p.open_bets <> 0 ${ONE_LOOK_UP_A_ROW}) s ON true
     WHERE p.lanes IS NOT NULL`,
    [textArray(games)],
  )
  return { games: rows.map(lanesOf), activation: rows[0]?.activation ?? 0 }
}

const money = (text: string): Money => parseMoney(text) as Money

function lanesOf(row: PositionRow): GameLanes {
  const selections = new Map<number, Map<string, LaneSelection>>()
  for (const [lane, betMarket, selection, odds, at, by, openStake, openLiability] of row.selections ?? []) {
    const theirs = selections.get(lane) ?? new Map<string, LaneSelection>()
    selections.set(lane, theirs)
    theirs.set(selectionKey(betMarket, selection), {
      betMarket,
      selection,
      quote: odds === null ? null : { odds: money(odds), occurredAt: Date.parse(at!), eventId: by! },
      openStake: money(openStake),
      openLiability: parseFine(openLiability),
    })
  }
  const lanes = row.lanes.map(
    ([
      lane,
      changes,
      bets,
      turnover,
      payouts,
      openBets,
      openStake,
      liability,
      expected,
      waiting,
      at,
    ]): LanePosition => ({
      lane,
      changes,
      position: {
        bets,
        turnover: money(turnover),
        payouts: money(payouts),
        openBets,
        openStake: money(openStake),
        liability: parseFine(liability),
      },
      expected: parseExpected(expected),
      waiting,
      updatedAt: Date.parse(at),
      selections: selections.get(lane) ?? new Map(),
    }),
  )
  const { game, game_type, competition, has_selections } = row
  return { game, gameType: game_type, competition, lanes, hasSelections: has_selections }
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
export async function readTotals(db: Queryable): Promise<{ openBets: number; waiting: number }> {
  const [row] = await db.rows<{ open_bets: number; waiting: number }>(
    `/* readTotals */
     SELECT coalesce(sum(open_bets), 0)::bigint AS open_bets, coalesce(sum(waiting), 0)::bigint AS waiting FROM game_position`,
  )
  return { openBets: row!.open_bets, waiting: row!.waiting }
}
