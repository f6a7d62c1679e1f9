import { type Money, parseMoney } from '../kernel/money.js'
import { formatInstant, type Millis } from '../kernel/time.js'
import type { Queryable } from '../storage/database.js'
import { instantArray, moneyArray, numberArray, numeric, textArray } from '../storage/sql-text.js'
import type { Crossing } from './detect-vips.js'
import type { VipEntryRow } from './vip.table.js'
import type { VipEntry, WindowFigures } from './vip-entry.js'
import { readFigures } from './vip-window.store.js'

const money = (numericText: string): Money => parseMoney(numericText) as Money

/** Of these, the crossings that have an entry already: a policy that was lowered, or raised and crossed again. */
async function enteredBefore(session: Queryable, crossings: readonly Crossing[]): Promise<Set<string>> {
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

const entryKey = (policyId: string, playerId: string, windowStart: Millis, windowEnd: Millis): string =>
  `${policyId}\n${playerId}\n${windowStart}\n${windowEnd}`

/** An entry before the feed has given it an id. */
export type NewVipEntry = Omit<VipEntry, 'feedId'>

/**
 * The entries that these crossings make, with the figures of this moment; those of suppressed players are marked, and
 * nobody is told of them. Their players must be locked, since before it was asked who is suppressed.
 */
export async function prepareEntries(
  session: Queryable,
  crossings: readonly Crossing[],
  suppressed: ReadonlySet<string>,
  at: Millis,
): Promise<NewVipEntry[]> {
  const entered = await enteredBefore(session, crossings)
  const fresh = crossings.filter(c => !entered.has(entryKey(c.policy.id, c.playerId, c.windowStart, c.windowEnd)))
  const windows = fresh.map(c => ({ ...c, eventTypes: c.policy.eventTypes }))
  const figures = await readFigures(session, windows)
  return fresh.flatMap((crossing, i) => {
    const present = figures[i]
    // Panes can outlive the events, which retention drops: nothing could be said of such a window any more.
    return present == null ? [] : newEntry(crossing, present, suppressed.has(crossing.playerId), at)
  })
}

const newEntry = (crossing: Crossing, figures: WindowFigures, suppressed: boolean, at: Millis): NewVipEntry => ({
  policyId: crossing.policy.id,
  policyVersion: crossing.policy.version,
  playerId: crossing.playerId,
  windowStart: crossing.windowStart,
  windowEnd: crossing.windowEnd,
  eventTypes: crossing.policy.eventTypes,
  crossingEventId: crossing.crossingEventId,
  enteredAt: at,
  suppressed,
  amountEntered: figures.amount,
  figures,
})

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
      moneyArray(entries.map(e => e.amountEntered)),
      numberArray(entries.map(e => e.figures.eventCount)),
      numberArray(entries.map(e => e.figures.sessionCount)),
      instantArray(entries.map(e => e.figures.firstEventAt)),
      instantArray(entries.map(e => e.figures.lastEventAt)),
    ],
  )

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
  amountEntered: money(row.amount),
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

/** Of these players, at these times of their events: who has an entry in a window that holds the time. In the order asked. */
export async function areVips(
  session: Queryable,
  asked: readonly { readonly playerId: string; readonly at: Millis }[],
): Promise<boolean[]> {
  const rows = await session.rows<{ is_vip: boolean }>(
    `/* areVips */
     SELECT EXISTS (
       SELECT FROM vip_entry WHERE player_id = a.player_id AND window_start <= a.at AND window_end > a.at) AS is_vip
     FROM unnest($1::text[], $2::timestamptz[]) WITH ORDINALITY AS a(player_id, at, ord) ORDER BY ord`,
    [textArray(asked.map(a => a.playerId)), instantArray(asked.map(a => a.at))],
  )
  return rows.map(row => row.is_vip)
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
