import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql'
import type { GraphContext } from '../graphql/context.js'
import { loaderOf } from '../graphql/loader.js'
import { pageOf } from '../graphql/page.type.js'
import { SafeInt } from '../graphql/scalars.js'
import { badInput } from '../kernel/errors.js'
import { checkFirst } from '../kernel/page.js'
import type { Database } from '../storage/database.js'
import {
  type CampaignFilter,
  countListed,
  findCampaigns,
  listCampaigns,
  listVersions,
  readStats,
} from './campaign.store.js'
import {
  CampaignConnection,
  CampaignInput,
  CampaignStats,
  CampaignType,
  CampaignVersion,
  campaignTypeOf,
  statsTypeOf,
  versionTypeOf,
} from './campaign.type.js'
import type { SaveCampaign } from './save-campaign.js'

/** A page of campaigns, and what counts all of them when it is asked for. */
interface CampaignPage extends Omit<CampaignConnection, 'totalCount'> {
  readonly filter: CampaignFilter
}

interface VersionsAsked {
  readonly id: string
  readonly first: number
}

const STATS = Symbol('campaign stats')
const VERSIONS = Symbol('campaign versions')
const CURSOR = /^\d{1,15}$/

@Resolver(() => CampaignType)
export class CampaignResolver {
  constructor(
    private readonly db: Database,
    private readonly saveCampaigns: SaveCampaign,
  ) {}

  @Authorized('crm', 'analyst')
  @Query(() => CampaignType, { nullable: true })
  async campaign(@Arg('id', () => ID) id: string): Promise<CampaignType | null> {
    const [campaign] = await findCampaigns(this.db, [id])
    return campaign === undefined ? null : campaignTypeOf(campaign)
  }

  @Authorized('crm', 'analyst')
  @Query(() => CampaignConnection, { description: 'Last saved first.' })
  async campaigns(
    @Arg('enabled', () => Boolean, { nullable: true }) enabled: boolean | null,
    @Arg('game', () => String, { nullable: true }) game: string | null,
    @Arg('first', () => Int, { defaultValue: 50, description: '1 to 500.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'The endCursor of the page before.' }) after?: string,
  ): Promise<CampaignPage> {
    checkFirst(first)
    if (after != null && !CURSOR.test(after)) throw badInput('after', 'must be a cursor that this API has given', after)
    const filter = { enabled, game }
    const rows = await listCampaigns(this.db, filter, after == null ? null : Number(after), first + 1)
    const page = pageOf(rows.map(campaignTypeOf), first, campaign => String(campaign.revision))
    return { ...page, filter }
  }

  @FieldResolver(() => CampaignStats)
  async stats(@Root() campaign: CampaignType, @Ctx() context: GraphContext): Promise<CampaignStats> {
    const loader = loaderOf(context, STATS, async (ids: readonly string[]) => {
      const rows = new Map((await readStats(this.db, ids)).map(row => [row.campaign_id, row]))
      return ids.map(id => statsTypeOf(rows.get(id)))
    })
    return loader.load(campaign.id)
  }

  @FieldResolver(() => [CampaignVersion], { description: 'Newest first, this one included.' })
  async versions(
    @Root() campaign: CampaignType,
    @Ctx() context: GraphContext,
    @Arg('first', () => Int, { defaultValue: 20, description: '1 to 500.' }) first: number,
  ): Promise<CampaignVersion[]> {
    checkFirst(first)
    const loader = loaderOf(context, VERSIONS, async (asked: readonly VersionsAsked[]) => {
      const ids = [...new Set(asked.map(a => a.id))]
      const lists = await listVersions(this.db, ids, Math.max(...asked.map(a => a.first)))
      const byId = new Map(ids.map((id, i) => [id, lists[i]!]))
      return asked.map(a => byId.get(a.id)!.slice(0, a.first).map(versionTypeOf))
    })
    return loader.load({ id: campaign.id, first })
  }

  @Authorized('crm')
  @Mutation(() => CampaignType, {
    description:
      "Makes the campaign's next version: in force for every batch that begins from now on, on every node; the last save wins. BAD_USER_INPUT: extensions.field names what is wrong; for the filter also line, column and reason. CONFLICT: expectedVersion is not the version that stands.",
  })
  async saveCampaign(@Ctx() { actor }: GraphContext, @Arg('input') input: CampaignInput): Promise<CampaignType> {
    const { expectedVersion, cooldown, startsAt, endsAt, offer, maxTriggersPerPlayer, ...rest } = input
    const draft = {
      ...rest,
      disabledReason: null,
      startsAt: startsAt ?? null,
      endsAt: endsAt ?? null,
      offer: offer ?? null,
      maxTriggersPerPlayer: maxTriggersPerPlayer ?? null,
      cooldownMs: cooldown ?? null,
    }
    return campaignTypeOf(await this.saveCampaigns.save(draft, expectedVersion ?? null, actor.sub))
  }

  @Authorized('crm')
  @Mutation(() => CampaignType, {
    description: 'Makes a version where it changes something; also clears disabledReason. NOT_FOUND: no such campaign.',
  })
  async setCampaignEnabled(
    @Ctx() { actor }: GraphContext,
    @Arg('id', () => ID) id: string,
    @Arg('enabled', () => Boolean) enabled: boolean,
  ): Promise<CampaignType> {
    return campaignTypeOf(await this.saveCampaigns.setEnabled(id, enabled, actor.sub))
  }
}

@Resolver(() => CampaignConnection)
export class CampaignConnectionResolver {
  constructor(private readonly db: Database) {}

  @FieldResolver(() => SafeInt)
  totalCount(@Root() page: CampaignPage): Promise<number> {
    return countListed(this.db, page.filter)
  }
}
