import { expect } from 'vitest'
import type { TestDatabase } from '../support/engines.js'

const VIEWS = { game_pnl_1m: '1 minute', game_pnl_1h: '1 hour', game_pnl_1d: '1 day' }

/** Buckets of games whose sums, as they are read, are not those of the raw events: none, at any grain. */
export async function expectPnlRecount(database: TestDatabase): Promise<void> {
  for (const [view, width] of Object.entries(VIEWS)) {
    const differences = await database.query(
      `SELECT * FROM (
         SELECT game, bucket_start, bets::text, trim_scale(turnover)::text AS turnover, trim_scale(payouts)::text AS payouts
         FROM ${view}) seen
       FULL JOIN (
         SELECT coalesce(book_game, game, '') AS game, date_bin('${width}', occurred_at, 'epoch') AS bucket_start,
           sum(coalesce(bets, (event_type = 'bet')::int))::text AS raw_bets, trim_scale(sum(turnover))::text AS raw_turnover,
           trim_scale(sum(payouts))::text AS raw_payouts
         FROM player_event WHERE event_type IN ('bet', 'win', 'settlement', 'refund', 'rollback')
         GROUP BY 1, 2) raw
       USING (game, bucket_start)
       WHERE (bets, turnover, payouts) IS DISTINCT FROM (raw_bets, raw_turnover, raw_payouts)
       LIMIT 5`,
    )
    expect(differences, view).toEqual([])
  }
}
