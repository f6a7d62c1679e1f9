import { formatInstant, type Millis } from '../kernel/time.js'
import type { Queryable } from '../storage/database.js'
import { textArray } from '../storage/sql-text.js'
import { CIRCUIT_COLUMNS, circuitOf } from './circuit.store.js'
import type { Webhook, WebhookDraft } from './webhook.js'
import type { WebhookRow } from './webhook.table.js'

/** Saves that count webhooks follow each other. */
const WEBHOOKS_LOCK = 7_420_008

const COLUMNS = `id, url, topics, enabled, created_at, ${CIRCUIT_COLUMNS}`

const webhookOf = (row: WebhookRow): Webhook => ({
  id: row.id,
  url: row.url,
  topics: row.topics,
  enabled: row.enabled,
  createdAt: row.created_at,
  circuit: circuitOf(row),
})

export const lockWebhooks = (session: Queryable): Promise<unknown> =>
  session.rows('/* lockWebhooks */ SELECT pg_advisory_xact_lock($1)', [WEBHOOKS_LOCK])

export async function listWebhooks(db: Queryable): Promise<Webhook[]> {
  const rows = await db.rows<WebhookRow>(`/* listWebhooks */ SELECT ${COLUMNS} FROM webhook ORDER BY id`)
  return rows.map(webhookOf)
}

export async function isWebhook(db: Queryable, id: string): Promise<boolean> {
  const rows = await db.rows('/* isWebhook */ SELECT FROM webhook WHERE id = $1', [id])
  return rows.length > 0
}

export async function countWebhooks(db: Queryable): Promise<number> {
  const [row] = await db.rows<{ webhooks: number }>('/* countWebhooks */ SELECT count(*) AS webhooks FROM webhook')
  return row!.webhooks
}

/** As it stands, and whether that secret would be another one for it. */
export interface HeldWebhook {
  readonly webhook: Webhook
  readonly secretChanges: boolean
}

/** Null when there is none: one that is being deleted is waited for. It stays until the transaction ends. */
export async function holdWebhook(session: Queryable, id: string, secret: string | null): Promise<HeldWebhook | null> {
  const [row] = await session.rows<WebhookRow & { secret_changes: boolean }>(
    `/* holdWebhook */
     SELECT ${COLUMNS}, coalesce(secret <> $2, false) AS secret_changes FROM webhook WHERE id = $1 FOR NO KEY UPDATE`,
    [id, secret],
  )
  return row === undefined ? null : { webhook: webhookOf(row), secretChanges: row.secret_changes }
}

/** It gets what comes behind `position`. */
export async function insertWebhook(
  session: Queryable,
  draft: WebhookDraft,
  secret: string,
  position: number,
  by: string,
  at: Millis,
): Promise<Webhook> {
  const [row] = await session.rows<WebhookRow>(
    `/* insertWebhook */
     INSERT INTO webhook (id, url, topics, secret, enabled, created_at, saved_at, saved_by, position)
     VALUES ($1, $2, $3::text[], $4, $5, $6::timestamptz, $6::timestamptz, $7, $8) RETURNING ${COLUMNS}`,
    [draft.id, draft.url, textArray(draft.topics), secret, draft.enabled, formatInstant(at), by, position],
  )
  return webhookOf(row!)
}

/** Its place in the feed stays; its circuit is closed, and where it was disabled its lease is free for whoever looks. */
export async function updateWebhook(session: Queryable, draft: WebhookDraft, by: string, at: Millis): Promise<Webhook> {
  const [row] = await session.rows<WebhookRow>(
    `/* updateWebhook */
     UPDATE webhook SET url = $2, topics = $3::text[], secret = coalesce($4, secret), enabled = $5,
       saved_at = $6::timestamptz, saved_by = $7,
       circuit = 'CLOSED', circuit_failures = 0, circuit_opens = 0, circuit_until = NULL,
       lease_until = CASE WHEN enabled THEN lease_until END
     WHERE id = $1 RETURNING ${COLUMNS}`,
    [draft.id, draft.url, textArray(draft.topics), draft.secret, draft.enabled, formatInstant(at), by],
  )
  return webhookOf(row!)
}

export interface DeliveryCounts {
  readonly pending: number
  readonly deadLetters: number
}

/** By webhook; one without either has none. */
export async function countUndelivered(db: Queryable, ids: readonly string[]): Promise<Map<string, DeliveryCounts>> {
  const rows = await db.rows<{ webhook_id: string; pending: number; dead: number }>(
    `/* countUndelivered */
     SELECT webhook_id, count(*) FILTER (WHERE status = 'PENDING') AS pending,
       count(*) FILTER (WHERE status = 'DEAD') AS dead
     FROM webhook_delivery WHERE webhook_id = ANY($1::text[]) AND status IN ('PENDING', 'DEAD') GROUP BY webhook_id`,
    [textArray(ids)],
  )
  return new Map(rows.map(row => [row.webhook_id, { pending: row.pending, deadLetters: row.dead }]))
}

/** Null when there is none. Waits for a request to it that is under way. */
export async function deleteWebhook(db: Queryable, id: string): Promise<Webhook | null> {
  const [row] = await db.rows<WebhookRow>(
    `/* deleteWebhook */ DELETE FROM webhook WHERE id = $1 RETURNING ${COLUMNS}`,
    [id],
  )
  return row === undefined ? null : webhookOf(row)
}
