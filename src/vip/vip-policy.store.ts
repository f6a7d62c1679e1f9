import { type Money, parseMoney } from '../kernel/money.js'
import { formatInstant, type Millis } from '../kernel/time.js'
import type { Queryable } from '../storage/database.js'
import { numeric, textArray } from '../storage/sql-text.js'
import type { VipPolicyRow } from './vip.table.js'
import type { VipPolicy, VipPolicyDraft } from './vip-policy.js'

const policyOf = (row: VipPolicyRow): VipPolicy => ({
  id: row.id,
  version: row.version,
  name: row.name,
  threshold: parseMoney(row.threshold) as Money,
  windowMs: row.window_ms,
  slideMs: row.slide_ms,
  eventTypes: row.event_types,
  enabled: row.enabled,
})

const POLICY_COLUMNS = 'id, version, name, threshold, window_ms, slide_ms, event_types, enabled'

export async function listPolicies(db: Queryable): Promise<VipPolicy[]> {
  const rows = await db.rows<VipPolicyRow>(`/* listPolicies */ SELECT ${POLICY_COLUMNS} FROM vip_policy ORDER BY id`)
  return rows.map(policyOf)
}

/** The policies and the revision of the rules that they belong to, in one statement and so of one moment. */
export async function readVipRules(db: Queryable): Promise<{ revision: number; policies: VipPolicy[] }> {
  const rows = await db.rows<VipPolicyRow & { revision: number }>(
    `/* readVipRules */
     SELECT r.revision, ${POLICY_COLUMNS} FROM rules_head r LEFT JOIN vip_policy p ON p.enabled ORDER BY p.id`,
  )
  return { revision: rows[0]!.revision, policies: rows.filter(row => row.id !== null).map(policyOf) }
}

/** Makes the next version of a policy. */
export async function savePolicy(db: Queryable, draft: VipPolicyDraft, by: string, at: Millis): Promise<VipPolicy> {
  const [row] = await db.rows<VipPolicyRow>(
    `/* savePolicy */
     WITH head AS (UPDATE rules_head SET revision = revision + 1),
     saved AS (
       INSERT INTO vip_policy AS p (${POLICY_COLUMNS}, saved_at, saved_by)
       VALUES ($1, 1, $2, $3, $4, $5, $6::text[], $7, $8::timestamptz, $9)
       ON CONFLICT (id) DO UPDATE SET version = p.version + 1, name = $2, threshold = $3, window_ms = $4, slide_ms = $5,
         event_types = $6::text[], enabled = $7, saved_at = $8::timestamptz, saved_by = $9
       RETURNING *),
     kept AS (
       INSERT INTO vip_policy_version (policy_id, version, name, threshold, window_ms, slide_ms, event_types, enabled,
         saved_at, saved_by)
       SELECT id, version, name, threshold, window_ms, slide_ms, event_types, enabled, saved_at, saved_by FROM saved)
     SELECT ${POLICY_COLUMNS} FROM saved`,
    [
      draft.id,
      draft.name,
      numeric(draft.threshold),
      draft.windowMs,
      draft.slideMs,
      textArray(draft.eventTypes),
      draft.enabled,
      formatInstant(at),
      by,
    ],
  )
  return policyOf(row!)
}

export async function countPolicies(db: Queryable): Promise<number> {
  const [row] = await db.rows<{ policies: number }>('/* countPolicies */ SELECT count(*) AS policies FROM vip_policy')
  return row!.policies
}

export async function findPolicy(db: Queryable, id: string): Promise<VipPolicy | null> {
  const [row] = await db.rows<VipPolicyRow>(`/* findPolicy */ SELECT ${POLICY_COLUMNS} FROM vip_policy WHERE id = $1`, [
    id,
  ])
  return row === undefined ? null : policyOf(row)
}

/** Policies whose present version has not yet given entries to those who were above it already. */
export async function policiesToBackfill(db: Queryable): Promise<VipPolicy[]> {
  const rows = await db.rows<VipPolicyRow>(
    `/* policiesToBackfill */ SELECT ${POLICY_COLUMNS} FROM vip_policy WHERE enabled AND backfilled_version < version`,
  )
  return rows.map(policyOf)
}

export const markBackfilled = (db: Queryable, policy: VipPolicy) =>
  db.rows('/* markBackfilled */ UPDATE vip_policy SET backfilled_version = $2 WHERE id = $1 AND version = $2', [
    policy.id,
    policy.version,
  ])
