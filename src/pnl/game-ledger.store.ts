import type { Database, Queryable } from '../storage/database.js'
import { lockGamePanes } from '../storage/game-panes-lock.js'
import { instantArray, moneyArray, numberArray, textArray } from '../storage/sql-text.js'
import type { GamePaneDelta } from './game-deltas.js'

/** What a batch adds to minutes of games and to their hours, as one row. Nobody waits for it. */
export const addToLedger = (session: Queryable, minutes: readonly GamePaneDelta[]): Promise<unknown> =>
  session.rows(
    '/* addToLedger */ INSERT INTO game_ledger (game, pane_start, bets, turnover, payouts) VALUES ($1, $2, $3, $4, $5)',
    [
      textArray(minutes.map(p => p.game)),
      instantArray(minutes.map(p => p.paneStart)),
      numberArray(minutes.map(p => p.bets)),
      moneyArray(minutes.map(p => p.turnover)),
      moneyArray(minutes.map(p => p.payouts)),
    ],
  )

/** Where every event is in a minute of its own, as in an import of years, these are some seconds of work. */
const ROWS_A_FOLD = 100
/** What all lanes have added is folded by one writer; rows of lanes are from before there was a ledger. */
const NO_LANE = -1

/**
 * Folds what is committed of the ledger into the panes: unless it is more than so many folds take, what was there when
 * this was called is there no more when it is done. What a horizon has passed meanwhile is left out, as panes are dropped
 * there.
 */
export async function foldLedger(db: Database, foldsAtMost = Number.POSITIVE_INFINITY): Promise<void> {
  for (let fold = 0; fold < foldsAtMost; fold++) {
    const folded = await db.transaction(async session => {
      // One that were given up would be so again and again.
      await session.rows('SET LOCAL statement_timeout = 0')
      await lockGamePanes(session)
      const [row] = await session.rows<{ folded: number }>(FOLD, [ROWS_A_FOLD])
      return row!.folded
    })
    if (folded < ROWS_A_FOLD) return
  }
}

const ADDED =
  'bets = p.bets + excluded.bets, turnover = p.turnover + excluded.turnover, payouts = p.payouts + excluded.payouts'

const FOLD = `/* foldLedger */
     WITH taken AS (
       DELETE FROM game_ledger WHERE id = ANY (ARRAY(SELECT id FROM game_ledger ORDER BY id LIMIT $1)) RETURNING *),
     minute AS MATERIALIZED (
       SELECT m.game, m.pane_start, sum(m.bets)::bigint AS bets, sum(m.turnover) AS turnover, sum(m.payouts) AS payouts
       FROM taken l, unnest(l.game, l.pane_start, l.bets, l.turnover, l.payouts)
         AS m(game, pane_start, bets, turnover, payouts)
       GROUP BY 1, 2),
     in_minutes AS (
       INSERT INTO game_pane AS p (game, pane_start, lane, bets, turnover, payouts)
       SELECT game, pane_start, ${NO_LANE}, bets, turnover, payouts FROM minute
       WHERE pane_start >= (SELECT pane_start FROM horizon) ORDER BY game, pane_start
       ON CONFLICT (game, pane_start, lane) DO UPDATE SET ${ADDED}),
     in_hours AS (
       INSERT INTO game_hour_pane AS p (game, pane_start, lane, bets, turnover, payouts)
       SELECT game, date_bin('1 hour', pane_start, 'epoch'::timestamptz), ${NO_LANE}, sum(bets), sum(turnover), sum(payouts)
       FROM minute WHERE pane_start >= (SELECT date_bin('1 hour', pane_start, 'epoch'::timestamptz) FROM horizon)
       GROUP BY 1, 2 ORDER BY 1, 2
       ON CONFLICT (game, pane_start, lane) DO UPDATE SET ${ADDED})
     SELECT count(*) AS folded FROM taken`
