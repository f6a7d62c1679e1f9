import type { GraphQLResolveInfo } from 'graphql'
import { Arg, Authorized, Ctx, ID, Info, Mutation, Query, Resolver } from 'type-graphql'
import type { GraphContext } from '../graphql/context.js'
import { DateTime } from '../graphql/scalars.js'
import { type Clock, type Millis, SECOND_MS } from '../kernel/time.js'
import type { Database } from '../storage/database.js'
import { findEvent } from './event.store.js'
import { eventTypeOf, IngestResult, PlayerEvent, PlayerEventInput, progressTypeOf, StreamHealth } from './event.type.js'
import type { IngestEvents } from './ingest-events.js'
import type { StreamMonitor } from './stream-monitor.js'

@Resolver()
export class EventResolver {
  constructor(
    private readonly db: Database,
    private readonly ingestion: IngestEvents,
  ) {}

  @Authorized('crm', 'analyst')
  @Query(() => PlayerEvent, {
    nullable: true,
    description: 'The newest event with this id. Give the player too where it is known: that is a direct look-up.',
  })
  async event(
    @Arg('eventId', () => ID) eventId: string,
    @Arg('playerId', () => ID, { nullable: true }) playerId?: string,
    @Arg('occurredAt', () => DateTime, { nullable: true }) occurredAt?: Millis,
  ): Promise<PlayerEvent | null> {
    const row = await findEvent(this.db, { eventId, playerId: playerId ?? null, occurredAt: occurredAt ?? null })
    return row === null ? null : eventTypeOf(row)
  }

  @Authorized('ingest')
  @Mutation(() => IngestResult, {
    description:
      'Takes up to 10,000 events; answers when they and all their effects are committed. One that does not fit is rejected alone. INGEST_BUSY (retryAfterMs) when the queue is full: nothing was taken. With the header Idempotency-Key, events without an id get one from it, so that a call sent again counts once.',
  })
  async ingestEvents(
    @Ctx() { actor, idempotencyKey }: GraphContext,
    @Info() info: GraphQLResolveInfo,
    @Arg('events', () => [PlayerEventInput]) events: PlayerEventInput[],
    @Arg('stream', () => String, {
      defaultValue: 'graphql',
      description: 'The source, 1 to 100 of A-Z a-z 0-9 _ . : / -; at most 1,000 of them.',
    })
    stream: string,
  ): Promise<IngestResult> {
    // Two calls in one request are told apart by their place in it.
    const key = idempotencyKey === null ? null : `${idempotencyKey}\n${info.path.key}`
    return this.ingestion.ingest(events, { sub: actor.sub, stream, idempotencyKey: key })
  }
}

@Resolver()
export class StreamHealthResolver {
  constructor(
    private readonly monitor: StreamMonitor,
    private readonly engine: string,
    private readonly laggingMs: number,
    private readonly clock: Clock,
  ) {}

  @Authorized('ingest', 'crm', 'analyst')
  @Query(() => StreamHealth, { description: 'How far ingest has come, by stream and in all.' })
  async streamHealth(): Promise<StreamHealth> {
    const progress = await this.monitor.progress()
    const lagMs = Math.max(0, ...progress.map(p => p.lagMs))
    const now = this.clock()
    return {
      engine: this.engine,
      streams: progress.map(p => progressTypeOf(p, now)),
      lagSeconds: lagMs / SECOND_MS,
      lagging: lagMs > this.laggingMs,
      eventsPerSecond: this.monitor.eventsPerSecond,
      rejected: progress.reduce((sum, p) => sum + p.rejected, 0),
    }
  }
}
