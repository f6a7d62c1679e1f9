import { AppError, badInput } from '../kernel/errors.js'
import type { Millis } from '../kernel/time.js'
import type { Circuit } from './circuit.js'
import { checkSecret } from './signature.js'
import { checkUrl } from './target.js'

export const WEBHOOK_TOPICS = ['VIP_ENTERED', 'CAMPAIGN_TRIGGERED', 'TICKET_MILESTONE', 'PRIZE_AWARDED'] as const
export type WebhookTopic = (typeof WEBHOOK_TOPICS)[number]

/** Somebody's endpoint. Its secret is no part of it: nothing that reads webhooks can show one. */
export interface Webhook {
  readonly id: string
  readonly url: string
  readonly topics: readonly WebhookTopic[]
  readonly enabled: boolean
  readonly circuit: Circuit
  readonly createdAt: Millis
}

export interface WebhookDraft {
  readonly id: string
  readonly url: string
  readonly topics: readonly WebhookTopic[]
  /** Null: the one that there is, or a new one. */
  readonly secret: string | null
  readonly enabled: boolean
}

export const WEBHOOKS_MAX = 100
const WEBHOOK_ID = /^[A-Za-z0-9_.:-]{1,100}$/

export const noWebhook = () => new AppError('NOT_FOUND', 'there is no webhook of this id')

/** Throws BAD_USER_INPUT. No name is looked up: what it leads to is checked whenever something is sent. */
export function checkWebhook(draft: WebhookDraft, allowPrivate: boolean): void {
  if (!WEBHOOK_ID.test(draft.id)) throw badInput('id', 'must be 1 to 100 of A-Z a-z 0-9 _ . : -', draft.id)
  checkUrl(draft.url, allowPrivate)
  if (draft.topics.length === 0) throw badInput('topics', 'must name at least one topic', draft.topics)
  if (draft.secret !== null) checkSecret(draft.secret)
}
