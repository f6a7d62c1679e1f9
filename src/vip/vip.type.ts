import { Field, ID, InputType, Int, ObjectType } from 'type-graphql'
import { PageInfo } from '../graphql/page.type.js'
import { DateTime, Decimal, Duration, SafeInt } from '../graphql/scalars.js'
import type { Money } from '../kernel/money.js'
import { HOUR_MS, MINUTE_MS, type Millis } from '../kernel/time.js'
import type { VipEntry } from './vip-entry.js'

@ObjectType({
  description:
    'A player whose amounts of these event types in one window are strictly above the threshold is a VIP of that window. Windows are [k*slide, k*slide + window) from the Unix epoch.',
})
export class VipPolicy {
  @Field(() => ID) id!: string
  @Field() name!: string
  @Field(() => Decimal, { description: 'In the base currency; exactly it is not yet above it.' }) threshold!: Money
  @Field(() => Duration, { description: 'How long a window is.' }) window!: number
  @Field(() => Duration, { description: 'How far apart windows begin.' }) slide!: number
  @Field(() => [String], { description: 'Whose amounts are summed.' }) eventTypes!: readonly string[]
  @Field({ description: 'A disabled policy makes no entries; those made stay.' }) enabled!: boolean
  @Field(() => Int, { description: 'Grows with every save, from 1.' }) version!: number
}

@InputType({ description: 'slide: a multiple of PT5M; window: a multiple of the slide, at most 24 slides and P1D.' })
export class VipPolicyInput {
  @Field(() => ID, { description: '1 to 100 of A-Z a-z 0-9 _ . : -' }) id!: string
  @Field({ description: '1 to 200 characters.' }) name!: string
  @Field(() => Decimal, { description: '0 or more, in the base currency.' }) threshold!: Money
  @Field(() => Duration, { defaultValue: HOUR_MS }) window!: number
  @Field(() => Duration, { defaultValue: 30 * MINUTE_MS }) slide!: number
  @Field(() => [String], { defaultValue: ['bet'], description: '1 to 20 of them.' }) eventTypes!: string[]
  @Field({ defaultValue: true }) enabled!: boolean
  @Field(() => Int, {
    nullable: true,
    description: 'The version that this save replaces (0: there is none yet); CONFLICT when another stands.',
  })
  expectedVersion?: number | null
}

@ObjectType('VipEntry', {
  description:
    "One player above one policy's threshold in one window. Amount, counts and times are of the policy's event types in that window, as it stands when read.",
})
export class VipEntryType {
  @Field(() => ID) id!: string
  @Field(() => ID) policyId!: string
  @Field(() => Int) policyVersion!: number
  @Field(() => ID) playerId!: string
  @Field(() => DateTime) windowStart!: Millis
  @Field(() => DateTime, { description: 'Exclusive.' }) windowEnd!: Millis
  @Field(() => Decimal, { description: 'In the base currency.' }) amount!: Money
  @Field(() => SafeInt) eventCount!: number
  @Field(() => SafeInt, { description: 'Distinct session ids.' }) sessionCount!: number
  @Field(() => DateTime) firstEventAt!: Millis
  @Field(() => DateTime) lastEventAt!: Millis
  @Field(() => ID, {
    nullable: true,
    description:
      'The event whose amount, in the order of arrival, took the window over the threshold; null where a change of policy did.',
  })
  crossingEventId!: string | null
  @Field(() => DateTime, { description: 'Wall clock of the commit.' }) enteredAt!: Millis
  @Field({ description: 'The player was suppressed: recorded, never delivered.' }) suppressed!: boolean
  @Field({ description: 'Subscribe `after` it to get what came behind this entry.' }) feedCursor!: string
}

export const entryTypeOf = (entry: VipEntry, cursorOf: (feedId: number) => string): VipEntryType => ({
  ...entry,
  ...entry.figures,
  id: String(entry.feedId),
  feedCursor: cursorOf(entry.feedId),
})

@InputType({ description: 'Entries that match all that is given.' })
export class VipEntryFilter {
  @Field(() => ID, { nullable: true }) policyId?: string | null
  @Field(() => ID, { nullable: true }) playerId?: string | null
  @Field(() => DateTime, { nullable: true, description: 'Of windowStart.' }) from?: Millis | null
  @Field(() => DateTime, { nullable: true, description: 'Of windowStart, exclusive.' }) to?: Millis | null
  @Field(() => Decimal, { nullable: true, description: 'Of the window as it stands now.' }) minAmount?: Money | null
}

@ObjectType({ description: 'Newest first.' })
export class VipEntryConnection {
  @Field(() => [VipEntryType]) nodes!: VipEntryType[]
  @Field(() => PageInfo) pageInfo!: PageInfo
  @Field(() => SafeInt, { description: 'Of all pages.' }) totalCount!: number
}
