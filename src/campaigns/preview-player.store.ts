import { formatMoney, type Money, parseMoney } from '../kernel/money.js'
import { formatInstant, HOUR_MS, type Millis, PANE_MS } from '../kernel/time.js'
import { paneOf } from '../players/pane.js'
import type { Queryable } from '../storage/database.js'
import { instantArray, ONE_LOOK_UP_A_ROW, textArray } from '../storage/sql-text.js'
import type { PlayerState } from './filter/filter-event.js'

/** An event that is stored, and when it was committed. */
export interface Commit {
  readonly playerId: string
  readonly occurredAt: Millis
  readonly ingestedAt: Millis
}

/**
 * The players as filters saw them when these events came: of the stored events and VIP entries, those that were committed
 * before. In the order asked. The bounds of all let the planner leave out chunks.
 */
export async function readStatesThen(session: Queryable, commits: readonly Commit[]): Promise<PlayerState[]> {
  if (commits.length === 0) return []
  const ends = commits.map(({ occurredAt }) => paneOf(occurredAt) + PANE_MS)
  const rows = await session.rows<{ turnover: string; event_count: number; is_vip: boolean }>(
    `/* readStatesThen */
     SELECT h.turnover, h.event_count, EXISTS (
         SELECT FROM vip_entry
         WHERE player_id = a.player_id AND window_start <= a.at AND window_end > a.at AND entered_at < a.ingested_at
       ) AS is_vip
     FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[], $4::timestamptz[])
       WITH ORDINALITY AS a(player_id, at, to_at, ingested_at, ord)
     CROSS JOIN LATERAL (
       SELECT coalesce(sum(turnover), 0) AS turnover, count(*) AS event_count FROM (
         SELECT turnover FROM player_event
         WHERE player_id = a.player_id AND occurred_at >= a.to_at - interval '1 hour' AND occurred_at < a.to_at
           AND occurred_at >= $5::timestamptz AND occurred_at < $6::timestamptz AND ingested_at < a.ingested_at
         ${ONE_LOOK_UP_A_ROW}) e) h
     ORDER BY ord`,
    [
      textArray(commits.map(c => c.playerId)),
      instantArray(commits.map(c => c.occurredAt)),
      instantArray(ends),
      instantArray(commits.map(c => c.ingestedAt)),
      formatInstant(ends.reduce((a, b) => Math.min(a, b)) - HOUR_MS),
      formatInstant(ends.reduce((a, b) => Math.max(a, b))),
    ],
  )
  return rows.map(row => ({
    turnover1h: Number(formatMoney(parseMoney(row.turnover) as Money)),
    eventCount1h: row.event_count,
    isVip: row.is_vip,
  }))
}
