import { Arg, Authorized, ID, Resolver, Root, Subscription } from 'type-graphql'
import type { Feed } from '../feed/feed.js'
import { requireOwnPlayer } from '../graphql/access.js'
import type { GraphContext } from '../graphql/context.js'
import { milestoneTypeOf, TicketMilestoneType } from './milestone.type.js'
import { MILESTONE_TOPIC, type TicketMilestone } from './ticket-milestone.js'

interface MilestoneArgs {
  readonly drawId?: string | null
  readonly playerId?: string | null
  readonly after?: string | null
}

function subscribeMilestones({ feed, actor }: GraphContext, { drawId, playerId, after }: MilestoneArgs) {
  requireOwnPlayer(actor, playerId)
  return feed.subscribe<TicketMilestone>(
    MILESTONE_TOPIC,
    after,
    milestone =>
      (drawId == null || milestone.drawId === drawId) && (playerId == null || milestone.playerId === playerId),
  )
}

@Resolver()
export class MilestoneResolver {
  constructor(private readonly feed: Feed) {}

  @Authorized('crm', 'analyst', 'player')
  @Subscription(() => TicketMilestoneType, {
    description:
      'Each milestone once, in the order of commits; players get their own, and must give their playerId. `after` resumes behind a feedCursor that the client has seen, also after a restart of the server or on another node: no gap, no double. SLOW_CONSUMER: too many milestones were waiting, resume after the last one seen. CURSOR_EXPIRED: start anew.',
    subscribe: ({ args, context }) => subscribeMilestones(context as GraphContext, args as MilestoneArgs),
  })
  ticketMilestoneReached(
    @Root() milestone: TicketMilestone,
    @Arg('drawId', () => ID, { nullable: true }) _drawId?: string,
    @Arg('playerId', () => ID, { nullable: true }) _playerId?: string,
    @Arg('after', () => String, { nullable: true }) _after?: string,
  ): TicketMilestoneType {
    return milestoneTypeOf(milestone, this.feed.cursorOf)
  }
}
