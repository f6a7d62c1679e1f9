import { Arg, Authorized, FieldResolver, ID, Int, Query, Resolver, Root, Subscription } from 'type-graphql'
import type { Feed } from '../feed/feed.js'
import type { GraphContext } from '../graphql/context.js'
import { pageOf } from '../graphql/page.type.js'
import { DateTime, SafeInt } from '../graphql/scalars.js'
import { checkFirst } from '../kernel/page.js'
import type { Millis } from '../kernel/time.js'
import type { Database } from '../storage/database.js'
import { CampaignTriggerConnection, CampaignTriggerType, triggerTypeOf } from './campaign.type.js'
import { type CampaignTrigger, TRIGGER_TOPIC } from './campaign-trigger.js'
import { countTriggers, listTriggers, type TriggerFilter } from './trigger.store.js'

interface CampaignTriggeredArgs {
  readonly campaignId?: string | null
  readonly playerId?: string | null
  readonly after?: string | null
}

const subscribeTriggers = ({ feed }: GraphContext, { campaignId, playerId, after }: CampaignTriggeredArgs) =>
  feed.subscribe<CampaignTrigger>(
    TRIGGER_TOPIC,
    after,
    trigger =>
      (campaignId == null || trigger.campaignId === campaignId) && (playerId == null || trigger.playerId === playerId),
  )

/** A page of triggers, and what counts all of them when it is asked for. */
interface TriggerPage extends Omit<CampaignTriggerConnection, 'totalCount'> {
  readonly filter: TriggerFilter
}

@Resolver(() => CampaignTriggerConnection)
export class TriggerResolver {
  constructor(
    private readonly db: Database,
    private readonly feed: Feed,
  ) {}

  @Authorized('crm', 'analyst')
  @Query(() => CampaignTriggerConnection, { description: 'Newest first.' })
  async campaignTriggers(
    @Arg('campaignId', () => ID, { nullable: true }) campaignId: string | null,
    @Arg('playerId', () => ID, { nullable: true }) playerId: string | null,
    @Arg('from', () => DateTime, { nullable: true, description: "Of the event's time." }) from: Millis | null,
    @Arg('to', () => DateTime, { nullable: true, description: "Of the event's time, exclusive." }) to: Millis | null,
    @Arg('first', () => Int, { defaultValue: 50, description: '1 to 500.' }) first: number,
    @Arg('after', () => String, {
      nullable: true,
      description: 'The endCursor of the page before, or any feedCursor: what is older.',
    })
    after?: string,
  ): Promise<TriggerPage> {
    checkFirst(first)
    const filter = { campaignId, playerId, from, to }
    const before = after == null ? null : this.feed.idOf('after', after)
    const triggers = await listTriggers(this.db, filter, before, first + 1)
    const page = pageOf(triggers, first, trigger => this.feed.cursorOf(trigger.feedId))
    return { ...page, nodes: page.nodes.map(this.typeOf), filter }
  }

  @FieldResolver(() => SafeInt)
  totalCount(@Root() page: TriggerPage): Promise<number> {
    return countTriggers(this.db, page.filter)
  }

  @Authorized('crm', 'analyst')
  @Subscription(() => CampaignTriggerType, {
    description:
      'Each trigger once, in the order of commits. `after` resumes behind a feedCursor that the client has seen, also after a restart of the server or on another node: no gap, no double. SLOW_CONSUMER: too many triggers were waiting, resume after the last one seen. CURSOR_EXPIRED: query the lists and start anew.',
    subscribe: ({ args, context }) => subscribeTriggers(context as GraphContext, args as CampaignTriggeredArgs),
  })
  campaignTriggered(
    @Root() trigger: CampaignTrigger,
    @Arg('campaignId', () => ID, { nullable: true }) _campaignId?: string,
    @Arg('playerId', () => ID, { nullable: true }) _playerId?: string,
    @Arg('after', () => String, { nullable: true }) _after?: string,
  ): CampaignTriggerType {
    return this.typeOf(trigger)
  }

  private readonly typeOf = (trigger: CampaignTrigger): CampaignTriggerType =>
    triggerTypeOf(trigger, this.feed.cursorOf)
}
