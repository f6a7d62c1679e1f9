import { formatInstant, type Millis } from '../kernel/time.js'
import type { Queryable } from '../storage/database.js'
import { moneyArray, numberArray, textArray } from '../storage/sql-text.js'
import type { PositionDelta } from './game-deltas.js'
import type { Game } from './known-games.js'
import { expectedText, fineText } from './position.js'

/** What is known of a game stays; what is not is taken from these. By game. */
export const saveGames = (session: Queryable, games: readonly Game[]): Promise<unknown> =>
  session.rows(
    `/* saveGames */
     INSERT INTO game AS g (game, game_type, competition)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) AS n(game, game_type, competition)
     ON CONFLICT (game) DO UPDATE SET
       game_type = coalesce(g.game_type, excluded.game_type),
       competition = coalesce(g.competition, excluded.competition)
     WHERE (g.game_type IS NULL AND excluded.game_type IS NOT NULL)
       OR (g.competition IS NULL AND excluded.competition IS NOT NULL)`,
    [
      textArray(games.map(game => game.game)),
      textArray(games.map(game => game.gameType)),
      textArray(games.map(game => game.competition)),
    ],
  )

/** In the lane's own rows, by game. Returns how many changes each row counts now. */
export async function addToPositions(
  session: Queryable,
  lane: number,
  deltas: readonly PositionDelta[],
  at: Millis,
): Promise<Map<string, number>> {
  const rows = await session.rows<{ game: string; changes: number }>(
    `/* addToPositions */
     INSERT INTO game_position AS p (game, lane, bets, turnover, payouts, open_bets, open_stake, liability, expected_ggr,
       waiting, changes, updated_at)
     SELECT game, $10, bets, turnover, payouts, open_bets, open_stake, liability, expected_ggr, waiting, 1, $11::timestamptz
     FROM unnest($1::text[], $2::bigint[], $3::numeric[], $4::numeric[], $5::bigint[], $6::numeric[], $7::numeric[],
       $8::numeric[], $9::bigint[])
       AS d(game, bets, turnover, payouts, open_bets, open_stake, liability, expected_ggr, waiting)
     ON CONFLICT (game, lane) DO UPDATE SET
       bets = p.bets + excluded.bets,
       turnover = p.turnover + excluded.turnover,
       payouts = p.payouts + excluded.payouts,
       open_bets = p.open_bets + excluded.open_bets,
       open_stake = p.open_stake + excluded.open_stake,
       liability = p.liability + excluded.liability,
       expected_ggr = p.expected_ggr + excluded.expected_ggr,
       waiting = p.waiting + excluded.waiting,
       changes = p.changes + 1,
       updated_at = greatest(p.updated_at, excluded.updated_at)
     RETURNING game, changes`,
    [
      textArray(deltas.map(d => d.game)),
      numberArray(deltas.map(d => d.position.bets)),
      moneyArray(deltas.map(d => d.position.turnover)),
      moneyArray(deltas.map(d => d.position.payouts)),
      numberArray(deltas.map(d => d.position.openBets)),
      moneyArray(deltas.map(d => d.position.openStake)),
      `{${deltas.map(d => fineText(d.position.liability)).join(',')}}`,
      `{${deltas.map(d => expectedText(d.expected)).join(',')}}`,
      numberArray(deltas.map(d => d.waiting)),
      lane,
      formatInstant(at),
    ],
  )
  return new Map(rows.map(({ game, changes }) => [game, changes]))
}
