import { expect } from 'vitest'
import type { TestDatabase } from '../support/engines.js'

/** Panes whose sums, as they are read, are not those of the raw events: none. */
export async function expectRecount(database: TestDatabase): Promise<void> {
  const differences = await database.query(
    `SELECT player_id, pane_start, event_type, game_type, seen.events AS seen, raw.events AS raw FROM (
       SELECT player_id, pane_start, event_type, game_type, sum(amount) AS amount, sum(turnover) AS turnover,
         sum(payouts) AS payouts, sum(event_count)::bigint AS events
       FROM player_activity_5m GROUP BY 1, 2, 3, 4) seen
     FULL JOIN (
       SELECT player_id, date_bin('5 minutes', occurred_at, 'epoch'::timestamptz) AS pane_start, event_type,
         coalesce(game_type, '') AS game_type, sum(amount) AS amount, sum(turnover) AS turnover,
         sum(payouts) AS payouts, count(*) AS events
       FROM player_event GROUP BY 1, 2, 3, 4) raw
     USING (player_id, pane_start, event_type, game_type)
     WHERE (seen.events, seen.amount, seen.turnover, seen.payouts)
       IS DISTINCT FROM (raw.events, raw.amount, raw.turnover, raw.payouts)
     LIMIT 5`,
  )
  expect(differences).toEqual([])
}

/** Polls until it holds: for what a job does by itself. */
export async function within(limitMs: number, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + limitMs
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`did not hold within ${limitMs} ms`)
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}
