import { type Money, parseMoney } from '../kernel/money.js'
import { formatInstant, type Millis } from '../kernel/time.js'
import type { Queryable } from '../storage/database.js'
import { instantArray, numeric, ONE_LOOK_UP_A_ROW, textArray } from '../storage/sql-text.js'
import type { HourSum } from './amount-bounds.js'
import type { PaneSum, Reach } from './detect-vips.js'
import type { FiguresRow, PaneSumRow } from './vip.table.js'
import type { EntryWindow, WindowFigures } from './vip-entry.js'
import type { VipPolicy } from './vip-policy.js'

const money = (numericText: string): Money => parseMoney(numericText) as Money

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
       SELECT r.player_id, p.pane_start, p.event_type, p.amount
       FROM reach r CROSS JOIN LATERAL (
         SELECT pane_start, event_type, amount FROM player_pane
         WHERE player_id = r.player_id AND pane_start >= r.from_at AND pane_start < r.to_at
           AND event_type = ANY($4::text[]) AND pane_start >= $6::timestamptz
         ${ONE_LOOK_UP_A_ROW}) p
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

/** What these players have in each hour from the start of their reach on, by player. */
export async function readHourSums(
  session: Queryable,
  reach: readonly Reach[],
  eventTypes: readonly string[],
  horizon: Millis,
): Promise<Map<string, HourSum[]>> {
  const rows = await session.rows<{ player_id: string; hour: Millis; event_type: string; amount: string }>(
    `/* readHourSums */
     SELECT r.player_id, date_bin('1 hour', p.pane_start, 'epoch'::timestamptz) AS hour, p.event_type, sum(p.amount) AS amount
     FROM unnest($1::text[], $2::timestamptz[]) AS r(player_id, from_at)
     CROSS JOIN LATERAL (
       SELECT pane_start, event_type, amount FROM player_pane
       WHERE player_id = r.player_id AND pane_start >= r.from_at AND pane_start >= $4::timestamptz
         AND event_type = ANY($3::text[])
       ${ONE_LOOK_UP_A_ROW}) p
     GROUP BY 1, 2, 3`,
    [
      textArray(reach.map(r => r.playerId)),
      instantArray(reach.map(r => r.from)),
      textArray(eventTypes),
      formatInstant(horizon),
    ],
  )
  const hours = new Map<string, HourSum[]>()
  for (const row of rows) {
    const sum = { hour: row.hour, eventType: row.event_type, amount: money(row.amount) }
    const sums = hours.get(row.player_id)
    if (sums === undefined) hours.set(row.player_id, [sum])
    else sums.push(sum)
  }
  return hours
}

/** Below the horizon there are no panes, so late events are decided from the events themselves. */
const RAW_PANES = `
       UNION ALL
       SELECT r.player_id, date_bin('5 minutes', e.occurred_at, 'epoch'::timestamptz), e.event_type, e.amount
       FROM reach r CROSS JOIN LATERAL (
         SELECT occurred_at, event_type, amount FROM player_event
         WHERE player_id = r.player_id AND occurred_at >= r.from_at AND occurred_at < r.to_at
           AND event_type = ANY($4::text[]) AND occurred_at >= $7::timestamptz AND occurred_at < $6::timestamptz
         ${ONE_LOOK_UP_A_ROW}) e`

/** Present figures of each window, in the order asked; null where the events are gone (retention). */
export async function readFigures(db: Queryable, windows: readonly EntryWindow[]): Promise<(WindowFigures | null)[]> {
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

/** A player above a policy's threshold in one of the policy's windows. */
export interface AboveThreshold {
  readonly playerId: string
  readonly windowStart: Millis
}

/** Below the horizon the events are asked: what came late may not be in the aggregate yet, and nobody asks again. */
const ABOVE = (players: string) => `
  WITH page AS (${players}),
  counted AS (
    SELECT a.player_id, a.pane_start, a.amount
    FROM page JOIN player_pane a USING (player_id)
    WHERE a.pane_start >= greatest($3::timestamptz, (SELECT pane_start FROM horizon)) AND a.event_type = ANY($4::text[])
    UNION ALL
    SELECT e.player_id, date_bin('5 minutes', e.occurred_at, 'epoch'::timestamptz), e.amount
    FROM page JOIN player_event e USING (player_id)
    WHERE e.occurred_at >= $3::timestamptz AND e.occurred_at < (SELECT pane_start FROM horizon)
      AND e.event_type = ANY($4::text[]))
  SELECT c.player_id, (extract(epoch FROM w.start) * 1000)::bigint AS window_start
  FROM counted c CROSS JOIN LATERAL (
    SELECT date_bin($1::interval, c.pane_start, 'epoch'::timestamptz) - n * $1::interval AS start
    FROM generate_series(0, $2::int - 1) AS n) w
  WHERE w.start >= $3::timestamptz
  GROUP BY c.player_id, w.start
  HAVING sum(c.amount) > $5::numeric
  ORDER BY c.player_id, w.start`

const aboveValues = (policy: VipPolicy, from: Millis) => [
  `${policy.slideMs} milliseconds`,
  policy.windowMs / policy.slideMs,
  formatInstant(from),
  textArray(policy.eventTypes),
  numeric(policy.threshold),
]

type AboveRow = { player_id: string; window_start: number }
const aboveOf = (row: AboveRow): AboveThreshold => ({ playerId: row.player_id, windowStart: row.window_start })

/** Of these players, who is above in which windows that start at `from` or later. */
export async function playersAbove(
  session: Queryable,
  policy: VipPolicy,
  from: Millis,
  players: readonly string[],
): Promise<AboveThreshold[]> {
  const rows = await session.rows<AboveRow>(`/* playersAbove */ ${ABOVE('SELECT unnest($6::text[]) AS player_id')}`, [
    ...aboveValues(policy, from),
    textArray(players),
  ])
  return rows.map(aboveOf)
}

/** The same of a page of all players, by id. `lastId` is null when there were none behind `after`. */
export async function pageAbove(
  db: Queryable,
  policy: VipPolicy,
  from: Millis,
  after: string,
  limit: number,
): Promise<{ above: AboveThreshold[]; lastId: string | null }> {
  const page = 'SELECT player_id FROM player WHERE player_id > $6 ORDER BY player_id LIMIT $7'
  const values = [...aboveValues(policy, from), after, limit]
  const rows = await db.rows<AboveRow>(`/* pageAbove */ ${ABOVE(page)}`, values)
  const [last] = await db.rows<{ id: string | null }>(
    '/* pageEnd */ SELECT max(player_id) AS id FROM (SELECT player_id FROM player WHERE player_id > $1 ORDER BY player_id LIMIT $2) p',
    [after, limit],
  )
  return { above: rows.map(aboveOf), lastId: last?.id ?? null }
}
