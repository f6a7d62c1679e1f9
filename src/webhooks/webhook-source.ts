import type { WebhookTopic } from './webhook.js'

/** One effect as an endpoint is told of it. */
export interface WebhookItem {
  readonly feedId: number
  /** The same whenever and however often the item is sent: receivers drop what they have seen. No other database repeats it. */
  readonly key: string
  /** Whose suppression holds it back. */
  readonly playerId: string
  /** Plain JSON. */
  readonly payload: object
}

/** How effects of one topic are read back, by the domain that knows them. */
export interface WebhookSource {
  readonly topic: WebhookTopic
  /** Its name in the feed. */
  readonly feedTopic: string
  /** In any order. What must never be delivered, and what is stored no more, is left out. */
  read(feedIds: readonly number[]): Promise<WebhookItem[]>
}
