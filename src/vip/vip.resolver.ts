import {
  Arg,
  Authorized,
  Ctx,
  FieldResolver,
  ID,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql'
import type { Feed } from '../feed/feed.js'
import type { GraphContext } from '../graphql/context.js'
import { pageOf } from '../graphql/page.type.js'
import { Decimal, SafeInt } from '../graphql/scalars.js'
import type { Money } from '../kernel/money.js'
import { checkFirst } from '../kernel/page.js'
import type { Database } from '../storage/database.js'
import type { SaveVipPolicy } from './save-vip-policy.js'
import { entryTypeOf, VipEntryConnection, VipEntryFilter, VipEntryType, VipPolicy, VipPolicyInput } from './vip.type.js'
import { VIP_TOPIC, type VipEntry } from './vip-entry.js'
import { countEntries, listEntries } from './vip-entry.store.js'
import type { VipPolicy as Policy } from './vip-policy.js'
import { listPolicies } from './vip-policy.store.js'

const policyTypeOf = ({ windowMs, slideMs, ...policy }: Policy): VipPolicy => ({
  ...policy,
  window: windowMs,
  slide: slideMs,
})

interface VipEnteredArgs {
  readonly policyId?: string | null
  readonly playerId?: string | null
  readonly minAmount?: Money | null
  readonly after?: string | null
}

const subscribeEntries = ({ feed }: GraphContext, { policyId, playerId, minAmount, after }: VipEnteredArgs) =>
  feed.subscribe<VipEntry>(
    VIP_TOPIC,
    after,
    entry =>
      !entry.suppressed &&
      (policyId == null || entry.policyId === policyId) &&
      (playerId == null || entry.playerId === playerId) &&
      (minAmount == null || entry.amountEntered >= minAmount),
  )

/** A page of entries, and what counts all of them when it is asked for. */
interface EntryPage extends Omit<VipEntryConnection, 'totalCount'> {
  readonly filter: VipEntryFilter
}

@Resolver(() => VipEntryConnection)
export class VipResolver {
  constructor(
    private readonly db: Database,
    private readonly feed: Feed,
    private readonly savePolicy: SaveVipPolicy,
  ) {}

  @Authorized('crm', 'analyst')
  @Query(() => [VipPolicy], { description: 'By id, ascending.' })
  async vipPolicies(): Promise<VipPolicy[]> {
    return (await listPolicies(this.db)).map(policyTypeOf)
  }

  @Authorized('admin')
  @Mutation(() => VipPolicy, {
    description:
      "Makes the policy's next version: in force for every batch that begins from now on, on every node. Players already above it, in windows whose end the slowest active stream has not passed, get their entries before this answers. CONFLICT: expectedVersion is not the version that stands.",
  })
  async saveVipPolicy(@Ctx() { actor }: GraphContext, @Arg('input') input: VipPolicyInput): Promise<VipPolicy> {
    const { window: windowMs, slide: slideMs, expectedVersion, ...rest } = input
    return policyTypeOf(await this.savePolicy.save({ ...rest, windowMs, slideMs }, expectedVersion ?? null, actor.sub))
  }

  @Authorized('crm', 'analyst')
  @Query(() => VipEntryConnection, { description: 'Newest first.' })
  async vipEntries(
    @Arg('filter', () => VipEntryFilter, { nullable: true }) filter: VipEntryFilter | null,
    @Arg('first', () => Int, { defaultValue: 50, description: '1 to 500.' }) first: number,
    @Arg('after', () => String, {
      nullable: true,
      description: 'The endCursor of the page before, or any feedCursor: what is older.',
    })
    after?: string,
  ): Promise<EntryPage> {
    checkFirst(first)
    const before = after == null ? null : this.feed.idOf('after', after)
    const entries = await listEntries(this.db, filter ?? {}, before, first + 1)
    const page = pageOf(entries, first, entry => this.feed.cursorOf(entry.feedId))
    return { ...page, nodes: page.nodes.map(this.typeOf), filter: filter ?? {} }
  }

  @FieldResolver(() => SafeInt)
  totalCount(@Root() page: EntryPage): Promise<number> {
    return countEntries(this.db, page.filter)
  }

  @Authorized('crm', 'analyst')
  @Subscription(() => VipEntryType, {
    description:
      'Each entry once, in the order of commits. `after` resumes behind a feedCursor that the client has seen, also after a restart of the server or on another node: no gap, no double. SLOW_CONSUMER: too many entries were waiting, resume after the last one seen. CURSOR_EXPIRED: query the lists and start anew.',
    subscribe: ({ args, context }) => subscribeEntries(context as GraphContext, args as VipEnteredArgs),
  })
  vipEntered(
    @Root() entry: VipEntry,
    @Arg('policyId', () => ID, { nullable: true }) _policyId?: string,
    @Arg('playerId', () => ID, { nullable: true }) _playerId?: string,
    @Arg('minAmount', () => Decimal, { nullable: true, description: 'Of the window when it was entered.' })
    _minAmount?: Money,
    @Arg('after', () => String, { nullable: true }) _after?: string,
  ): VipEntryType {
    return this.typeOf(entry)
  }

  private readonly typeOf = (entry: VipEntry): VipEntryType => entryTypeOf(entry, this.feed.cursorOf)
}
