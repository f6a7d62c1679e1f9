import { formatInstant, type Millis } from '../kernel/time.js'
import type { Queryable } from '../storage/database.js'
import { numberArray, textArray } from '../storage/sql-text.js'
import type { Circuit } from './circuit.js'
import { CIRCUIT_COLUMNS, circuitOf } from './circuit.store.js'
import type { Parcel } from './delivery.js'
import type { WebhookTopic } from './webhook.js'
import type { LeasedRow } from './webhook.table.js'

/** What a node works on: cutting and sending go by this row, read anew each time. */
export interface Leased {
  readonly topics: readonly WebhookTopic[]
  readonly position: number
  readonly pending: number
  readonly circuit: Circuit
}

/**
 * Renews the node's leases that have used up half of their time, and takes those that nobody holds. A row that is
 * locked just now is passed over until the next time.
 */
export async function takeLeases(db: Queryable, owner: string, leaseMs: number): Promise<string[]> {
  const rows = await db.rows<{ id: string }>(
    `/* takeLeases */
     WITH due AS (
       SELECT id FROM webhook
       WHERE enabled AND (lease_until IS NULL OR lease_until < clock_timestamp()
         OR (lease_owner = $1 AND lease_until < clock_timestamp() + $2 * interval '0.5 ms'))
       FOR NO KEY UPDATE SKIP LOCKED)
     UPDATE webhook w SET lease_owner = $1, lease_until = clock_timestamp() + $2 * interval '1 ms'
     FROM due WHERE w.id = due.id RETURNING w.id`,
    [owner, leaseMs],
  )
  return rows.map(row => row.id)
}

/** A node that stops lets others go on at once. */
export const dropLeases = (db: Queryable, owner: string): Promise<unknown> =>
  db.rows('/* dropLeases */ UPDATE webhook SET lease_owner = NULL, lease_until = NULL WHERE lease_owner = $1', [owner])

/** Null: deleted, disabled, or another node's. Deliveries are counted up to `pendingMax`. */
export async function readLeased(db: Queryable, id: string, owner: string, pendingMax: number): Promise<Leased | null> {
  const [row] = await db.rows<LeasedRow>(
    `/* readLeased */
     SELECT topics, position, ${CIRCUIT_COLUMNS},
       (SELECT count(*) FROM (
         SELECT FROM webhook_delivery WHERE webhook_id = $1 AND status = 'PENDING' LIMIT $3) p) AS pending
     FROM webhook WHERE id = $1 AND enabled AND lease_owner = $2 AND lease_until > clock_timestamp()`,
    [id, owner, pendingMax],
  )
  if (row === undefined) return null
  return { topics: row.topics, position: row.position, pending: row.pending, circuit: circuitOf(row) }
}

/**
 * Moves the position on and makes the deliveries of what was passed, in one statement. Nothing of it happens, and false
 * is returned, when somebody else has moved it, or the topics have changed, since it was read.
 */
export async function advance(
  db: Queryable,
  id: string,
  owner: string,
  leased: Leased,
  to: number,
  parcels: readonly Parcel[],
  at: Millis,
  retryUntil: Millis,
): Promise<boolean> {
  const rows = await db.rows(
    `/* advanceWebhook */
     WITH moved AS (
       UPDATE webhook SET position = $5
       WHERE id = $1 AND lease_owner = $2 AND position = $3 AND topics = $4::text[] RETURNING id),
     cut AS (
       INSERT INTO webhook_delivery (id, webhook_id, topic, feed_ids, next_attempt_at, created_at, retry_until)
       SELECT p.id, moved.id, p.topic, p.feed_ids::bigint[], $9::timestamptz, $9::timestamptz, $10::timestamptz
       FROM moved, unnest($6::text[], $7::text[], $8::text[]) WITH ORDINALITY AS p(id, topic, feed_ids, ord)
       ORDER BY p.ord)
     SELECT FROM moved`,
    [
      id,
      owner,
      leased.position,
      textArray(leased.topics),
      to,
      textArray(parcels.map(parcel => parcel.id)),
      textArray(parcels.map(parcel => parcel.topic)),
      textArray(parcels.map(parcel => numberArray(parcel.feedIds))),
      formatInstant(at),
      formatInstant(retryUntil),
    ],
  )
  return rows.length > 0
}
