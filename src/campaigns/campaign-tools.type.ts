import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql'
import { PlayerEvent } from '../events/event.type.js'
import { SafeInt } from '../graphql/scalars.js'
import type { TriggerGate } from './campaign.js'

@ObjectType({
  description:
    'What a filter would have done on stored events: nothing is triggered. The filter alone: who is suppressed, what comes too late, caps and cooldowns are not asked.',
})
export class CampaignPreview {
  @Field(() => SafeInt, { description: 'Events of the game, name and time that the filter was shown.' })
  eventsScanned!: number
  @Field(() => SafeInt) matches!: number
  @Field(() => SafeInt, { description: 'Different players of the matches.' }) players!: number
  @Field(() => SafeInt, { description: 'Events on which the filter failed: no match.' }) filterErrors!: number
  @Field(() => String, {
    nullable: true,
    description: 'On the earliest event that it failed on, with its line and column in the filter.',
  })
  firstError!: string | null
  @Field({
    description:
      'Not all events were looked at, because they are more than 1,000,000 or would have taken longer than 10 seconds: the figures and samples are of those that were.',
  })
  truncated!: boolean
  @Field(() => [PlayerEvent], { description: 'The earliest matches, by time.' }) samples!: PlayerEvent[]
}

const GATE_DESCRIPTIONS: Readonly<Record<TriggerGate, string>> = {
  MATCHED: 'The event triggered the campaign.',
  NOT_IN_FORCE: 'The campaign did not exist when the event was committed.',
  DISABLED: 'By hand, or by the system: see the campaign.',
  WRONG_GAME: 'The event is of another game, or of none.',
  WRONG_EVENT: 'The event has another name, or none.',
  NOT_STARTED: 'The event is from before startsAt, or the campaign has none.',
  ENDED: 'The event is from endsAt or later, or the campaign has none.',
  TOO_LATE: 'The event was too far behind the watermark of its stream when it came.',
  FILTER_FALSE: 'The filter gave something else than the boolean true.',
  FILTER_ERROR: 'The filter failed, or was not run because its campaign was being switched off.',
  SUPPRESSED: 'The player was suppressed: the match was kept as evidence.',
  PLAYER_CAP: 'The player had had maxTriggersPerPlayer.',
  COOLDOWN: "The player's last trigger was less than `cooldown` before.",
}

export const TriggerGateEnum = Object.fromEntries(Object.keys(GATE_DESCRIPTIONS).map(gate => [gate, gate])) as Record<
  TriggerGate,
  TriggerGate
>
registerEnumType(TriggerGateEnum, {
  name: 'TriggerGate',
  description: 'What stops an event, in the order in which it is asked.',
  valuesConfig: Object.fromEntries(
    Object.entries(GATE_DESCRIPTIONS).map(([gate, description]) => [gate, { description }]),
  ),
})

@ObjectType('TriggerExplanation', {
  description: 'Of the version of the campaign that was in force when the event was committed.',
})
export class TriggerExplanationType {
  @Field(() => ID) campaignId!: string
  @Field(() => Int, { nullable: true, description: 'Null when there was none yet.' }) campaignVersion!: number | null
  @Field(() => ID) eventId!: string
  @Field(() => TriggerGateEnum, { description: 'The first that stopped the event.' }) gate!: TriggerGate
  @Field(() => String, { nullable: true, description: 'The figures behind it, in words.' }) detail!: string | null
}

@ObjectType({ description: 'What of an import is not as it looks.' })
export class ImportNote {
  @Field(() => Int, { description: 'From 1.' }) line!: number
  @Field(() => ID, { nullable: true }) campaignId!: string | null
  @Field({
    description:
      'ERROR: the line was refused. WARNING: the campaign does here, or did there, something else than one would think. INFO: what is good to know.',
  })
  level!: string
  @Field() message!: string
}

@ObjectType({ description: 'What became of the lines of an import.' })
export class ImportReport {
  @Field(() => Int, { description: 'Campaigns.' }) saved!: number
  @Field(() => Int, { description: 'Lines.' }) refused!: number
  @Field(() => [ImportNote], { description: 'By line.' }) notes!: ImportNote[]
}
