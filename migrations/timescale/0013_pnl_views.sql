-- The same views, with what has not been folded yet.
CREATE OR REPLACE VIEW game_pnl_1m AS
SELECT game, pane_start AS bucket_start, sum(bets)::bigint AS bets, sum(turnover) AS turnover, sum(payouts) AS payouts
FROM game_pane_parts
WHERE pane_start >= (SELECT pane_start FROM horizon)
GROUP BY game, pane_start
UNION ALL
SELECT game, bucket_start, bets::bigint, turnover, payouts
FROM history.game_pnl_1m
WHERE bucket_start < (SELECT pane_start FROM horizon);

CREATE OR REPLACE VIEW game_pnl_1h AS
SELECT game, pane_start AS bucket_start, sum(bets)::bigint AS bets, sum(turnover) AS turnover, sum(payouts) AS payouts
FROM game_hour_pane_parts
WHERE pane_start >= (SELECT date_bin('1 hour', pane_start, 'epoch'::timestamptz) FROM horizon)
GROUP BY game, pane_start
UNION ALL
SELECT game, bucket_start, bets::bigint, turnover, payouts
FROM history.game_pnl_1h
WHERE bucket_start < (SELECT date_bin('1 hour', pane_start, 'epoch'::timestamptz) FROM horizon);

CREATE OR REPLACE VIEW game_pnl_1m_parts AS
SELECT game, pane_start AS bucket_start, bets, turnover, payouts
FROM game_pane_parts
WHERE pane_start >= (SELECT pane_start FROM horizon)
UNION ALL
SELECT game, bucket_start, bets::bigint, turnover, payouts
FROM history.game_pnl_1m
WHERE bucket_start < (SELECT pane_start FROM horizon);

CREATE OR REPLACE VIEW game_pnl_1h_parts AS
SELECT game, pane_start AS bucket_start, bets, turnover, payouts
FROM game_hour_pane_parts
WHERE pane_start >= (SELECT date_bin('1 hour', pane_start, 'epoch'::timestamptz) FROM horizon)
UNION ALL
SELECT game, bucket_start, bets::bigint, turnover, payouts
FROM history.game_pnl_1h
WHERE bucket_start < (SELECT date_bin('1 hour', pane_start, 'epoch'::timestamptz) FROM horizon);
