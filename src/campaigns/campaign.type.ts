import { Field, ID, InputType, Int, ObjectType } from 'type-graphql'
import { eventTypeOf, PlayerEvent } from '../events/event.type.js'
import { PageInfo } from '../graphql/page.type.js'
import { DateTime, Duration, JSONValue, SafeInt } from '../graphql/scalars.js'
import type { Millis } from '../kernel/time.js'
import type { Campaign } from './campaign.js'
import type { CampaignStatsRow } from './campaign.table.js'
import type { CampaignTrigger } from './campaign-trigger.js'

@ObjectType({ description: 'What a campaign has done, over all its versions.' })
export class CampaignStats {
  @Field(() => SafeInt) triggers!: number
  @Field(() => SafeInt, { description: 'Different players that were triggered.' }) players!: number
  @Field(() => SafeInt, { description: 'Matches that triggered nothing because their player was suppressed.' })
  suppressed!: number
  @Field(() => SafeInt, { description: 'Events that the filter was run on and failed: no match.' })
  filterErrors!: number
  @Field(() => DateTime, { nullable: true }) lastTriggeredAt!: Millis | null
  @Field(() => String, { nullable: true, description: 'With its line and column in the filter.' })
  lastFilterError!: string | null
}

const NO_STATS: CampaignStats = {
  triggers: 0,
  players: 0,
  suppressed: 0,
  filterErrors: 0,
  lastTriggeredAt: null,
  lastFilterError: null,
}

export const statsTypeOf = (row: CampaignStatsRow | undefined): CampaignStats =>
  row === undefined
    ? NO_STATS
    : {
        triggers: row.triggers,
        players: row.players,
        suppressed: row.suppressed,
        filterErrors: row.filter_errors,
        lastTriggeredAt: row.last_triggered_at,
        lastFilterError: row.last_filter_error,
      }

@ObjectType({ description: 'A campaign as it was saved once.' })
export class CampaignVersion {
  @Field(() => Int) version!: number
  @Field() enabled!: boolean
  @Field() game!: string
  @Field() eventName!: string
  @Field(() => DateTime, { nullable: true }) startsAt!: Millis | null
  @Field(() => DateTime, { nullable: true }) endsAt!: Millis | null
  @Field() filter!: string
  @Field(() => JSONValue, { nullable: true }) offer!: unknown
  @Field(() => Int, { nullable: true }) maxTriggersPerPlayer!: number | null
  @Field(() => Duration, { nullable: true }) cooldown!: number | null
  @Field(() => DateTime) savedAt!: Millis
  @Field() savedBy!: string
}

@ObjectType('Campaign', {
  description:
    'Triggers for the player of each event of `game` and `eventName` with startsAt <= occurredAt < endsAt that the filter finds true. An event more than TRIGGER_LATENESS_SECONDS (10 minutes) behind the watermark of its stream does not trigger.',
})
export class CampaignType {
  @Field(() => ID) id!: string
  @Field() name!: string
  @Field() enabled!: boolean
  @Field(() => String, {
    nullable: true,
    description:
      'Why the system switched it off, where it did: its filter failed on most events, or took more than 2,000 steps an event on average. See docs/filters.md.',
  })
  disabledReason!: string | null
  @Field() game!: string
  @Field() eventName!: string
  @Field(() => DateTime, { nullable: true, description: 'Event time. Null: never matches.' }) startsAt!: Millis | null
  @Field(() => DateTime, { nullable: true, description: 'Event time, exclusive. Null: never matches.' })
  endsAt!: Millis | null
  @Field({ description: 'A JavaScript function of the event; only the boolean true matches. See docs/filters.md.' })
  filter!: string
  @Field(() => JSONValue, { nullable: true, description: 'Handed on with every trigger.' }) offer!: unknown
  @Field(() => Int, { nullable: true, description: 'Over all versions; null: no bound.' })
  maxTriggersPerPlayer!: number | null
  @Field(() => Duration, {
    nullable: true,
    description: "Event time from a player's last trigger in which further matches do not trigger.",
  })
  cooldown!: number | null
  @Field(() => Int, { description: 'Grows with every save, from 1.' }) version!: number
  readonly revision!: number
  @Field(() => DateTime) updatedAt!: Millis
  @Field() updatedBy!: string
}

const contentOf = ({ cooldownMs, ...campaign }: Campaign) => ({ ...campaign, cooldown: cooldownMs })

export const campaignTypeOf = ({ savedAt, savedBy, ...campaign }: Campaign): CampaignType => ({
  ...contentOf({ savedAt, savedBy, ...campaign }),
  updatedAt: savedAt,
  updatedBy: savedBy,
})

export const versionTypeOf = (campaign: Campaign): CampaignVersion => contentOf(campaign)

@InputType()
export class CampaignInput {
  @Field(() => ID, { description: '1 to 100 of A-Z a-z 0-9 _ . : -' }) id!: string
  @Field({ description: '1 to 200 characters.' }) name!: string
  @Field({ defaultValue: true }) enabled!: boolean
  @Field({ description: 'Of the event, to the letter.' }) game!: string
  @Field({ description: 'Of the event, to the letter.' }) eventName!: string
  @Field(() => DateTime, { nullable: true }) startsAt?: Millis | null
  @Field(() => DateTime, { nullable: true, description: 'Exclusive; later than startsAt.' }) endsAt?: Millis | null
  @Field({
    description:
      "A JavaScript function of the event, e.g. \"event => event.data.result === 'loss'\", at most 20,000 characters. What can't run here is refused, with line, column and reason in the error's extensions.",
  })
  filter!: string
  @Field(() => JSONValue, { nullable: true, description: 'Any JSON of at most 10,000 characters.' }) offer?: unknown
  @Field(() => Int, { nullable: true, description: '1 to 1,000,000.' }) maxTriggersPerPlayer?: number | null
  @Field(() => Duration, { nullable: true, description: 'At most P3660D.' }) cooldown?: number | null
  @Field(() => Int, {
    nullable: true,
    description: 'The version that this save replaces (0: there is none yet); CONFLICT when another stands.',
  })
  expectedVersion?: number | null
}

@ObjectType({ description: 'Last saved first.' })
export class CampaignConnection {
  @Field(() => [CampaignType]) nodes!: CampaignType[]
  @Field(() => PageInfo) pageInfo!: PageInfo
  @Field(() => SafeInt, { description: 'Of all pages.' }) totalCount!: number
}

@ObjectType('CampaignTrigger', { description: '`event` is a snapshot stored with the trigger.' })
export class CampaignTriggerType {
  @Field(() => ID) id!: string
  @Field(() => ID) campaignId!: string
  @Field(() => Int, { description: 'The version that fired.' }) campaignVersion!: number
  @Field(() => ID) playerId!: string
  @Field(() => PlayerEvent, { description: 'It outlives the retention of events.' }) event!: PlayerEvent
  @Field(() => JSONValue, { nullable: true, description: "The campaign's, as it stood." }) offer!: unknown
  @Field(() => DateTime, { description: 'Wall clock of the commit.' }) triggeredAt!: Millis
  @Field({ description: 'Subscribe `after` it to get what came behind this trigger.' }) feedCursor!: string
}

export const triggerTypeOf = (trigger: CampaignTrigger, cursorOf: (feedId: number) => string): CampaignTriggerType => ({
  id: String(trigger.feedId),
  campaignId: trigger.campaignId,
  campaignVersion: trigger.campaignVersion,
  playerId: trigger.playerId,
  event: eventTypeOf(trigger.event),
  offer: trigger.offer,
  triggeredAt: trigger.triggeredAt,
  feedCursor: cursorOf(trigger.feedId),
})

@ObjectType({ description: 'Newest first.' })
export class CampaignTriggerConnection {
  @Field(() => [CampaignTriggerType]) nodes!: CampaignTriggerType[]
  @Field(() => PageInfo) pageInfo!: PageInfo
  @Field(() => SafeInt, { description: 'Of all pages.' }) totalCount!: number
}
