import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Query, Resolver, Root, Subscription } from 'type-graphql'
import type { Feed } from '../feed/feed.js'
import { requireOwnPlayer } from '../graphql/access.js'
import type { GraphContext } from '../graphql/context.js'
import { pageOf } from '../graphql/page.type.js'
import { SafeInt } from '../graphql/scalars.js'
import { AppError, badInput } from '../kernel/errors.js'
import { checkFirst } from '../kernel/page.js'
import type { Database } from '../storage/database.js'
import { type AwardFilter, countAwards, listAwards } from './award.store.js'
import { awardTypeOf, PrizeAwardConnection, PrizeAwardType } from './award.type.js'
import { findDraw } from './draw.store.js'
import type { AwardOutcome } from './make-draw.js'
import { AwardOutcomeEnum } from './prize.type.js'
import { AWARD_TOPIC, type PrizeAward } from './prize-award.js'
import type { ReadWallets } from './read-wallets.js'

interface PrizeAwardedArgs {
  readonly drawId?: string | null
  readonly playerId?: string | null
  readonly after?: string | null
}

function subscribeAwards({ feed, actor }: GraphContext, { drawId, playerId, after }: PrizeAwardedArgs) {
  requireOwnPlayer(actor, playerId)
  return feed.subscribe<PrizeAward>(
    AWARD_TOPIC,
    after,
    award => (drawId == null || award.drawId === drawId) && (playerId == null || award.playerId === playerId),
  )
}

/** A page of awards, and what counts all of them when it is asked for. */
interface AwardPage extends Omit<PrizeAwardConnection, 'totalCount'> {
  readonly drawId: string
  readonly filter: AwardFilter
}

const CURSOR = /^\d{1,15}$/

@Resolver(() => PrizeAwardConnection)
export class AwardResolver {
  constructor(
    private readonly db: Database,
    private readonly wallets: ReadWallets,
    private readonly feed: Feed,
  ) {}

  @Authorized('crm', 'analyst', 'player')
  @Query(() => PrizeAwardConnection, {
    description:
      'By position, ascending. Players see only their own, and must give their playerId. Empty until the draw is made; NOT_FOUND: no such draw.',
  })
  async prizeAwards(
    @Ctx() { actor }: GraphContext,
    @Arg('drawId', () => ID) drawId: string,
    @Arg('outcome', () => AwardOutcomeEnum, { nullable: true }) outcome: AwardOutcome | null,
    @Arg('playerId', () => ID, { nullable: true }) playerId: string | null,
    @Arg('first', () => Int, { defaultValue: 50, description: '1 to 500.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'The endCursor of the page before.' })
    after?: string | null,
  ): Promise<AwardPage> {
    requireOwnPlayer(actor, playerId)
    checkFirst(first)
    if (after != null && !CURSOR.test(after)) throw badInput('after', 'must be an endCursor', after)
    if ((await findDraw(this.db, drawId)) === null) throw new AppError('NOT_FOUND', `there is no draw ${drawId}`)
    const of = playerId == null ? null : await this.wallets.awardsOf(drawId, playerId)
    const filter = { outcome, of }
    const awards = await listAwards(this.db, drawId, filter, Number(after ?? 0), first + 1)
    const page = pageOf(awards, first, award => String(award.position))
    return { ...page, nodes: page.nodes.map(this.typeOf), drawId, filter }
  }

  @FieldResolver(() => SafeInt)
  totalCount(@Root() { drawId, filter }: AwardPage): Promise<number> {
    return countAwards(this.db, drawId, filter)
  }

  @Authorized('crm', 'analyst', 'player')
  @Subscription(() => PrizeAwardType, {
    description:
      'Each award once, in the order of commits, which within a draw is that of positions; players get their own, and must give their playerId. `after` resumes behind a feedCursor that the client has seen, also after a restart of the server or on another node: no gap, no double. SLOW_CONSUMER: too many awards were waiting, resume after the last one seen. CURSOR_EXPIRED: query the lists and start anew.',
    subscribe: ({ args, context }) => subscribeAwards(context as GraphContext, args as PrizeAwardedArgs),
  })
  prizeAwarded(
    @Root() award: PrizeAward,
    @Arg('drawId', () => ID, { nullable: true }) _drawId?: string,
    @Arg('playerId', () => ID, { nullable: true }) _playerId?: string,
    @Arg('after', () => String, { nullable: true }) _after?: string,
  ): PrizeAwardType {
    return this.typeOf(award)
  }

  private readonly typeOf = (award: PrizeAward): PrizeAwardType => awardTypeOf(award, this.feed.cursorOf)
}
