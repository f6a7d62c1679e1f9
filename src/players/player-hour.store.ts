import { type Money, parseMoney } from '../kernel/money.js'
import { formatInstant, HOUR_MS, type Millis, PANE_MS } from '../kernel/time.js'
import type { Queryable } from '../storage/database.js'
import { instantArray, ONE_LOOK_UP_A_ROW, textArray } from '../storage/sql-text.js'
import { paneOf } from './pane.js'

/** A player's stakes and events in the hour of panes that ends with the pane of a time. */
export interface PlayerHour {
  readonly turnover: Money
  readonly eventCount: number
}

/** Below the horizon there are no panes, so the events are asked. */
const RAW = `
  UNION ALL
  SELECT sum(turnover), count(*) FROM (
    SELECT turnover FROM player_event
    WHERE player_id = a.player_id AND occurred_at >= a.from_at AND occurred_at < least(a.to_at, $4::timestamptz)
      AND occurred_at >= $5::timestamptz
    ${ONE_LOOK_UP_A_ROW}) e`

/** In the order asked. */
export async function readPlayerHours(
  session: Queryable,
  asked: readonly { readonly playerId: string; readonly at: Millis }[],
  horizon: Millis,
): Promise<PlayerHour[]> {
  const ends = asked.map(({ at }) => paneOf(at) + PANE_MS)
  const earliest = ends.reduce((low, end) => Math.min(low, end), Number.POSITIVE_INFINITY) - HOUR_MS
  const rows = await session.rows<{ turnover: string; event_count: number }>(
    `/* readPlayerHours */
     SELECT coalesce(sum(h.turnover), 0) AS turnover, coalesce(sum(h.event_count), 0)::bigint AS event_count
     FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) WITH ORDINALITY AS a(player_id, from_at, to_at, ord)
     CROSS JOIN LATERAL (
       SELECT sum(turnover) AS turnover, sum(event_count) AS event_count FROM (
         SELECT turnover, event_count FROM player_pane
         WHERE player_id = a.player_id AND pane_start >= a.from_at AND pane_start < a.to_at AND pane_start >= $4::timestamptz
         ${ONE_LOOK_UP_A_ROW}) p
       ${earliest < horizon ? RAW : ''}) h
     GROUP BY ord ORDER BY ord`,
    [
      textArray(asked.map(a => a.playerId)),
      instantArray(ends.map(end => end - HOUR_MS)),
      instantArray(ends),
      formatInstant(horizon),
      ...(earliest < horizon ? [formatInstant(earliest)] : []),
    ],
  )
  return rows.map(row => ({ turnover: parseMoney(row.turnover) as Money, eventCount: row.event_count }))
}
