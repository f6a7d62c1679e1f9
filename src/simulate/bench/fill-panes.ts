import { floorTo, formatInstant, HOUR_MS, PANE_MS } from '../../kernel/time.js'
import type { BenchDatabase } from './database-server.js'
import type { Bench } from './installation.js'

/**
 * An hour of panes behind every player, as an hour of play leaves it: window reads then meet what they meet in steady
 * state. Written to the tables at once, because it is not what is measured.
 */
export async function fillPanes({ options, say }: Bench, database: BenchDatabase): Promise<void> {
  const to = floorTo(Date.now(), PANE_MS)
  const [from, until] = [formatInstant(to - HOUR_MS), formatInstant(to - PANE_MS)]
  say(`an hour of panes behind ${options.players} players`)
  await database.query(
    `INSERT INTO player (player_id, first_seen_at, last_seen_at)
     SELECT 'p' || lpad(n::text, 7, '0'), $2::timestamptz, $3::timestamptz FROM generate_series(0, $1::int - 1) AS n`,
    [options.players, from, until],
  )
  await database.query(
    `INSERT INTO player_pane (player_id, pane_start, event_type, game_type, amount, turnover, payouts, event_count)
     SELECT 'p' || lpad(n::text, 7, '0'), pane, 'bet', 'slots', 12.5, 12.5, 0, 5
     FROM generate_series($2::timestamptz, $3::timestamptz, interval '5 minutes') AS pane, generate_series(0, $1::int - 1) AS n`,
    [options.players, from, until],
  )
  await database.query('VACUUM ANALYZE player, player_pane')
}
