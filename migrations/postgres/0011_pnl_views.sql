-- Profit and loss of games by minute, hour and day. The empty game: events that name none.
CREATE VIEW game_pnl_1m AS
SELECT game, pane_start AS bucket_start, sum(bets)::bigint AS bets, sum(turnover) AS turnover, sum(payouts) AS payouts
FROM game_pane GROUP BY game, pane_start;

CREATE VIEW game_pnl_1h AS
SELECT game, pane_start AS bucket_start, sum(bets)::bigint AS bets, sum(turnover) AS turnover, sum(payouts) AS payouts
FROM game_hour_pane GROUP BY game, pane_start;

CREATE VIEW game_pnl_1d AS
SELECT game, date_bin('1 day', pane_start, 'epoch'::timestamptz) AS bucket_start, sum(bets)::bigint AS bets,
  sum(turnover) AS turnover, sum(payouts) AS payouts
FROM game_hour_pane GROUP BY 1, 2;
