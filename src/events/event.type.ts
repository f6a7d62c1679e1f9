import { Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql'
import { DateTime, Decimal, JSONValue, SafeInt } from '../graphql/scalars.js'
import { type Money, parseMoney } from '../kernel/money.js'
import { type Millis, SECOND_MS } from '../kernel/time.js'
import type { EventSnapshot } from './event-snapshot.js'
import type { StreamProgress } from './stream.js'

@InputType({
  description:
    'One thing a player did. Texts have at most 200 characters; an event that does not fit is rejected alone, and the others of the call are taken.',
})
export class PlayerEventInput {
  @Field(() => ID, {
    nullable: true,
    description: 'Names the event: the same id, player and time count once. Made by the server where absent.',
  })
  eventId?: string | null
  @Field(() => ID, { description: 'Who did it.' }) playerId!: string
  @Field({ description: 'bet, win, settlement, refund, rollback, deposit, login, or any other word.' })
  eventType!: string
  @Field(() => String, { nullable: true }) eventName?: string | null
  @Field(() => Decimal, {
    defaultValue: 0n,
    description:
      'In the base currency: 0 or more, at most 4 decimals, at most 1000000000000. The stake of a bet, the payout of a win.',
  })
  amount!: Money
  @Field(() => String, {
    nullable: true,
    description: 'Where given, the base currency of the installation; another is rejected (CURRENCY_NOT_SUPPORTED).',
  })
  currency?: string | null
  @Field(() => DateTime, {
    description:
      'When it happened: the time that decides. From 1970 on, at most EVENT_AHEAD_SECONDS (5 minutes) ahead of the server.',
  })
  occurredAt!: Millis
  @Field(() => String, { nullable: true }) game?: string | null
  @Field(() => String, { nullable: true }) gameType?: string | null
  @Field(() => String, { nullable: true }) competition?: string | null
  @Field(() => String, { nullable: true, description: 'Country or brand market of the player, e.g. de.' })
  market?: string | null
  @Field(() => ID, { nullable: true }) sessionId?: string | null
  @Field(() => String, { nullable: true }) deviceId?: string | null
  @Field(() => ID, { nullable: true }) roundId?: string | null
  @Field(() => ID, { nullable: true }) betId?: string | null
  @Field(() => String, { nullable: true, description: 'Betting market, e.g. 1X2.' }) betMarket?: string | null
  @Field(() => String, { nullable: true }) selection?: string | null
  @Field(() => Decimal, { nullable: true, description: 'Decimal odds, 1 to 1000000, at most 4 decimals.' })
  odds?: Money | null
  @Field(() => Float, { nullable: true, description: "The producer's probability that the bet wins, 0 to 1." })
  probability?: number | null
  @Field(() => String, {
    nullable: true,
    description: 'Of a settlement: won, lost, void, cashout, half_won or half_lost.',
  })
  result?: string | null
  @Field(() => JSONValue, { nullable: true, description: 'Any JSON, at most 16 levels deep.' }) context?: unknown
  @Field(() => JSONValue, { nullable: true, description: 'Any JSON, at most 16 levels deep.' }) data?: unknown
}

@ObjectType({ description: 'An event as it is stored.' })
export class PlayerEvent {
  @Field(() => ID) eventId!: string
  @Field(() => ID) playerId!: string
  @Field() eventType!: string
  @Field(() => String, { nullable: true }) eventName!: string | null
  @Field(() => Decimal, { description: 'In the base currency.' }) amount!: Money
  @Field(() => String, { nullable: true }) currency!: string | null
  @Field(() => DateTime, { description: 'When it happened.' }) occurredAt!: Millis
  @Field(() => DateTime, { description: 'When it was committed.' }) ingestedAt!: Millis
  @Field({ description: 'The source it came from.' }) stream!: string
  @Field(() => String, { nullable: true }) game!: string | null
  @Field(() => String, { nullable: true }) gameType!: string | null
  @Field(() => String, { nullable: true }) competition!: string | null
  @Field(() => String, { nullable: true }) market!: string | null
  @Field(() => ID, { nullable: true }) sessionId!: string | null
  @Field(() => String, { nullable: true }) deviceId!: string | null
  @Field(() => ID, { nullable: true }) roundId!: string | null
  @Field(() => ID, { nullable: true }) betId!: string | null
  @Field(() => String, { nullable: true }) betMarket!: string | null
  @Field(() => String, { nullable: true }) selection!: string | null
  @Field(() => Decimal, { nullable: true, description: 'Decimal odds.' }) odds!: Money | null
  @Field(() => Float, { nullable: true, description: 'Of the bet winning, 0 to 1.' }) probability!: number | null
  @Field(() => String, { nullable: true }) result!: string | null
  @Field(() => JSONValue, { nullable: true }) context!: unknown
  @Field(() => JSONValue, { nullable: true }) data!: unknown
  @Field(() => JSONValue, {
    nullable: true,
    description: 'Fields of the sent object that have no place of their own.',
  })
  extra!: unknown
}

const money = (text: string): Money => parseMoney(text) as Money

export const eventTypeOf = (row: EventSnapshot): PlayerEvent => ({
  eventId: row.event_id,
  playerId: row.player_id,
  eventType: row.event_type,
  eventName: row.event_name,
  amount: money(row.amount),
  currency: row.currency,
  occurredAt: row.occurred_at,
  ingestedAt: row.ingested_at,
  stream: row.stream,
  game: row.game,
  gameType: row.game_type,
  competition: row.competition,
  market: row.market,
  sessionId: row.session_id,
  deviceId: row.device_id,
  roundId: row.round_id,
  betId: row.bet_id,
  betMarket: row.bet_market,
  selection: row.selection,
  odds: row.odds === null ? null : money(row.odds),
  probability: row.probability,
  result: row.result,
  context: row.context,
  data: row.data,
  extra: row.extra,
})

@ObjectType({ description: 'Why one event of a call was not taken.' })
export class RejectedEvent {
  @Field(() => Int, { description: 'Its place in what was sent, from 0.' }) index!: number
  @Field(() => ID, { nullable: true }) eventId!: string | null
  @Field({
    description:
      'INVALID_JSON, NOT_AN_OBJECT, INVALID_UTF8, TOO_LARGE, MISSING_FIELD, INVALID_FIELD, INVALID_AMOUNT, INVALID_TIMESTAMP, TIMESTAMP_AHEAD, TOO_OLD, TOO_LONG, TOO_DEEP, INVALID_CHARACTER, FORBIDDEN_KEY, CURRENCY_NOT_SUPPORTED or REFUSED_BY_DATABASE.',
  })
  code!: string
  @Field({ description: 'Names the field and what came.' }) message!: string
}

@ObjectType({
  description:
    'What became of the events, after the commit: all that are accepted are durable, with their effects. `rejected` lists at most 1,000.',
})
export class IngestResult {
  @Field(() => Int, { description: 'New, and durable now.' }) accepted!: number
  @Field(() => Int, { description: 'Sent before, with the same id, player and time: they change nothing.' })
  duplicates!: number
  @Field(() => Int, { description: 'All that were rejected, also those that are not listed.' }) rejectedCount!: number
  @Field(() => [RejectedEvent], { description: 'By index, ascending; the first 1,000.' }) rejected!: RejectedEvent[]
}

@ObjectType('StreamProgress', {
  description: 'How far one stream has come.',
})
export class StreamProgressType {
  @Field() stream!: string
  @Field(() => DateTime, {
    nullable: true,
    description: 'The highest committed event time minus the lateness bound: events before it are late.',
  })
  watermark!: Millis | null
  @Field(() => DateTime, { nullable: true, description: 'The highest committed event time.' })
  lastEventAt!: Millis | null
  @Field(() => DateTime, { nullable: true, description: 'Wall clock of the last batch of this stream.' })
  lastCommitAt!: Millis | null
  @Field(() => SafeInt, { description: 'Events accepted so far.' }) events!: number
  @Field(() => Float, { description: 'Age of the oldest event that this node has received and not committed.' })
  lagSeconds!: number
  @Field(() => Float, {
    nullable: true,
    description: 'now - watermark. Large while history is imported, which is no fault.',
  })
  eventTimeLagSeconds!: number | null
  @Field({ description: 'No event for a while (setting IDLE_SECONDS, wall clock).' }) idle!: boolean
}

export const progressTypeOf = (progress: StreamProgress, now: Millis): StreamProgressType => ({
  stream: progress.stream,
  watermark: progress.watermark,
  lastEventAt: progress.lastEventAt,
  lastCommitAt: progress.lastCommitAt,
  events: progress.events,
  lagSeconds: progress.lagMs / SECOND_MS,
  eventTimeLagSeconds: progress.watermark === null ? null : (now - progress.watermark) / SECOND_MS,
  idle: progress.idle,
})

@ObjectType({ description: 'State of the streams. Lag is that of the node asked, everything else of the database.' })
export class StreamHealth {
  @Field({ description: 'timescaledb or postgresql.' }) engine!: string
  @Field(() => [StreamProgressType], { description: 'By name, ascending.' }) streams!: StreamProgressType[]
  @Field(() => Float, { description: 'The highest of the streams.' }) lagSeconds!: number
  @Field({ description: 'lagSeconds is above the bound (setting LAGGING_SECONDS).' }) lagging!: boolean
  @Field(() => Float, { description: 'Accepted events a second over the last ten seconds.' }) eventsPerSecond!: number
  @Field(() => SafeInt, { description: 'Events rejected so far.' }) rejected!: number
}
