import type { Millis } from '../kernel/time.js'
import type { WebhookTopic } from './webhook.js'

export const DELIVERY_STATUSES = ['PENDING', 'DELIVERED', 'DEAD'] as const
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number]

/** One request, sent until it is answered or given up. */
export interface Delivery {
  /** The place in the order of making. */
  readonly seq: number
  readonly id: string
  readonly webhookId: string
  readonly topic: WebhookTopic
  readonly status: DeliveryStatus
  readonly attempts: number
  readonly lastStatusCode: number | null
  readonly lastError: string | null
  readonly nextAttemptAt: Millis | null
  readonly createdAt: Millis
  readonly deliveredAt: Millis | null
}

/** What is to be sent. Without feed ids it is a test. */
export interface Parcel {
  readonly id: string
  readonly topic: WebhookTopic
  readonly feedIds: readonly number[]
}

export const ITEMS_MAX = 100

/** Items of the feed by topic, in runs of at most ITEMS_MAX; those of other topics are passed over. */
export function cutParcels(
  items: readonly { readonly id: number; readonly topic: string }[],
  topicOf: (feedTopic: string) => WebhookTopic | undefined,
  newId: () => string,
): Parcel[] {
  const runs: { topic: WebhookTopic; feedIds: number[] }[] = []
  const filling = new Map<WebhookTopic, { feedIds: number[] }>()
  for (const item of items) {
    const topic = topicOf(item.topic)
    if (topic === undefined) continue
    const run = filling.get(topic)
    if (run !== undefined && run.feedIds.length < ITEMS_MAX) run.feedIds.push(item.id)
    else {
      const next = { topic, feedIds: [item.id] }
      runs.push(next)
      filling.set(topic, next)
    }
  }
  return runs.map(run => ({ id: newId(), ...run }))
}

/** What came of a POST. `error` is fit for the eyes of whoever may read webhooks. */
export type Answer =
  | { readonly ok: true; readonly statusCode: number }
  | { readonly ok: false; readonly statusCode: number | null; readonly error: string }

export interface RetrySettings {
  /** The first wait is up to so long, and each one up to twice the one before. */
  readonly baseMs: number
  readonly maxMs: number
}

/** A delivery as an attempt leaves it. */
export interface Verdict {
  readonly status: DeliveryStatus
  readonly nextAttemptAt: Millis | null
}

export interface Attempt {
  /** Since it was last made pending, this one included. */
  readonly tries: number
  readonly retryUntil: Millis
  readonly isTest: boolean
}

/** Exponential backoff with full jitter. `random`: from 0 to below 1. */
export function judge(
  answer: Answer,
  { tries, retryUntil, isTest }: Attempt,
  at: Millis,
  settings: RetrySettings,
  random: number,
): Verdict {
  if (answer.ok) return { status: 'DELIVERED', nextAttemptAt: null }
  if (isTest || at >= retryUntil) return { status: 'DEAD', nextAttemptAt: null }
  const waitMs = random * Math.min(settings.maxMs, settings.baseMs * 2 ** (tries - 1))
  return { status: 'PENDING', nextAttemptAt: at + Math.round(waitMs) }
}
