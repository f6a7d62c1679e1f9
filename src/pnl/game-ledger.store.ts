import { formatInstant, type Millis } from '../kernel/time.js'
import type { Database, Queryable } from '../storage/database.js'
import { instantArray, moneyArray, numberArray, numeric, textArray } from '../storage/sql-text.js'
import type { GamePaneDelta, SelectionDelta } from './game-deltas.js'
import { fineText } from './position.js'

const instants = (times: readonly (Millis | undefined)[]): string =>
  `{${times.map(at => (at === undefined ? 'NULL' : formatInstant(at))).join(',')}}`

/** Ids that come with a time; null where there is none. */
const ids = (values: readonly (string | undefined)[]): string => textArray(values.map(value => value ?? null))

/** What a batch adds to minutes of games and to selections, as one row. Nobody waits for it. */
export const addToLedger = (
  session: Queryable,
  minutes: readonly GamePaneDelta[],
  selections: readonly SelectionDelta[],
): Promise<unknown> =>
  session.rows(
    `/* addToLedger */
     INSERT INTO game_ledger (pane_game, pane_start, pane_bets, pane_turnover, pane_payouts, selection_game, bet_market,
       selection, odds, quoted_at, quoted_by, open_stake, open_liability, won, settled_at, settled_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
    [
      textArray(minutes.map(p => p.game)),
      instantArray(minutes.map(p => p.paneStart)),
      numberArray(minutes.map(p => p.bets)),
      moneyArray(minutes.map(p => p.turnover)),
      moneyArray(minutes.map(p => p.payouts)),
      textArray(selections.map(s => s.game)),
      textArray(selections.map(s => s.betMarket)),
      textArray(selections.map(s => s.selection)),
      `{${selections.map(s => (s.quote === null ? 'NULL' : numeric(s.quote.odds))).join(',')}}`,
      instants(selections.map(s => s.quote?.occurredAt)),
      ids(selections.map(s => s.quote?.eventId)),
      moneyArray(selections.map(s => s.openStake)),
      `{${selections.map(s => fineText(s.openLiability)).join(',')}}`,
      `{${selections.map(s => s.outcome?.won ?? 'NULL').join(',')}}`,
      instants(selections.map(s => s.outcome?.occurredAt)),
      ids(selections.map(s => s.outcome?.eventId)),
    ],
  )

const ROWS_A_FOLD = 500
const FOLD_LOCK = 7_420_012
/** The rows that are folded are nobody's lane. */
const FOLDED = -1

const ADDED =
  'bets = p.bets + excluded.bets, turnover = p.turnover + excluded.turnover, payouts = p.payouts + excluded.payouts'

/** Takes the columns over where what comes says them of a later (at, by). */
const newest = (columns: readonly string[], at: string, by: string): string =>
  columns
    .map(
      column => `${column} = CASE WHEN excluded.${at} IS NOT NULL
         AND (s.${at} IS NULL OR (excluded.${at}, excluded.${by}) > (s.${at}, s.${by}))
         THEN excluded.${column} ELSE s.${column} END`,
    )
    .join(', ')

/** Of each selection, what is said at the latest (at, by). */
const latestBy = (columns: readonly string[], at: string, by: string): string =>
  `SELECT DISTINCT ON (game, bet_market, selection) game, bet_market, selection, ${columns.join(', ')}
         FROM given WHERE ${at} IS NOT NULL ORDER BY game, bet_market, selection, ${at} DESC, ${by} DESC`

const QUOTE = ['odds', 'quoted_at', 'quoted_by'] as const
const OUTCOME = ['won', 'settled_at', 'settled_by'] as const

/**
 * Folds what is committed of the ledger into the tables that it is about: what was there when this was called is there no
 * more when it is done. Panes below the horizon are left out, as those of the tables are dropped there.
 */
export async function foldLedger(db: Database): Promise<void> {
  for (;;) {
    const folded = await db.transaction(async session => {
      await session.rows('/* lockLedger */ SELECT pg_advisory_xact_lock($1)', [FOLD_LOCK])
      const [row] = await session.rows<{ folded: number }>(FOLD, [ROWS_A_FOLD])
      return row!.folded
    })
    if (folded < ROWS_A_FOLD) return
  }
}

const FOLD = `/* foldLedger */
     WITH taken AS (
       DELETE FROM game_ledger WHERE id = ANY (ARRAY(SELECT id FROM game_ledger ORDER BY id LIMIT $1)) RETURNING *),
     minute AS MATERIALIZED (
       SELECT m.game, m.pane_start, sum(m.bets)::bigint AS bets, sum(m.turnover) AS turnover, sum(m.payouts) AS payouts
       FROM taken l, unnest(l.pane_game, l.pane_start, l.pane_bets, l.pane_turnover, l.pane_payouts)
         AS m(game, pane_start, bets, turnover, payouts)
       GROUP BY 1, 2),
     in_minutes AS (
       INSERT INTO game_pane AS p (game, pane_start, lane, bets, turnover, payouts)
       SELECT game, pane_start, ${FOLDED}, bets, turnover, payouts FROM minute
       WHERE pane_start >= (SELECT pane_start FROM horizon) ORDER BY game, pane_start
       ON CONFLICT (game, pane_start, lane) DO UPDATE SET ${ADDED}),
     in_hours AS (
       INSERT INTO game_hour_pane AS p (game, pane_start, lane, bets, turnover, payouts)
       SELECT game, date_bin('1 hour', pane_start, 'epoch'::timestamptz), ${FOLDED}, sum(bets), sum(turnover), sum(payouts)
       FROM minute WHERE pane_start >= (SELECT date_bin('1 hour', pane_start, 'epoch'::timestamptz) FROM horizon)
       GROUP BY 1, 2 ORDER BY 1, 2
       ON CONFLICT (game, pane_start, lane) DO UPDATE SET ${ADDED}),
     given AS MATERIALIZED (
       SELECT s.* FROM taken l,
         unnest(l.selection_game, l.bet_market, l.selection, l.odds, l.quoted_at, l.quoted_by, l.open_stake, l.open_liability,
           l.won, l.settled_at, l.settled_by)
         AS s(game, bet_market, selection, odds, quoted_at, quoted_by, open_stake, open_liability, won, settled_at, settled_by)),
     in_selections AS (
       INSERT INTO market_selection AS s (game, bet_market, selection, lane, odds, quoted_at, quoted_by, open_stake,
         open_liability, won, settled_at, settled_by)
       SELECT game, bet_market, selection, ${FOLDED}, odds, quoted_at, quoted_by, open_stake, open_liability, won, settled_at,
         settled_by
       FROM (SELECT game, bet_market, selection, sum(open_stake) AS open_stake, sum(open_liability) AS open_liability
             FROM given GROUP BY 1, 2, 3) opened
       LEFT JOIN (${latestBy(QUOTE, 'quoted_at', 'quoted_by')}) quoted USING (game, bet_market, selection)
       LEFT JOIN (${latestBy(OUTCOME, 'settled_at', 'settled_by')}) settled USING (game, bet_market, selection)
       ORDER BY game, bet_market, selection
       ON CONFLICT (game, bet_market, selection, lane) DO UPDATE SET
         ${newest(QUOTE, 'quoted_at', 'quoted_by')},
         ${newest(OUTCOME, 'settled_at', 'settled_by')},
         open_stake = s.open_stake + excluded.open_stake,
         open_liability = s.open_liability + excluded.open_liability)
     SELECT count(*) AS folded FROM taken`
