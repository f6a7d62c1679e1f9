import { type Clock, type Millis, SECOND_MS } from '../kernel/time.js'
import type { Database, Queryable } from '../storage/database.js'
import { halves, runsThatFit, type WrittenItem, writeBody, writeItem } from './body.js'
import { afterFailure, type CircuitSettings, CLOSED, isUntroubled, REFUSALS } from './circuit.js'
import { lockCircuit, writeCircuit } from './circuit.store.js'
import { type Answer, judge, type Parcel, type RetrySettings } from './delivery.js'
import {
  boundTransaction,
  endBackoffs,
  insertTest,
  recordAttempt,
  recordWithheld,
  splitDelivery,
  type Taken,
  takeDelivery,
} from './delivery.store.js'
import type { Post } from './post.js'
import { sign } from './signature.js'
import type { WebhookTopic } from './webhook.js'
import type { WebhookItem, WebhookSource } from './webhook-source.js'

/** What keeps the effects of suppressed players in. */
export interface SendingGuard {
  /** Until the transaction ends, no suppression of these players can commit. */
  hold(session: Queryable, playerIds: readonly string[]): Promise<unknown>
  suppressed(session: Queryable, playerIds: readonly string[], at: Millis): Promise<ReadonlySet<string>>
  /** By player: the feed's head at the last suppression, also of one that is over. */
  suppressedUpTo(session: Queryable, playerIds: readonly string[]): Promise<ReadonlyMap<string, number>>
}

export type SendOutcome = 'delivered' | 'failed' | 'dead' | 'withheld'

export interface SendMetrics {
  countDelivery(outcome: SendOutcome): void
  countItems(outcome: 'sent' | 'withheld', items: number): void
  observePost(tookMs: number): void
}

export interface SendSettings {
  readonly retry: RetrySettings
  readonly circuit: CircuitSettings
  readonly timeoutMs: number
}

export interface SendParts {
  readonly db: Database
  readonly sources: ReadonlyMap<WebhookTopic, WebhookSource>
  readonly guard: SendingGuard
  readonly post: Post
  readonly cursorOf: (feedId: number) => string
  readonly newId: () => string
  readonly metrics: SendMetrics
  readonly clock: Clock
  readonly random: () => number
  readonly settings: SendSettings
}

const TOO_LARGE = 413
const WITHHELD = 'withheld: nothing in it may be sent (player suppressed)'
/** Beyond a POST, how long a transaction may stand still. */
const TRANSACTION_MARGIN_MS = 3 * SECOND_MS

/**
 * Sends one delivery, once. The POST is made inside the transaction that has taken the delivery and holds off the
 * suppression of its players: no two nodes send it at the same time, and once a suppression has committed no request
 * with an item of that player is under way or begins. When the transaction is lost the delivery is sent again.
 *
 * One that is too large, as it is written or as the endpoint answers, is split: its first part keeps the id.
 */
export class SendDelivery {
  constructor(private readonly parts: SendParts) {}

  /** False when there was nothing to do: another transaction is sending it, or it is not to be sent any more. */
  send(parcel: Parcel): Promise<boolean> {
    return this.inTransaction(async session => {
      const taken = await takeDelivery(session, parcel.id)
      return taken === null ? null : this.attempt(session, parcel, taken)
    })
  }

  /**
   * Makes a test and sends it, in one transaction: no node finds one that is left over. `onSent` is its last part.
   * Null: no such webhook.
   */
  async test(
    deliveryId: string,
    webhookId: string,
    onSent: (session: Queryable) => Promise<void>,
  ): Promise<string | null> {
    let made = false
    await this.inTransaction(async session => {
      const parcel = await insertTest(session, deliveryId, webhookId, this.parts.clock())
      if (parcel === null) return null
      made = true
      const taken = await takeDelivery(session, deliveryId)
      const attempted = taken === null ? null : await this.attempt(session, parcel, taken)
      await onSent(session)
      return attempted
    })
    return made ? deliveryId : null
  }

  private async inTransaction(work: (session: Queryable) => Promise<Attempted | null>): Promise<boolean> {
    const { db, settings, metrics } = this.parts
    const attempted = await db.transaction(async session => {
      await boundTransaction(session, settings.timeoutMs + TRANSACTION_MARGIN_MS)
      return work(session)
    })
    if (attempted === null) return false
    const { taken, parcel, runs, answer, outcome } = attempted
    if (outcome !== null) metrics.countDelivery(outcome)
    if (answer !== null) await this.moveCircuit(taken, answer)
    // Not while it is held: whoever deletes a webhook waits for its deliveries with the webhook locked.
    if (runs.length > 1) await splitDelivery(db, taken.webhookId, parcel, runs, this.parts.newId)
    return true
  }

  /** Sent again, they are the items as they stand then. */
  private async itemsOf({ id, topic, feedIds }: Parcel): Promise<Sendable[]> {
    if (feedIds.length === 0) return [{ feedId: null, key: `test:${id}`, playerId: null, payload: { test: true } }]
    const source = this.parts.sources.get(topic)
    if (source === undefined) throw new Error(`webhooks have no source for ${topic}`)
    const items: WebhookItem[] = await source.read(feedIds)
    return items.toSorted((a, b) => a.feedId - b.feedId)
  }

  private async attempt(session: Queryable, parcel: Parcel, taken: Taken): Promise<Attempted> {
    const { clock, metrics } = this.parts
    const items = await this.itemsOf(parcel)
    const sendable = await this.withoutSuppressed(session, items, taken)
    const withheld = items.flatMap(item => (item.feedId === null || sendable.includes(item) ? [] : item.feedId))
    metrics.countItems('withheld', Math.max(parcel.feedIds.length, 1) - sendable.length)
    if (sendable.length === 0) {
      await recordWithheld(session, parcel.id, WITHHELD, withheld, clock())
      return { taken, parcel, runs: [], answer: null, outcome: 'withheld' }
    }
    const written = sendable.map(item => this.write(item))
    const runs = runsThatFit(parcel.feedIds, written)
    if (runs.length > 1) return { taken, parcel, runs, answer: null, outcome: null }
    return this.post(session, parcel, taken, written, withheld)
  }

  private async post(
    session: Queryable,
    parcel: Parcel,
    taken: Taken,
    items: readonly WrittenItem[],
    withheld: readonly number[],
  ): Promise<Attempted> {
    const { clock, random, settings, metrics } = this.parts
    const answer = await this.request(parcel, taken, items)
    if (answer.ok) metrics.countItems('sent', items.length)
    const now = clock()
    const { tries, retryUntil } = taken
    const isTest = parcel.feedIds.length === 0
    const verdict = judge(answer, { tries: tries + 1, retryUntil, isTest }, now, settings.retry, random())
    const isSplit = answer.statusCode === TOO_LARGE && items.length > 1 && verdict.status === 'PENDING'
    // Its halves are something else than what was refused: they have no reason to wait.
    await recordAttempt(
      session,
      parcel.id,
      answer,
      isSplit ? { ...verdict, nextAttemptAt: now } : verdict,
      withheld,
      now,
    )
    const runs = isSplit ? halves(parcel.feedIds, items) : []
    return { taken, parcel, runs, answer, outcome: OUTCOMES[verdict.status] }
  }

  /**
   * What a suppression has kept back is kept back for good: what an attempt left out, and what lay before a suppression
   * that has come and gone between two attempts, unless the endpoint had taken it before.
   */
  private async withoutSuppressed(session: Queryable, items: readonly Sendable[], taken: Taken): Promise<Sendable[]> {
    const left = items.filter(({ feedId }) => feedId === null || !taken.withheld.includes(feedId))
    const playerIds = [...new Set(left.flatMap(item => item.playerId ?? []))]
    if (playerIds.length === 0) return left
    const { guard, clock } = this.parts
    await guard.hold(session, playerIds)
    const before = taken.wasDelivered ? new Map<string, number>() : await guard.suppressedUpTo(session, playerIds)
    const askedAt = performance.now()
    const suppressed = await guard.suppressed(session, playerIds, clock())
    // This process has stood still: the database may have let go of the players before the request would end.
    if (performance.now() - askedAt > TRANSACTION_MARGIN_MS) throw new Error('the answer came too late to be gone by')
    const isKept = ({ playerId, feedId }: Sendable): boolean => {
      if (playerId === null || feedId === null) return false
      return suppressed.has(playerId) || feedId <= (before.get(playerId) ?? 0)
    }
    return left.filter(item => !isKept(item))
  }

  private write({ feedId, key, payload }: Sendable): WrittenItem {
    return writeItem(feedId, key, feedId === null ? null : this.parts.cursorOf(feedId), payload)
  }

  private async request(parcel: Parcel, taken: Taken, items: readonly WrittenItem[]): Promise<Answer> {
    const { clock, post, metrics } = this.parts
    const body = writeBody(parcel, items)
    const startedAt = clock()
    const timestamp = Math.floor(startedAt / SECOND_MS)
    const headers = {
      'Content-Type': 'application/json',
      'User-Agent': 'tidemark-webhooks',
      'Webhook-Id': parcel.id,
      'Webhook-Timestamp': String(timestamp),
      'Webhook-Signature': sign(taken.secret, parcel.id, timestamp, body),
    }
    const answer = await post(taken.url, headers, body)
    metrics.observePost(clock() - startedAt)
    return answer
  }

  /** In a transaction of its own: whoever deletes a webhook waits for its deliveries with the webhook locked. */
  private async moveCircuit({ webhookId, circuit }: Taken, answer: Answer): Promise<void> {
    const answers = answer.ok || REFUSALS.includes(answer.statusCode ?? 0)
    if (answers && isUntroubled(circuit)) return
    const { db, clock, random, settings } = this.parts
    const closed = await db.transaction(async session => {
      const present = await lockCircuit(session, webhookId)
      if (present === null) return false
      await writeCircuit(
        session,
        webhookId,
        answers ? CLOSED : afterFailure(present, clock(), settings.circuit, random()),
      )
      return answers && present.state !== 'CLOSED'
    })
    if (closed) await endBackoffs(db, webhookId, REFUSALS, clock())
  }
}

/** An item to be put into a body; a test is nobody's and stands nowhere in the feed. */
interface Sendable {
  readonly feedId: number | null
  readonly key: string
  readonly playerId: string | null
  readonly payload: object
}

interface Attempted {
  readonly taken: Taken
  readonly parcel: Parcel
  /** Several: what it is to be split into. */
  readonly runs: readonly (readonly number[])[]
  /** Null: nothing was sent. */
  readonly answer: Answer | null
  /** Null: it was too large to be sent at all. */
  readonly outcome: SendOutcome | null
}

const OUTCOMES = { DELIVERED: 'delivered', PENDING: 'failed', DEAD: 'dead' } as const
