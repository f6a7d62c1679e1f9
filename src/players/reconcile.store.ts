import { formatInstant, type Millis } from '../kernel/time.js'
import type { Queryable } from '../storage/database.js'

/** Sums of one group of events, as text: they are compared and shown, never reckoned with. */
export interface Sums {
  readonly events: string
  readonly amount: string
  readonly turnover: string
  readonly payouts: string
}

/** What two independent computations say of one group; null where one of them does not know it. */
export interface Difference {
  readonly group: string
  readonly summed: Sums | null
  readonly raw: Sums | null
}

export interface Comparison {
  readonly groups: number
  readonly differing: number
  /** The first of them. */
  readonly differences: readonly Difference[]
}

export interface Span {
  /** Panes before the oldest event are left out: retention has dropped their events, and the sums stay. */
  readonly fromOldestEvent: boolean
  /** Only panes that have ended by then. */
  readonly before: Millis
}

export const panesWaiting = async (db: Queryable): Promise<number> => {
  const [row] = await db.rows<{ panes: number }>('/* panesWaiting */ SELECT count(*) AS panes FROM late_pane')
  return row!.panes
}

/** Whether there is anything to compare in this database. */
export const hasSchema = async (db: Queryable): Promise<boolean> => {
  const [row] = await db.rows<{ there: boolean }>("SELECT to_regclass('player_activity_5m') IS NOT NULL AS there")
  return row!.there
}

/** Each pane by event type and game type. */
export const comparePanes = (db: Queryable, span: Span, limit: number): Promise<Comparison> =>
  compare(db, span, limit, {
    keys: 'pane_start, event_type, game_type',
    group: `to_char(pane_start, 'YYYY-MM-DD"T"HH24:MI"Z"') || concat_ws(' ', '', event_type, nullif(game_type, ''))`,
  })

/** Each player, over all panes. */
export const comparePlayers = (db: Queryable, span: Span, limit: number): Promise<Comparison> =>
  compare(db, span, limit, { keys: 'player_id', group: "'player ' || player_id" })

interface Grouping {
  readonly keys: string
  readonly group: string
}

/** One statement, and so of one moment: what is committed meanwhile is in both or in neither. */
async function compare(db: Queryable, span: Span, limit: number, { keys, group }: Grouping): Promise<Comparison> {
  const [row] = await db.rows<{ groups: number; differing: number; differences: Difference[] | null }>(
    `/* compareSums */
     WITH bound AS (
       SELECT CASE WHEN $1::boolean THEN date_bin('5 minutes', min(occurred_at), 'epoch'::timestamptz)
           ELSE '-infinity' END AS from_at,
         date_bin('5 minutes', $2::timestamptz, 'epoch'::timestamptz) AS to_at
       FROM player_event),
     event AS (
       SELECT player_id, date_bin('5 minutes', occurred_at, 'epoch'::timestamptz) AS pane_start, event_type,
         coalesce(game_type, '') AS game_type, amount, turnover, payouts
       FROM player_event),
     raw AS (
       SELECT ${keys}, count(*)::numeric AS events, sum(amount) AS amount, sum(turnover) AS turnover,
         sum(payouts) AS payouts
       FROM event, bound WHERE ${INCLUDED} GROUP BY ${keys}),
     summed AS (
       SELECT ${keys}, sum(event_count) AS events, sum(amount) AS amount, sum(turnover) AS turnover,
         sum(payouts) AS payouts
       FROM player_activity_5m, bound WHERE ${INCLUDED} GROUP BY ${keys}),
     compared AS (
       SELECT ${group} AS group_name, s.events IS NOT NULL AS in_summed, r.events IS NOT NULL AS in_raw,
         ${sums('s')} AS summed, ${sums('r')} AS raw,
         (s.events, s.amount, s.turnover, s.payouts) IS DISTINCT FROM (r.events, r.amount, r.turnover, r.payouts) AS differs
       FROM summed s FULL JOIN raw r USING (${keys})),
     first AS (SELECT * FROM compared WHERE differs ORDER BY group_name COLLATE "C" LIMIT $3)
     SELECT (SELECT count(*) FROM compared) AS groups, (SELECT count(*) FROM compared WHERE differs) AS differing,
       (SELECT json_agg(json_build_object('group', group_name, 'summed', CASE WHEN in_summed THEN summed END,
          'raw', CASE WHEN in_raw THEN raw END) ORDER BY group_name COLLATE "C") FROM first) AS differences`,
    [span.fromOldestEvent, formatInstant(span.before), limit],
  )
  return { groups: row!.groups, differing: row!.differing, differences: row!.differences ?? [] }
}

/** A pane that waits for the refresh of its aggregate is behind, and known to be. */
const INCLUDED = `pane_start >= from_at AND pane_start < to_at
         AND pane_start NOT IN (SELECT pane_start FROM late_pane)`

const sums = (side: string) =>
  `json_build_object('events', ${side}.events::text, 'amount', trim_scale(${side}.amount)::text,
           'turnover', trim_scale(${side}.turnover)::text, 'payouts', trim_scale(${side}.payouts)::text)`
