import type { AuditDraft } from '../audit/audit.js'
import { formatInstant } from '../kernel/time.js'
import type { Delivery } from './delivery.js'
import type { Webhook } from './webhook.js'

/** A webhook in the words of the API, as somebody has set it. */
export const auditedWebhook = ({ id, url, topics, enabled, createdAt }: Webhook) => ({
  id,
  url,
  topics,
  enabled,
  createdAt: formatInstant(createdAt),
})

/** A change of a delivery is one of its webhook. */
export const auditedDelivery = (
  actor: string,
  action: string,
  before: Delivery | null,
  after: Delivery,
): AuditDraft => ({
  actor,
  action,
  subject: `webhook:${after.webhookId}`,
  before: before && standing(before),
  after: standing(after),
})

const standing = ({ id, topic, status, attempts, lastStatusCode, lastError, nextAttemptAt }: Delivery) => ({
  deliveryId: id,
  topic,
  status,
  attempts,
  lastStatusCode,
  lastError,
  nextAttemptAt: nextAttemptAt === null ? null : formatInstant(nextAttemptAt),
})
