import { randomBytes, randomUUID } from 'node:crypto'
import type { Audit } from '../audit/audit.js'
import { type Clock, HOUR_MS, MINUTE_MS, SECOND_MS } from '../kernel/time.js'
import type { Database } from '../storage/database.js'
import { refusedAddress } from './address.js'
import type { CircuitState } from './circuit.js'
import { DeleteWebhook } from './delete-webhook.js'
import { Dispatcher, type DispatcherSettings } from './dispatcher.js'
import { makePost } from './post.js'
import { Redeliver } from './redeliver.js'
import { makeResolve } from './resolve-name.js'
import { SaveWebhook } from './save-webhook.js'
import { SendDelivery, type SendingGuard, type SendMetrics, type SendSettings } from './send-delivery.js'
import { Slots } from './slots.js'
import { TestWebhook } from './test-webhook.js'
import type { WebhookSource } from './webhook-source.js'

/** What an operator may set. */
export interface WebhookConfig {
  readonly allowPrivate: boolean
  readonly timeoutMs: number
  readonly retryForMs: number
}

export interface WebhookMetrics extends SendMetrics {
  /** Null: another node's, or gone. */
  setCircuit(webhookId: string, state: CircuitState | null): void
}

export interface WebhooksParts {
  /** Of what users ask for. */
  readonly reads: Database
  /** Of its own, for WEBHOOK_CONNECTIONS: a request to a slow endpoint keeps a connection for as long as it takes. */
  readonly db: Database
  readonly sources: readonly WebhookSource[]
  readonly guard: SendingGuard
  readonly audit: Audit
  readonly cursorOf: (feedId: number) => string
  readonly config: WebhookConfig
  readonly metrics: WebhookMetrics
  readonly onError: (error: Error) => void
  readonly clock: Clock
  readonly settings?: Partial<WebhookSettings>
}

export type WebhookSettings = Omit<DispatcherSettings, 'retryForMs'> & Omit<SendSettings, 'timeoutMs'>

/** Requests under way at a time on this node. */
const POSTS_MAX = { steady: 12, doubtful: 4, tests: 2 }
/** The rest cut deliveries, renew leases and read items, so that requests never keep those waiting. */
export const WEBHOOK_CONNECTIONS = POSTS_MAX.steady + POSTS_MAX.doubtful + POSTS_MAX.tests + 4

const SETTINGS: WebhookSettings = {
  gatherMs: 20,
  pollMs: SECOND_MS,
  postsMax: 4,
  slowMs: SECOND_MS,
  pendingMax: 1_000,
  leaseMs: 5 * SECOND_MS,
  lookMs: SECOND_MS,
  retry: { baseMs: SECOND_MS, maxMs: HOUR_MS },
  circuit: { failuresToOpen: 5, openMs: 5 * SECOND_MS, openMaxMs: 5 * MINUTE_MS },
}

/** Everything of webhooks on one node, put together. */
export class Webhooks {
  readonly saving: SaveWebhook
  readonly deleting: DeleteWebhook
  readonly testing: TestWebhook
  readonly redelivering: Redeliver
  private readonly dispatcher: Dispatcher

  constructor(parts: WebhooksParts) {
    const { db, reads, audit, config, clock, sources, metrics, onError } = parts
    const settings = { ...SETTINGS, ...parts.settings }
    const topics = new Map(sources.map(source => [source.feedTopic, source.topic]))
    const sender = new SendDelivery({
      db,
      sources: new Map(sources.map(source => [source.topic, source])),
      guard: parts.guard,
      post: makePost(
        { refused: config.allowPrivate ? () => null : refusedAddress, timeoutMs: config.timeoutMs },
        makeResolve(),
      ),
      cursorOf: parts.cursorOf,
      newId: randomUUID,
      metrics,
      clock,
      random: Math.random,
      settings: { ...settings, timeoutMs: config.timeoutMs },
    })
    this.dispatcher = new Dispatcher({
      db,
      lanes: { steady: new Slots(POSTS_MAX.steady), doubtful: new Slots(POSTS_MAX.doubtful) },
      owner: randomUUID(),
      send: parcel => sender.send(parcel),
      topicOf: feedTopic => topics.get(feedTopic),
      newId: randomUUID,
      clock,
      settings: { ...settings, retryForMs: config.retryForMs },
      onCircuit: metrics.setCircuit,
      onError,
    })
    const changed = (webhookId: string) => this.dispatcher.changed(webhookId)
    this.saving = new SaveWebhook(reads, audit, config.allowPrivate, changed, clock, randomBytes)
    this.deleting = new DeleteWebhook(reads, audit)
    this.testing = new TestWebhook(reads, audit, sender, new Slots(POSTS_MAX.tests), randomUUID)
    this.redelivering = new Redeliver(reads, audit, config.retryForMs, changed, clock)
  }

  start(): void {
    this.dispatcher.start()
  }

  /** The feed has published something of this topic. */
  told(feedTopic: string): void {
    this.dispatcher.told(feedTopic)
  }

  stop(): Promise<void> {
    return this.dispatcher.stop()
  }
}
