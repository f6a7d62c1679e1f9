import { randomBytes } from 'node:crypto'
import { AuditTrail } from '../../src/audit/audit-trail.js'
import { appendToFeed, commitAndTell } from '../../src/feed/feed.store.js'
import { SuppressPlayer } from '../../src/players/suppress-player.js'
import { holdSending, suppressedAmong, suppressedUpTo } from '../../src/players/suppression.store.js'
import { type Database, openDatabase } from '../../src/storage/database.js'
import { openEngine } from '../../src/storage/open-engine.js'
import type { CircuitState } from '../../src/webhooks/circuit.js'
import type { Delivery, DeliveryStatus } from '../../src/webhooks/delivery.js'
import { listDeliveries } from '../../src/webhooks/delivery.store.js'
import type { SendOutcome } from '../../src/webhooks/send-delivery.js'
import type { Webhook, WebhookDraft } from '../../src/webhooks/webhook.js'
import { listWebhooks } from '../../src/webhooks/webhook.store.js'
import type { WebhookItem, WebhookSource } from '../../src/webhooks/webhook-source.js'
import { type WebhookConfig, type WebhookSettings, Webhooks } from '../../src/webhooks/webhooks.js'
import type { EngineUnderTest } from '../support/databases.js'
import { makeDatabase, type TestDatabase } from '../support/engines.js'

export const AUDIT = new AuditTrail(Date.now)
const DAY_MS = 86_400_000
const ENGINE = { chunkMs: 30 * DAY_MS, retentionMs: 0, horizonQuietMs: DAY_MS, latenessMs: 0 }
export const CONFIG: WebhookConfig = { allowPrivate: true, timeoutMs: 5_000, retryForMs: 60_000 }
/** Everything that waits in hours waits in milliseconds. */
const FAST: Partial<WebhookSettings> = {
  pollMs: 100,
  lookMs: 50,
  leaseMs: 1_000,
  retry: { baseMs: 20, maxMs: 200 },
  circuit: { failuresToOpen: 5, openMs: 200, openMaxMs: 1_000 },
}

/** Effects of nobody's domain: they are in the feed, and know their keys and players. */
class Effects {
  private readonly items = new Map<number, WebhookItem>()

  sourceOf = (topic: WebhookSource['topic'], feedTopic: string): WebhookSource => ({
    topic,
    feedTopic,
    read: async feedIds => feedIds.flatMap(id => this.items.get(id) ?? []),
  })

  add(feedId: number, key: string, playerId: string): void {
    this.items.set(feedId, { feedId, key, playerId, payload: { of: playerId } })
  }
}

export const VIP = 'test.vip'
export const PRIZE = 'test.prize'

export interface NodeOptions {
  readonly config?: Partial<WebhookConfig>
  readonly settings?: Partial<WebhookSettings>
  readonly clock?: () => number
}

/** One node's webhooks, with what it counts and what it complains of. */
export class WebhookNode {
  readonly outcomes: SendOutcome[] = []
  readonly circuits: CircuitState[] = []
  readonly errors: Error[] = []
  readonly webhooks: Webhooks
  private readonly outbound: Database

  constructor(reads: Database, effects: Effects, options: NodeOptions) {
    this.outbound = openPool(reads.connectionString, 16)
    this.webhooks = new Webhooks({
      reads,
      db: this.outbound,
      sources: [effects.sourceOf('VIP_ENTERED', VIP), effects.sourceOf('PRIZE_AWARDED', PRIZE)],
      guard: { hold: holdSending, suppressed: suppressedAmong, suppressedUpTo },
      audit: AUDIT,
      cursorOf: id => `cursor-${id}`,
      config: { ...CONFIG, ...options.config },
      settings: { ...FAST, ...options.settings },
      metrics: {
        countDelivery: outcome => this.outcomes.push(outcome),
        countItems: () => undefined,
        observePost: () => undefined,
        setCircuit: (_id, state) => {
          if (state !== null && state !== this.circuits.at(-1)) this.circuits.push(state)
        },
      },
      onError: error => this.errors.push(error),
      clock: options.clock ?? Date.now,
    })
    this.webhooks.start()
  }

  async stop(): Promise<void> {
    await this.webhooks.stop()
    await this.outbound.close()
  }
}

const openPool = (connectionString: string, poolMax: number): Database =>
  openDatabase({
    connectionString,
    poolMax,
    applicationName: 'test',
    onError: () => undefined,
    statementTimeoutMs: 15_000,
  })

/** A migrated database, nodes on it, and effects that come by hand. */
export class Workshop {
  readonly effects = new Effects()
  private readonly nodes: WebhookNode[] = []
  private made = 0

  private constructor(
    readonly database: TestDatabase,
    readonly db: Database,
  ) {}

  static async open(engine: EngineUnderTest): Promise<Workshop> {
    const database = await makeDatabase(engine)
    const db = openPool(database.url, 10)
    await openEngine(db, ENGINE, Date.now)
    return new Workshop(database, db)
  }

  node(options: NodeOptions = {}): WebhookNode {
    const node = new WebhookNode(this.db, this.effects, options)
    this.nodes.push(node)
    return node
  }

  save(node: WebhookNode, draft: Partial<WebhookDraft> & { url: string }) {
    const defaults = { id: 'crm', topics: ['VIP_ENTERED' as const], secret: null, enabled: true }
    return node.webhooks.saving.save({ ...defaults, ...draft }, 'tester')
  }

  /** Commits so many effects at once, tells every node, and returns their keys. */
  async publish(count: number, topic = VIP, playerOf = (n: number) => `player-${n}`): Promise<string[]> {
    const keys: string[] = []
    await this.db.withSession(async session => {
      await session.rows('BEGIN')
      const first = await appendToFeed(session, Array(count).fill(topic), Date.now())
      for (let n = 0; n < count; n++) {
        const key = `key-${++this.made}`
        keys.push(key)
        this.effects.add(first + n, key, playerOf(n))
      }
      await commitAndTell(session, first + count - 1)
    })
    for (const { webhooks } of this.nodes) webhooks.told(topic)
    return keys
  }

  suppress(playerId: string): Promise<void> {
    const suppressions = new SuppressPlayer(this.db, AUDIT, Date.now)
    return suppressions.suppress({ playerId, reason: 'self-excluded', until: null }, 'tester')
  }

  lift(playerId: string): Promise<void> {
    return new SuppressPlayer(this.db, AUDIT, Date.now).lift(playerId, 'came back', 'tester')
  }

  deliveries(status: DeliveryStatus | null = null, webhookId = 'crm'): Promise<Delivery[]> {
    return listDeliveries(this.db, webhookId, status, null, 500)
  }

  async webhook(id = 'crm'): Promise<Webhook> {
    return (await listWebhooks(this.db)).find(webhook => webhook.id === id)!
  }

  /** Nobody works, nothing is left to send, and nobody is suppressed; the feed stays, behind which all that comes lies. */
  async clear(): Promise<void> {
    for (const node of this.nodes.splice(0)) await node.stop()
    await this.db.rows('/* clear */ WITH w AS (DELETE FROM webhook) DELETE FROM suppression')
  }

  async close(): Promise<void> {
    await this.clear()
    await this.db.close()
    await this.database.drop()
  }
}

export const someSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`

/** Asks until it is so; fails when it is not within so long. */
export async function eventually<T>(ask: () => Promise<T> | T, holds: (value: T) => boolean, withinMs = 10_000) {
  for (const end = performance.now() + withinMs; ; ) {
    const value = await ask()
    if (holds(value)) return value
    if (performance.now() > end) throw new Error(`still not so: ${JSON.stringify(value)?.slice(0, 2_000)}`)
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}
