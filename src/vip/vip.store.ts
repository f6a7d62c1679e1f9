import { parseMoney, type Money } from '../kernel/money.js'
import { formatInstant, type Millis } from '../kernel/time.js'
import type { Queryable } from '../storage/database.js'
import { instantArray, moneyArray, numberArray, numeric, textArray } from '../storage/sql-text.js'
import type { Crossing, PaneSum, Reach } from './detect-vips.js'
import type { EntryWindow, VipEntry, WindowFigures } from './vip-entry.js'
import type { VipPolicy, VipPolicyDraft } from './vip-policy.js'
import type { FiguresRow, PaneSumRow, VipEntryRow, VipPolicyRow } from './vip.table.js'

const money = (numericText: string): Money => parseMoney(numericText) as Money

const policyOf = (row: VipPolicyRow): VipPolicy => ({
  id: row.id,
  version: row.version,
  name: row.name,
  threshold: money(row.threshold),
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

/** Sums of the panes in reach, of those players whose panes together could be above the threshold. */
export async function readPaneSums(
  session: Queryable,
  reach: readonly Reach[],
  eventTypes: readonly string[],
  threshold: Money,
  horizon: Millis,
): Promise<PaneSum[]> {
  const lowest = reach.reduce((low, r) => Math.min(low, r.from), Number.POSITIVE_INFINITY)
  const rows = await session.rows<PaneSumRow>(
    `/* readPaneSums */
     WITH reach AS (SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) AS r(player_id, from_at, to_at)),
     pane AS (
       SELECT p.player_id, p.pane_start, p.event_type, p.amount
       FROM reach r JOIN player_pane p
         ON p.player_id = r.player_id AND p.pane_start >= r.from_at AND p.pane_start < r.to_at
       WHERE p.event_type = ANY($4::text[]) AND p.pane_start >= $6::timestamptz
       ${lowest < horizon ? RAW_PANES : ''}),
     pane_sum AS (
       SELECT player_id, pane_start, event_type, sum(amount) AS amount,
         sum(sum(amount)) OVER (PARTITION BY player_id) AS total
       FROM pane GROUP BY player_id, pane_start, event_type)
     SELECT player_id, pane_start, event_type, amount FROM pane_sum WHERE total > $5::numeric`,
    [
      textArray(reach.map(r => r.playerId)),
      instantArray(reach.map(r => r.from)),
      instantArray(reach.map(r => r.to)),
      textArray(eventTypes),
      numeric(threshold),
      formatInstant(horizon),
      ...(lowest < horizon ? [formatInstant(lowest)] : []),
    ],
  )
  return rows.map(row => ({
    playerId: row.player_id,
    paneStart: row.pane_start,
    eventType: row.event_type,
    amount: money(row.amount),
  }))
}

/** Below the horizon there are no panes, so late events are decided from the events themselves. */
const RAW_PANES = `
       UNION ALL
       SELECT e.player_id, date_bin('5 minutes', e.occurred_at, 'epoch'::timestamptz), e.event_type, e.amount
       FROM reach r JOIN player_event e
         ON e.player_id = r.player_id AND e.occurred_at >= r.from_at AND e.occurred_at < r.to_at
       WHERE e.event_type = ANY($4::text[]) AND e.occurred_at >= $7::timestamptz AND e.occurred_at < $6::timestamptz`

/** Of these, the crossings that have an entry already: a policy that was lowered, or raised and crossed again. */
export async function enteredBefore(session: Queryable, crossings: readonly Crossing[]): Promise<Set<string>> {
  const rows = await session.rows<{ policy_id: string; player_id: string; window_start: Millis; window_end: Millis }>(
    `/* enteredBefore */
     SELECT policy_id, player_id, window_start, window_end
     FROM vip_entry JOIN unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[])
       AS c(policy_id, player_id, window_start, window_end) USING (policy_id, player_id, window_start, window_end)`,
    [
      textArray(crossings.map(c => c.policy.id)),
      textArray(crossings.map(c => c.playerId)),
      instantArray(crossings.map(c => c.windowStart)),
      instantArray(crossings.map(c => c.windowEnd)),
    ],
  )
  return new Set(rows.map(r => entryKey(r.policy_id, r.player_id, r.window_start, r.window_end)))
}

export const entryKey = (policyId: string, playerId: string, windowStart: Millis, windowEnd: Millis): string =>
  `${policyId}\n${playerId}\n${windowStart}\n${windowEnd}`

export const insertEntries = (session: Queryable, entries: readonly VipEntry[]) =>
  session.rows(
    `/* insertEntries */
     INSERT INTO vip_entry (feed_id, policy_id, policy_version, player_id, window_start, window_end, event_types,
       crossing_event_id, entered_at, suppressed, amount, event_count, session_count, first_event_at, last_event_at)
     SELECT feed_id, policy_id, policy_version, player_id, window_start, window_end, event_types::text[],
       crossing_event_id, entered_at, suppressed, amount, event_count, session_count, first_event_at, last_event_at
     FROM unnest($1::bigint[], $2::text[], $3::int[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::text[],
       $8::text[], $9::timestamptz[], $10::boolean[], $11::numeric[], $12::bigint[], $13::bigint[],
       $14::timestamptz[], $15::timestamptz[])
       AS e(feed_id, policy_id, policy_version, player_id, window_start, window_end, event_types, crossing_event_id,
         entered_at, suppressed, amount, event_count, session_count, first_event_at, last_event_at)`,
    [
      numberArray(entries.map(e => e.feedId)),
      textArray(entries.map(e => e.policyId)),
      numberArray(entries.map(e => e.policyVersion)),
      textArray(entries.map(e => e.playerId)),
      instantArray(entries.map(e => e.windowStart)),
      instantArray(entries.map(e => e.windowEnd)),
      textArray(entries.map(e => textArray(e.eventTypes))),
      textArray(entries.map(e => e.crossingEventId)),
      instantArray(entries.map(e => e.enteredAt)),
      textArray(entries.map(e => String(e.suppressed))),
      moneyArray(entries.map(e => e.figures.amount)),
      numberArray(entries.map(e => e.figures.eventCount)),
      numberArray(entries.map(e => e.figures.sessionCount)),
      instantArray(entries.map(e => e.figures.firstEventAt)),
      instantArray(entries.map(e => e.figures.lastEventAt)),
    ],
  )

/** Present figures of each window, in the order asked; null where the events are gone (retention). */
export async function readFigures(
  db: Queryable,
  windows: readonly EntryWindow[],
): Promise<(WindowFigures | null)[]> {
  if (windows.length === 0) return []
  const rows = await db.rows<FiguresRow>(
    `/* readFigures */
     SELECT f.* FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[], $4::text[])
       WITH ORDINALITY AS w(player_id, from_at, to_at, types, ord)
     CROSS JOIN LATERAL (
       SELECT coalesce(sum(amount), 0) AS amount, count(*) AS event_count, count(DISTINCT session_id) AS session_count,
         min(occurred_at) AS first_event_at, max(occurred_at) AS last_event_at
       FROM player_event e
       WHERE e.player_id = w.player_id AND e.occurred_at >= w.from_at AND e.occurred_at < w.to_at
         AND e.occurred_at >= $5::timestamptz AND e.occurred_at < $6::timestamptz
         AND e.event_type = ANY(w.types::text[])) f
     ORDER BY w.ord`,
    [
      textArray(windows.map(w => w.playerId)),
      instantArray(windows.map(w => w.windowStart)),
      instantArray(windows.map(w => w.windowEnd)),
      textArray(windows.map(w => textArray(w.eventTypes))),
      formatInstant(Math.min(...windows.map(w => w.windowStart))),
      formatInstant(Math.max(...windows.map(w => w.windowEnd))),
    ],
  )
  return rows.map(row =>
    row.first_event_at === null
      ? null
      : {
          amount: money(row.amount),
          eventCount: row.event_count,
          sessionCount: row.session_count,
          firstEventAt: row.first_event_at,
          lastEventAt: row.last_event_at!,
        },
  )
}

const entryOf = (row: VipEntryRow): VipEntry => ({
  feedId: row.feed_id,
  policyId: row.policy_id,
  policyVersion: row.policy_version,
  playerId: row.player_id,
  windowStart: row.window_start,
  windowEnd: row.window_end,
  eventTypes: row.event_types,
  crossingEventId: row.crossing_event_id,
  enteredAt: row.entered_at,
  suppressed: row.suppressed,
  figures: {
    amount: money(row.amount),
    eventCount: row.event_count,
    sessionCount: row.session_count,
    firstEventAt: row.first_event_at,
    lastEventAt: row.last_event_at,
  },
})

/** With the figures as they stand now. Where events have been dropped for their age, those of the entry stand. */
async function withPresentFigures(db: Queryable, rows: readonly VipEntryRow[]): Promise<VipEntry[]> {
  const entries = rows.map(entryOf)
  const present = await readFigures(db, entries)
  return entries.map((entry, i) => {
    const figures = present[i]
    return figures && figures.eventCount >= entry.figures.eventCount ? { ...entry, figures } : entry
  })
}

export interface VipEntryFilter {
  readonly policyId?: string | null
  readonly playerId?: string | null
  readonly from?: Millis | null
  readonly to?: Millis | null
  readonly minAmount?: Money | null
}

/** Amounts of a window never shrink, so an entry that had enough when it was made needs no look at the events. */
const MATCHES = `
  ($1::text IS NULL OR policy_id = $1) AND ($2::text IS NULL OR player_id = $2)
  AND ($3::timestamptz IS NULL OR window_start >= $3) AND ($4::timestamptz IS NULL OR window_start < $4)
  AND ($5::numeric IS NULL OR v.amount >= $5 OR (
    SELECT sum(e.amount) FROM player_event e
    WHERE e.player_id = v.player_id AND e.occurred_at >= v.window_start AND e.occurred_at < v.window_end
      AND e.event_type = ANY(v.event_types)) >= $5)`

const filterValues = (filter: VipEntryFilter) => [
  filter.policyId ?? null,
  filter.playerId ?? null,
  filter.from == null ? null : formatInstant(filter.from),
  filter.to == null ? null : formatInstant(filter.to),
  filter.minAmount == null ? null : numeric(filter.minAmount),
]

/** Newest first, `limit` of those before the feed id. */
export async function listEntries(
  db: Queryable,
  filter: VipEntryFilter,
  beforeFeedId: number | null,
  limit: number,
): Promise<VipEntry[]> {
  const rows = await db.rows<VipEntryRow>(
    `/* listEntries */
     SELECT * FROM vip_entry v WHERE ${MATCHES} AND ($6::bigint IS NULL OR feed_id < $6)
     ORDER BY feed_id DESC LIMIT $7`,
    [...filterValues(filter), beforeFeedId, limit],
  )
  return withPresentFigures(db, rows)
}

export async function countEntries(db: Queryable, filter: VipEntryFilter): Promise<number> {
  const [row] = await db.rows<{ entries: number }>(
    `/* countEntries */ SELECT count(*) AS entries FROM vip_entry v WHERE ${MATCHES}`,
    filterValues(filter),
  )
  return row!.entries
}

/** Entries of the feed behind `after`, up to and with `upTo`, oldest first. */
export async function replayEntries(db: Queryable, after: number, upTo: number, limit: number): Promise<VipEntry[]> {
  const rows = await db.rows<VipEntryRow>(
    '/* replayEntries */ SELECT * FROM vip_entry WHERE feed_id > $1 AND feed_id <= $2 ORDER BY feed_id LIMIT $3',
    [after, upTo, limit],
  )
  return withPresentFigures(db, rows)
}
