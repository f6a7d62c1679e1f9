import { formatInstant, type Millis } from '../kernel/time.js'
import type { Queryable } from '../storage/database.js'
import { numberArray, textArray } from '../storage/sql-text.js'
import type { Circuit } from './circuit.js'
import { CIRCUIT_COLUMNS, circuitOf } from './circuit.store.js'
import type { Answer, Delivery, DeliveryStatus, Parcel, Verdict } from './delivery.js'
import type { DeliveryRow, ParcelRow, ProbeRow, TakenRow } from './webhook.table.js'

const COLUMNS = `seq, id, webhook_id, topic, status, attempts, last_status_code, last_error, next_attempt_at, created_at,
  delivered_at`

const deliveryOf = (row: DeliveryRow): Delivery => ({
  seq: row.seq,
  id: row.id,
  webhookId: row.webhook_id,
  topic: row.topic,
  status: row.status,
  attempts: row.attempts,
  lastStatusCode: row.last_status_code,
  lastError: row.last_error,
  nextAttemptAt: row.next_attempt_at,
  createdAt: row.created_at,
  deliveredAt: row.status === 'DELIVERED' ? row.delivered_at : null,
})

export interface Waiting extends Parcel {
  readonly nextAttemptAt: Millis
}

/** The deliveries whose turn is next, but for those under way. */
export async function nextDeliveries(
  db: Queryable,
  webhookId: string,
  underWay: Iterable<string>,
  limit: number,
): Promise<Waiting[]> {
  const rows = await db.rows<ParcelRow>(
    `/* nextDeliveries */
     SELECT id, topic, feed_ids, next_attempt_at FROM webhook_delivery
     WHERE webhook_id = $1 AND status = 'PENDING' AND id <> ALL($2::text[]) ORDER BY next_attempt_at, seq LIMIT $3`,
    [webhookId, textArray([...underWay]), limit],
  )
  return rows.map(row => ({
    id: row.id,
    topic: row.topic,
    feedIds: row.feed_ids.map(Number),
    nextAttemptAt: row.next_attempt_at,
  }))
}

export interface Probe extends Parcel {
  readonly tries: number
}

/** The pending delivery, due or not, that has been tried least; of several the newest. Null where nothing is pending. */
export async function nextProbe(db: Queryable, webhookId: string): Promise<Probe | null> {
  const [row] = await db.rows<ProbeRow>(
    `/* nextProbe */
     SELECT id, topic, feed_ids, tries FROM webhook_delivery WHERE webhook_id = $1 AND status = 'PENDING'
     ORDER BY tries, seq DESC LIMIT 1`,
    [webhookId],
  )
  if (row === undefined) return null
  return { id: row.id, topic: row.topic, feedIds: row.feed_ids.map(Number), tries: row.tries }
}

/** A delivery that this transaction alone may send. */
export interface Taken {
  readonly webhookId: string
  readonly url: string
  readonly secret: string
  readonly tries: number
  readonly retryUntil: Millis
  /** Feed ids that an attempt has left out. */
  readonly withheld: readonly number[]
  /** The endpoint has taken it before. */
  readonly wasDelivered: boolean
  readonly circuit: Circuit
}

/** Null: another transaction is sending it, or it is pending no more, or its webhook is disabled. */
export async function takeDelivery(session: Queryable, id: string): Promise<Taken | null> {
  const [row] = await session.rows<TakenRow>(
    `/* takeDelivery */
     SELECT d.webhook_id, w.url, w.secret, d.tries, d.retry_until, d.withheld, d.delivered_at,
       ${CIRCUIT_COLUMNS}
     FROM webhook_delivery d JOIN webhook w ON w.id = d.webhook_id
     WHERE d.id = $1 AND d.status = 'PENDING' AND (w.enabled OR d.feed_ids = '{}')
     FOR UPDATE OF d SKIP LOCKED`,
    [id],
  )
  if (row === undefined) return null
  return {
    webhookId: row.webhook_id,
    url: row.url,
    secret: row.secret,
    tries: row.tries,
    retryUntil: row.retry_until,
    withheld: row.withheld.map(Number),
    wasDelivered: row.delivered_at !== null,
    circuit: circuitOf(row),
  }
}

/**
 * The database ends a transaction that stands still for longer, and with it the hold on the delivery and its players: a
 * node that is gone without closing its connections keeps nobody waiting.
 */
export const boundTransaction = (session: Queryable, idleMs: number): Promise<unknown> =>
  session.rows("/* boundTransaction */ SELECT set_config('idle_in_transaction_session_timeout', $1, true)", [
    `${idleMs}ms`,
  ])

export const recordAttempt = (
  session: Queryable,
  id: string,
  answer: Answer,
  { status, nextAttemptAt }: Verdict,
  withheld: readonly number[],
  at: Millis,
): Promise<unknown> =>
  session.rows(
    `/* recordAttempt */
     UPDATE webhook_delivery SET status = $2, attempts = attempts + 1, tries = tries + 1, last_status_code = $3,
       last_error = $4, next_attempt_at = $5::timestamptz, withheld = $7::bigint[],
       delivered_at = CASE WHEN $2 = 'DELIVERED' THEN $6::timestamptz ELSE delivered_at END,
       finished_at = CASE WHEN $2 = 'PENDING' THEN NULL ELSE $6::timestamptz END
     WHERE id = $1`,
    [
      id,
      status,
      answer.statusCode,
      answer.ok ? null : answer.error,
      nextAttemptAt === null ? null : formatInstant(nextAttemptAt),
      formatInstant(at),
      numberArray(withheld),
    ],
  )

/** Nothing was left to send. */
export const recordWithheld = (
  session: Queryable,
  id: string,
  why: string,
  withheld: readonly number[],
  at: Millis,
): Promise<unknown> =>
  session.rows(
    `/* recordWithheld */
     UPDATE webhook_delivery SET status = 'DELIVERED', last_status_code = NULL, last_error = $2, next_attempt_at = NULL,
       withheld = $4::bigint[], finished_at = $3::timestamptz WHERE id = $1`,
    [id, why, formatInstant(at), numberArray(withheld)],
  )

/**
 * Leaves the first of these runs of its feed ids to a delivery, and makes others, like it, of the rest. Nothing happens
 * where it is pending no more, or is split already.
 */
export const splitDelivery = (
  db: Queryable,
  webhookId: string,
  { id, feedIds }: Parcel,
  [kept, ...others]: readonly (readonly number[])[],
  newId: () => string,
): Promise<unknown> =>
  db.rows(
    `/* splitDelivery */
     WITH held AS (SELECT id FROM webhook WHERE id = $1 FOR KEY SHARE),
     kept AS (
       UPDATE webhook_delivery d SET feed_ids = $4::bigint[] FROM held
       WHERE d.webhook_id = held.id AND d.id = $2 AND d.status = 'PENDING' AND d.feed_ids = $3::bigint[]
       RETURNING d.webhook_id, d.topic, d.withheld, d.next_attempt_at, d.retry_until, d.created_at, d.delivered_at)
     INSERT INTO webhook_delivery
       (id, webhook_id, topic, feed_ids, withheld, next_attempt_at, retry_until, created_at, delivered_at)
     SELECT p.id, webhook_id, topic, p.feed_ids::bigint[], withheld, next_attempt_at, retry_until, created_at, delivered_at
     FROM kept, unnest($5::text[], $6::text[]) WITH ORDINALITY AS p(id, feed_ids, ord) ORDER BY p.ord`,
    [
      webhookId,
      id,
      numberArray(feedIds),
      numberArray(kept ?? []),
      textArray(others.map(() => newId())),
      textArray(others.map(numberArray)),
    ],
  )

/** Null: there is no such webhook. Its topic is the webhook's first. */
export async function insertTest(
  session: Queryable,
  id: string,
  webhookId: string,
  at: Millis,
): Promise<Parcel | null> {
  const [row] = await session.rows<Pick<ParcelRow, 'topic'>>(
    `/* insertTest */
     INSERT INTO webhook_delivery (id, webhook_id, topic, feed_ids, next_attempt_at, created_at, retry_until)
     SELECT $1, id, topics[1], '{}', $3::timestamptz, $3::timestamptz, $3::timestamptz FROM webhook WHERE id = $2
     RETURNING topic`,
    [id, webhookId, formatInstant(at)],
  )
  return row === undefined ? null : { id, topic: row.topic, feedIds: [] }
}

/** Pending, due now, and with all its time before it. It is held. */
export async function makePending(session: Queryable, id: string, at: Millis, retryUntil: Millis): Promise<Delivery> {
  const [row] = await session.rows<DeliveryRow>(
    `/* makePending */
     UPDATE webhook_delivery SET status = 'PENDING', tries = 0, next_attempt_at = $2::timestamptz,
       retry_until = $3::timestamptz, finished_at = NULL
     WHERE id = $1 RETURNING ${COLUMNS}`,
    [id, formatInstant(at), formatInstant(retryUntil)],
  )
  return deliveryOf(row!)
}

/**
 * The endpoint answers again: what was waiting out its backoff is due, but for what was answered with one of these
 * statuses. Those under way are left alone.
 */
export const endBackoffs = (
  db: Queryable,
  webhookId: string,
  sparing: readonly number[],
  at: Millis,
): Promise<unknown> =>
  db.rows(
    `/* endBackoffs */
     UPDATE webhook_delivery SET next_attempt_at = $2::timestamptz WHERE id IN (
       SELECT id FROM webhook_delivery
       WHERE webhook_id = $1 AND status = 'PENDING' AND next_attempt_at > $2::timestamptz
         AND coalesce(last_status_code, 0) <> ALL($3::int[])
       FOR UPDATE SKIP LOCKED)`,
    [webhookId, formatInstant(at), numberArray(sparing)],
  )

/** Null when there is none of this id. An attempt under way is waited for. */
export async function holdDelivery(session: Queryable, id: string): Promise<Delivery | null> {
  const [row] = await session.rows<DeliveryRow>(
    `/* holdDelivery */ SELECT ${COLUMNS} FROM webhook_delivery WHERE id = $1 FOR NO KEY UPDATE`,
    [id],
  )
  return row === undefined ? null : deliveryOf(row)
}

export async function findDelivery(db: Queryable, id: string): Promise<Delivery | null> {
  const [row] = await db.rows<DeliveryRow>(`/* findDelivery */ SELECT ${COLUMNS} FROM webhook_delivery WHERE id = $1`, [
    id,
  ])
  return row === undefined ? null : deliveryOf(row)
}

/** Newest first, `limit` of those made before `beforeSeq`. */
export async function listDeliveries(
  db: Queryable,
  webhookId: string,
  status: DeliveryStatus | null,
  beforeSeq: number | null,
  limit: number,
): Promise<Delivery[]> {
  const rows = await db.rows<DeliveryRow>(
    `/* listDeliveries */
     SELECT ${COLUMNS} FROM webhook_delivery
     WHERE webhook_id = $1 AND ($2::text IS NULL OR status = $2) AND ($3::bigint IS NULL OR seq < $3)
     ORDER BY seq DESC LIMIT $4`,
    [webhookId, status, beforeSeq, limit],
  )
  return rows.map(deliveryOf)
}

export async function countDeliveries(
  db: Queryable,
  webhookId: string,
  status: DeliveryStatus | null,
): Promise<number> {
  const [row] = await db.rows<{ deliveries: number }>(
    `/* countDeliveries */
     SELECT count(*) AS deliveries FROM webhook_delivery WHERE webhook_id = $1 AND ($2::text IS NULL OR status = $2)`,
    [webhookId, status],
  )
  return row!.deliveries
}

/** Removes up to `limit` that ended so before then, and returns how many. */
export async function removeDeliveries(
  db: Queryable,
  status: DeliveryStatus,
  before: Millis,
  limit: number,
): Promise<number> {
  const rows = await db.rows(
    `/* removeDeliveries */
     DELETE FROM webhook_delivery WHERE seq IN (
       SELECT seq FROM webhook_delivery WHERE status = $1 AND finished_at < $2::timestamptz AND status <> 'PENDING'
       ORDER BY finished_at LIMIT $3)
     RETURNING seq`,
    [status, formatInstant(before), limit],
  )
  return rows.length
}
