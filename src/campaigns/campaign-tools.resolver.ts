import { Arg, Authorized, Ctx, ID, Int, Mutation, Query, Resolver } from 'type-graphql'
import { eventTypeOf } from '../events/event.type.js'
import type { GraphContext } from '../graphql/context.js'
import { DateTime } from '../graphql/scalars.js'
import type { Millis } from '../kernel/time.js'
import { CampaignPreview, ImportReport, TriggerExplanationType } from './campaign-tools.type.js'
import type { ExplainTrigger } from './explain-trigger.js'
import { FILTER_TYPES } from './filter/filter-types.js'
import type { ImportCampaigns } from './import-campaigns.js'
import type { PreviewCampaign } from './preview-campaign.js'

@Resolver()
export class CampaignToolsResolver {
  constructor(
    private readonly previews: PreviewCampaign,
    private readonly explanations: ExplainTrigger,
    private readonly imports: ImportCampaigns,
  ) {}

  @Authorized('crm', 'analyst')
  @Query(() => String, { description: 'For editors: TypeScript declarations of all that a filter can use.' })
  filterTypes(): string {
    return FILTER_TYPES
  }

  @Authorized('crm', 'analyst')
  @Query(() => CampaignPreview, {
    description:
      'Before it is switched on: what a filter would have done on the stored events of [from, to). The filter alone is asked, not the gates behind it: suppression, lateness, caps and cooldowns. It sees event.player as it was when each event came. BAD_USER_INPUT for a filter as in saveCampaign. UNAVAILABLE: two previews are under way on this node.',
  })
  async previewCampaign(
    @Arg('filter', () => String) filter: string,
    @Arg('game', () => String) game: string,
    @Arg('eventName', () => String) eventName: string,
    @Arg('from', () => DateTime, { description: 'Event time.' }) from: Millis,
    @Arg('to', () => DateTime, { description: 'Event time, exclusive.' }) to: Millis,
    @Arg('samples', () => Int, { defaultValue: 5, description: '0 to 50.' }) samples: number,
  ): Promise<CampaignPreview> {
    const preview = await this.previews.preview({ filter, game, eventName, from, to, samples })
    return { ...preview, samples: preview.samples.map(eventTypeOf) }
  }

  @Authorized('crm', 'analyst')
  @Query(() => TriggerExplanationType, {
    description:
      'Why not? The first gate that stopped an event, of the version that was in force when it was committed. The newest event with this id, where the player and the time do not say which. NOT_FOUND: no such campaign or event.',
  })
  explainTrigger(
    @Arg('campaignId', () => ID) campaignId: string,
    @Arg('eventId', () => ID) eventId: string,
    @Arg('playerId', () => ID, { nullable: true, description: 'Makes it a direct look-up.' }) playerId?: string,
    @Arg('occurredAt', () => DateTime, { nullable: true }) occurredAt?: Millis,
  ): Promise<TriggerExplanationType> {
    return this.explanations.explain({
      campaignId,
      eventId,
      playerId: playerId ?? null,
      occurredAt: occurredAt ?? null,
    })
  }

  @Authorized('crm')
  @Mutation(() => ImportReport, {
    description:
      "JSON lines of the Kafka/Flink demo's campaigns, at most 10,000 of 5 MB in all. A line that can't be taken is refused alone; the others are saved in one change, and of several with the same id the last one. Notes tell where a campaign did something else there than it does here.",
  })
  async importCampaigns(
    @Ctx() { actor }: GraphContext,
    @Arg('lines', () => String) lines: string,
  ): Promise<ImportReport> {
    const report = await this.imports.importLines(lines, actor.sub)
    return { ...report, notes: [...report.notes] }
  }
}
