import { Field, Float, InputType, ObjectType, registerEnumType } from 'type-graphql'
import { DateTime, Decimal, SafeInt } from '../graphql/scalars.js'
import type { Money } from '../kernel/money.js'
import type { Millis } from '../kernel/time.js'
import { holdPercentOf, type PnlBucket, type PnlGrain } from './pnl-bucket.js'
import { ggr } from './position.js'

export const PnlGrainEnum = { MINUTE: 'MINUTE', HOUR: 'HOUR', DAY: 'DAY' } as const satisfies { [K in PnlGrain]: K }
registerEnumType(PnlGrainEnum, {
  name: 'PnlGrain',
  description: 'The width of a bucket; they begin at whole minutes, hours and days of UTC.',
})

@ObjectType('PnlBucket', {
  description:
    'What the events of one slice of event time have changed: [bucketStart, bucketStart + grain). A correction counts in the bucket of its own time, so a bucket may be negative. ggr = turnover - payouts; holdPercent = ggr / turnover * 100, null without turnover. By bucketStart, then game, ascending.',
})
export class PnlBucketType implements PnlBucket {
  @Field(() => String, {
    nullable: true,
    description: 'Null: of all games that were asked for (perGame: false), or of events that name none.',
  })
  game!: string | null
  @Field(() => String, { nullable: true, description: 'The first that an event of the game has named.' })
  gameType!: string | null
  @Field(() => String, { nullable: true, description: 'The first that an event of the game has named.' })
  competition!: string | null
  @Field(() => DateTime) bucketStart!: Millis
  @Field(() => SafeInt, { description: 'Placed, less those that were rolled back.' }) bets!: number
  @Field(() => Decimal, { description: 'Stakes, in the base currency.' }) turnover!: Money
  @Field(() => Decimal, { description: 'What went back to players, in the base currency.' }) payouts!: Money
  @Field(() => Decimal, { description: 'turnover - payouts.' }) ggr!: Money
  @Field(() => Float, { nullable: true, description: 'ggr / turnover * 100; null without turnover.' })
  holdPercent!: number | null
}

export function bucketTypeOf(bucket: PnlBucket): PnlBucketType {
  const kept = ggr(bucket)
  return { ...bucket, ggr: kept, holdPercent: holdPercentOf(bucket.turnover, kept) }
}

@InputType({
  description:
    'from and to are rounded outwards to the grain. At most 50,000 buckets, else BAD_USER_INPUT. Lists have at most 5,000 names; what is absent restricts nothing.',
})
export class PnlFilter {
  @Field(() => [String], { nullable: true }) games?: string[] | null
  @Field(() => [String], { nullable: true }) gameTypes?: string[] | null
  @Field(() => [String], { nullable: true }) competitions?: string[] | null
  @Field(() => DateTime) from!: Millis
  @Field(() => DateTime, { description: 'Exclusive; later than from.' }) to!: Millis
  @Field(() => PnlGrainEnum, { defaultValue: 'MINUTE' }) grain!: PnlGrain
  @Field({ defaultValue: true, description: 'False: one bucket for all games together.' }) perGame!: boolean
}
