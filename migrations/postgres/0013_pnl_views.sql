-- The same views, with what has not been folded yet.
CREATE OR REPLACE VIEW game_pnl_1m_parts AS
SELECT game, pane_start AS bucket_start, bets, turnover, payouts FROM game_pane_parts;

CREATE OR REPLACE VIEW game_pnl_1h_parts AS
SELECT game, pane_start AS bucket_start, bets, turnover, payouts FROM game_hour_pane_parts;

CREATE OR REPLACE VIEW game_pnl_1d_parts AS
SELECT game, date_bin('1 day', pane_start, 'epoch'::timestamptz) AS bucket_start, bets, turnover, payouts
FROM game_hour_pane_parts;
