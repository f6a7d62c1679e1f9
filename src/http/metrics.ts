import type { FastifyInstance } from 'fastify'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { SECOND_MS } from '../kernel/time.js'

export type EventOutcome = 'accepted' | 'duplicate' | 'rejected'

/** What the parts of the server tell about themselves. Each call is cheap enough for the write path. */
export interface Metrics {
  readonly registry: Registry
  countEvents(outcome: EventOutcome, events: number): void
  observeBatch(events: number, transactionMs: number): void
  setQueueDepth(events: number): void
  setLag(lagMs: number): void
  setSubscribers(subscribers: number): void
  setFeedPosition(position: number | bigint): void
  countEffects(kind: string, effects: number): void
  countSlowConsumer(): void
  countBusy(): void
}

export function makeMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const counter = <L extends string = never>(name: string, help: string, labelNames: L[] = []) =>
    new Counter({ name: `tidemark_${name}`, help, labelNames, registers })
  const gauge = (name: string, help: string) => new Gauge({ name: `tidemark_${name}`, help, registers })
  const histogram = (name: string, help: string, buckets: number[]) =>
    new Histogram({ name: `tidemark_${name}`, help, buckets, registers })

  const events = counter('events_total', 'Events that were answered, by outcome', ['outcome'])
  for (const outcome of ['accepted', 'duplicate', 'rejected'] as const) events.inc({ outcome }, 0)
  const batches = counter('batches_total', 'Committed batches')
  const batchEvents = histogram(
    'batch_events',
    'Events per committed batch',
    [1, 10, 50, 100, 250, 500, 1e3, 2e3, 5e3, 1e4],
  )
  const transaction = histogram(
    'transaction_seconds',
    'From the begin of a batch to its commit',
    [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  )
  const queueDepth = gauge('queue_events', 'Events that were taken and are not committed')
  const lag = gauge('lag_seconds', 'Age of the oldest event that was received and is not committed')
  const subscribers = gauge('subscribers', 'Open subscriptions')
  const feedPosition = gauge('feed_position', 'Id of the newest effect that this node has published')
  const effects = counter('effects_total', 'Effects that this node has published, by kind', ['kind'])
  const slowConsumers = counter('slow_consumers_total', 'Subscriptions closed because they did not keep up')
  const busy = counter('ingest_busy_total', 'Requests refused because the queue was full')

  return {
    registry,
    countEvents: (outcome, n) => events.inc({ outcome }, n),
    observeBatch: (size, transactionMs) => {
      batches.inc()
      batchEvents.observe(size)
      transaction.observe(transactionMs / SECOND_MS)
    },
    setQueueDepth: n => queueDepth.set(n),
    setLag: lagMs => lag.set(lagMs / SECOND_MS),
    setSubscribers: n => subscribers.set(n),
    setFeedPosition: position => feedPosition.set(Number(position)),
    countEffects: (kind, n) => effects.inc({ kind }, n),
    countSlowConsumer: () => slowConsumers.inc(),
    countBusy: () => busy.inc(),
  }
}

/** In Prometheus' text format, without a token. */
export function registerMetrics(app: FastifyInstance, { registry }: Metrics): void {
  app.get('/metrics', async (_request, reply) => {
    const text = await registry.metrics()
    return reply.header('content-type', registry.contentType).send(text)
  })
}
