import { DAY_MS, formatInstant } from '../../../kernel/time.js'
import type { BenchDatabase } from '../database-server.js'
import type { Bench } from '../installation.js'
import { ROW_OF_BET, type SportsLoad } from './sports-load.js'

const AGE_MS = DAY_MS

/** Of bets that count in the positions as if they had come through the API. Written at once: it is not what is measured. */
export async function fillOpenBets(
  { options, say }: Bench,
  database: BenchDatabase,
  prefix: string,
  load: SportsLoad,
  bets: number,
): Promise<void> {
  say(`pnl: ${bets} open bets`)
  const { wagers } = load
  const at = formatInstant(Date.now() - AGE_MS)
  await database.query(
    `INSERT INTO bet (player_id, bet_id, game, placed_at, placed_by, stake, odds, bet_market, selection, winnings, cancelled,
       touched_at)
     SELECT ${ROW_OF_BET.player('n', '$2::bigint')}, $3 || '-' || ${ROW_OF_BET.counter('n')}, w.games[i], $4::timestamptz,
       $3 || '-b' || ${ROW_OF_BET.counter('n')}, w.stakes[i], w.odds[i], '1X2', w.selections[i], 0, false, $4::timestamptz
     FROM (SELECT $5::text[] AS games, $6::text[] AS selections, $7::numeric[] AS stakes, $8::numeric[] AS odds) w,
       generate_series(0, $1::int - 1) n, LATERAL (SELECT ${ROW_OF_BET.wager('n')} AS i) at`,
    [
      ...[bets, options.players, prefix, at],
      ...[wagers.map(w => w.game), wagers.map(w => w.selection), wagers.map(w => w.stake), wagers.map(w => w.odds)],
    ],
  )
  await database.query(`INSERT INTO game (game, game_type) SELECT DISTINCT game, 'sports' FROM bet`)
  await database.query(
    `INSERT INTO game_position (game, lane, bets, turnover, payouts, open_bets, open_stake, liability, expected_ggr, waiting,
       changes, updated_at)
     SELECT game, -1, count(*), sum(stake), 0, count(*), sum(stake), sum(stake * odds), 0, 0, 1, $1::timestamptz
     FROM bet GROUP BY game`,
    [at],
  )
  await database.query(
    `INSERT INTO market_selection (game, bet_market, selection, lane, odds, quoted_at, quoted_by, open_stake, open_liability)
     SELECT game, bet_market, selection, -1, max(odds), $1::timestamptz, max(placed_by), sum(stake), sum(stake * odds)
     FROM bet GROUP BY game, bet_market, selection`,
    [at],
  )
  await database.query('VACUUM ANALYZE bet, game, game_position, market_selection')
}

/** A day of bets in the games of the load, in the log of events and in the panes that are made of it. */
export async function fillDay({ options, say }: Bench, database: BenchDatabase, load: SportsLoad, bets: number) {
  say(`pnl: a day of ${bets} bets`)
  const games = [...new Set(load.wagers.map(({ game }) => game))]
  const from = formatInstant(Date.now() - DAY_MS)
  await database.query(
    `INSERT INTO player_event (player_id, occurred_at, event_id, event_type, amount, turnover, payouts, ingested_at, stream,
       game, game_type, bets)
     SELECT 'p' || lpad((n % $2::int)::text, 7, '0'), $3::timestamptz + n * (interval '1 day' / $1::int), 'day-' || n, 'bet', 2.5,
       2.5, 0, $3::timestamptz, 'fill', ($4::text[])[n % cardinality($4::text[]) + 1], 'sports', 1
     FROM generate_series(0, $1::int - 1) n`,
    [bets, options.players, from, games],
  )
  for (const [table, grain] of [
    ['game_pane', '1 minute'],
    ['game_hour_pane', '1 hour'],
  ]) {
    await database.query(
      `INSERT INTO ${table} (game, pane_start, lane, bets, turnover, payouts)
       SELECT game, date_bin('${grain}', occurred_at, 'epoch'::timestamptz), -1, sum(bets), sum(turnover), sum(payouts)
       FROM player_event GROUP BY 1, 2`,
    )
  }
  for (const [table, panes] of [
    ['house_pane', 'game_pane'],
    ['house_hour_pane', 'game_hour_pane'],
  ]) {
    await database.query(
      `INSERT INTO ${table} (pane_start, lane, bets, turnover, payouts)
       SELECT pane_start, -1, sum(bets), sum(turnover), sum(payouts) FROM ${panes} GROUP BY 1`,
    )
  }
  await database.query(`INSERT INTO game (game, game_type) SELECT DISTINCT game, 'sports' FROM player_event`)
  await database.query('VACUUM ANALYZE player_event, game, game_pane, game_hour_pane, house_pane, house_hour_pane')
}
