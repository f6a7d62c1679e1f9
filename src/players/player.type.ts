import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql'
import { PageInfo } from '../graphql/page.type.js'
import { DateTime, Decimal, SafeInt } from '../graphql/scalars.js'
import type { Money } from '../kernel/money.js'
import type { Millis } from '../kernel/time.js'
import type { PlayerRow } from './player.table.js'

@ObjectType({ description: 'Totals of one player in [windowStart, windowEnd), in the base currency.' })
export class PlayerActivity {
  @Field(() => DateTime) windowStart!: Millis
  @Field(() => DateTime, { description: 'Exclusive.' }) windowEnd!: Millis
  @Field(() => Decimal, { description: 'Stakes.' }) turnover!: Money
  @Field(() => Decimal, { description: 'What went back to the player.' }) payouts!: Money
  @Field(() => SafeInt, { description: 'Events of every type.' }) eventCount!: number
}

@ObjectType({ description: 'Why and how long no effect of a player leaves the system.' })
export class Suppression {
  @Field() reason!: string
  @Field(() => DateTime, {
    description: 'Wall clock; stays when a suppression in force is given another reason or end.',
  })
  since!: Millis
  @Field(() => DateTime, { nullable: true, description: 'Null: until it is lifted.' }) until!: Millis | null
  @Field({ description: 'Who called suppressPlayer last.' }) by!: string
}

@ObjectType({ description: 'Known from its events, or from a suppression.' })
export class Player {
  @Field(() => ID) id!: string
  @Field(() => DateTime, {
    nullable: true,
    description: 'Event time of its earliest event. Null for a player that is only known from a suppression.',
  })
  firstSeenAt!: Millis | null
  @Field(() => DateTime, { nullable: true, description: 'Event time of its latest event.' })
  lastSeenAt!: Millis | null
  @Field({ description: 'No effect of this player leaves the system now.' }) suppressed!: boolean
  @Field(() => Suppression, { nullable: true }) suppression!: Suppression | null
}

export const playerOf = (row: PlayerRow): Player => ({
  id: row.player_id,
  firstSeenAt: row.first_seen_at,
  lastSeenAt: row.last_seen_at,
  suppressed: row.reason !== null,
  suppression: suppressionOf(row),
})

const suppressionOf = ({ reason, since, until_at, suppressed_by }: PlayerRow): Suppression | null =>
  reason === null ? null : { reason, since: since!, until: until_at, by: suppressed_by! }

@ObjectType({ description: 'By id, ascending.' })
export class PlayerConnection {
  @Field(() => [Player]) nodes!: Player[]
  @Field(() => PageInfo) pageInfo!: PageInfo
}

export enum LeaderboardMetric {
  TURNOVER = 'TURNOVER',
  PAYOUTS = 'PAYOUTS',
  NET_LOSS = 'NET_LOSS',
}
registerEnumType(LeaderboardMetric, {
  name: 'LeaderboardMetric',
  valuesConfig: {
    TURNOVER: { description: 'Stakes.' },
    PAYOUTS: { description: 'What went back to the player.' },
    NET_LOSS: { description: 'Turnover minus payouts: what the player lost to the house; below 0 for a winner.' },
  },
})

@ObjectType('LeaderboardRow', { description: 'One player of a leaderboard.' })
export class LeaderboardRowType {
  @Field(() => Int, { description: 'From 1.' }) rank!: number
  @Field(() => ID) playerId!: string
  @Field(() => Decimal, { description: 'Of the metric, in the base currency.' }) amount!: Money
}
