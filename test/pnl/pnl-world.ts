import type { Role } from '../../src/graphql/access.js'
import { type ApiClient, tokenOf } from '../support/client.js'
import type { TestInstallation } from '../support/server.js'

export interface GameView {
  readonly game: string
  readonly gameType: string | null
  readonly competition: string | null
  readonly bets: number
  readonly turnover: string
  readonly payouts: string
  readonly ggr: string
  readonly openBets: number
  readonly openStake: string
  readonly liability: string
  readonly expectedGgr: string
  readonly waiting: number
  readonly updatedAt: string
  readonly revision: string
}

export interface GamePage {
  readonly nodes: readonly GameView[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  readonly totalCount: number
}

export interface BucketView {
  readonly game: string | null
  readonly gameType: string | null
  readonly competition: string | null
  readonly bucketStart: string
  readonly bets: number
  readonly turnover: string
  readonly payouts: string
  readonly ggr: string
  readonly holdPercent: number | null
}

export const GAME_FIELDS = `game gameType competition bets turnover payouts ggr openBets openStake liability expectedGgr
  waiting updatedAt revision`
const GAME_PNL = `query ($games: [String!], $gameType: String, $first: Int! = 100, $after: String) {
  gamePnl(games: $games, gameType: $gameType, first: $first, after: $after) {
    nodes { ${GAME_FIELDS} } pageInfo { hasNextPage endCursor } totalCount
  }
}`
const PNL = `query ($filter: PnlFilter!) {
  pnl(filter: $filter) { game gameType competition bucketStart bets turnover payouts ggr holdPercent }
}`
export const GAME_PNL_CHANGED = `subscription ($games: [String!], $gameType: String) {
  gamePnlChanged(games: $games, gameType: $gameType) { ${GAME_FIELDS} }
}`

export const gamePnl = async (client: ApiClient, variables: Record<string, unknown> = {}, role: Role = 'analyst') =>
  (await client.data<{ gamePnl: GamePage }>(GAME_PNL, variables, tokenOf(role))).gamePnl

export const pnl = async (client: ApiClient, filter: Record<string, unknown>, role: Role = 'analyst') =>
  (await client.data<{ pnl: BucketView[] }>(PNL, { filter }, tokenOf(role))).pnl

export async function refusalOf(client: ApiClient, kind: 'gamePnl' | 'pnl', variables: object, role: Role = 'analyst') {
  const asked = kind === 'pnl' ? { filter: variables } : { ...variables }
  const { errors } = await client.graphql(kind === 'pnl' ? PNL : GAME_PNL, asked, tokenOf(role))
  return errors?.map(({ message, extensions }) => `${extensions.code}: ${message}`).join('\n') ?? 'taken'
}

export const KICK_OFF = Date.parse('2026-06-20T14:30:10Z')
export const at = (minutes: number): string => new Date(KICK_OFF + minutes * 60_000).toISOString()

let events = 0
/** An event of football as its producer sends it. */
export const event = (event_type: string, game: string | undefined, more: Record<string, unknown>, minutes = 0) => ({
  event_id: `e${++events}`,
  player_id: 'p1',
  event_type,
  timestamp: at(minutes),
  ...(game === undefined ? {} : { game, game_type: 'football', competition: 'E0' }),
  ...more,
})

export const bet = (game: string, bet_id: string, selection: string, odds: string, amount = '10', minutes = 0) =>
  event('bet', game, { bet_id, bet_market: '1X2', selection, odds, amount }, minutes)

export const settle = (game: string, bet_id: string, amount: string, minutes = 5) =>
  event('settlement', game, { bet_id, amount, result: amount === '0' ? 'lost' : 'won' }, minutes)

/** A model that moves the log-odds of all by so much. */
export function activate({ database }: Pick<TestInstallation, 'database'>, intercept: number) {
  const model = { kind: 'logistic', general: { intercept, slope: 0 }, sports: {}, competitions: {} }
  return database.query(
    `INSERT INTO outcome_model (kind, trained_at, trained_on, evaluated_on, log_loss, brier, baseline_log_loss,
       baseline_brier, model, activation)
     SELECT 'logistic', now() + interval '1 minute', 1, 1, 1, 1, 1, 1, $1, coalesce(max(activation), 0) + 1 FROM outcome_model`,
    [JSON.stringify(model)],
  )
}
