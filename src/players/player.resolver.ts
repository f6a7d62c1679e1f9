import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql'
import { requireOwnPlayer } from '../graphql/access.js'
import type { GraphContext } from '../graphql/context.js'
import { loaderOf } from '../graphql/loader.js'
import { pageOf } from '../graphql/page.type.js'
import { DateTime, Duration } from '../graphql/scalars.js'
import { type Money, parseMoney } from '../kernel/money.js'
import { checkFirst } from '../kernel/page.js'
import { type Clock, HOUR_MS, type Millis } from '../kernel/time.js'
import type { Database } from '../storage/database.js'
import { activityWindow, checkLeaderboardSpan } from './player.js'
import { type ActivityWindow, findPlayers, listPlayers, readActivity, readLeaderboard } from './player.store.js'
import {
  LeaderboardMetric,
  LeaderboardRowType,
  Player,
  PlayerActivity,
  PlayerConnection,
  playerOf,
} from './player.type.js'

const money = (text: string): Money => parseMoney(text) as Money

const ACTIVITY = Symbol('activity')

@Resolver(() => Player)
export class PlayerResolver {
  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
  ) {}

  @Authorized('crm', 'analyst', 'player')
  @Query(() => Player, {
    nullable: true,
    description: 'Null when no event of this player has come, and no suppression. Players see only themselves.',
  })
  async player(@Ctx() { actor }: GraphContext, @Arg('id', () => ID) id: string): Promise<Player | null> {
    requireOwnPlayer(actor, id)
    const [row] = await findPlayers(this.db, [id], this.clock())
    return row === undefined ? null : playerOf(row)
  }

  @Authorized('crm', 'analyst')
  @Query(() => PlayerConnection, { description: 'By id, ascending, as bytes of UTF-8 compare.' })
  async players(
    @Arg('idPrefix', () => String, { nullable: true, description: 'Whose ids start with it, to the letter.' }) idPrefix:
      | string
      | null,
    @Arg('suppressed', () => Boolean, { nullable: true, description: 'Whether they are suppressed now; null: either.' })
    suppressed: boolean | null,
    @Arg('first', () => Int, { defaultValue: 50, description: '1 to 500.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'The endCursor of the page before.' }) after?: string,
  ): Promise<PlayerConnection> {
    checkFirst(first)
    const page = {
      idPrefix: idPrefix ?? null,
      suppressed: suppressed ?? null,
      after: after ?? null,
      limit: first + 1,
    }
    const rows = await listPlayers(this.db, page, this.clock())
    return pageOf(rows.map(playerOf), first, player => player.id)
  }

  @FieldResolver(() => PlayerActivity, {
    description:
      'Totals of the window [windowEnd - window, windowEnd), windowEnd = `at` (now when absent) rounded up to a pane of PT5M.',
  })
  async activity(
    @Root() player: Player,
    @Ctx() context: GraphContext,
    @Arg('window', () => Duration, { defaultValue: HOUR_MS, description: 'A multiple of PT5M, at most P366D.' })
    window: number,
    @Arg('at', () => DateTime, { nullable: true }) at?: Millis,
  ): Promise<PlayerActivity> {
    const { from, to } = activityWindow(window, at ?? this.clock())
    const loader = loaderOf(context, ACTIVITY, (windows: readonly ActivityWindow[]) => readActivity(this.db, windows))
    const row = await loader.load({ playerId: player.id, from, to })
    return {
      windowStart: from,
      windowEnd: to,
      turnover: money(row.turnover),
      payouts: money(row.payouts),
      eventCount: row.event_count,
    }
  }

  @Authorized('crm', 'analyst')
  @Query(() => [LeaderboardRowType], {
    description:
      'Who has most of the metric in [from, to), the highest first; ties by playerId. Players without turnover and payouts there are left out.',
  })
  async leaderboard(
    @Arg('metric', () => LeaderboardMetric, { defaultValue: LeaderboardMetric.TURNOVER }) metric: LeaderboardMetric,
    @Arg('from', () => DateTime, { description: 'On a border of PT5M.' }) from: Millis,
    @Arg('to', () => DateTime, { description: 'Exclusive; on a border of PT5M, at most P7D after from.' }) to: Millis,
    @Arg('gameType', () => String, { nullable: true, description: 'Only events of this game type.' }) gameType:
      | string
      | null,
    @Arg('first', () => Int, { defaultValue: 100, description: '1 to 500.' }) first: number,
  ): Promise<LeaderboardRowType[]> {
    checkFirst(first)
    checkLeaderboardSpan(from, to)
    const rows = await readLeaderboard(this.db, { metric, from, to, gameType: gameType ?? null, limit: first })
    return rows.map((row, i) => ({ rank: i + 1, playerId: row.player_id, amount: money(row.amount) }))
  }
}
