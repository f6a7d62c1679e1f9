-- Profit and loss of games by minute, hour and day. The empty game: events that name none. Parts are what they are summed
-- from, several of one game and bucket; sums over games read them at once.
CREATE VIEW game_pnl_1m_parts AS
SELECT game, pane_start AS bucket_start, bets, turnover, payouts FROM game_pane;

CREATE VIEW game_pnl_1h_parts AS
SELECT game, pane_start AS bucket_start, bets, turnover, payouts FROM game_hour_pane;

CREATE VIEW game_pnl_1d_parts AS
SELECT game, date_bin('1 day', pane_start, 'epoch'::timestamptz) AS bucket_start, bets, turnover, payouts
FROM game_hour_pane;
-- So that days are found among years of hours.
CREATE INDEX game_hour_pane_day ON game_hour_pane USING brin (date_bin('1 day', pane_start, 'epoch'::timestamptz))
  WITH (pages_per_range = 16, autosummarize = on);

CREATE VIEW game_pnl_1m AS
SELECT game, bucket_start, sum(bets)::bigint AS bets, sum(turnover) AS turnover, sum(payouts) AS payouts
FROM game_pnl_1m_parts GROUP BY game, bucket_start;

CREATE VIEW game_pnl_1h AS
SELECT game, bucket_start, sum(bets)::bigint AS bets, sum(turnover) AS turnover, sum(payouts) AS payouts
FROM game_pnl_1h_parts GROUP BY game, bucket_start;

CREATE VIEW game_pnl_1d AS
SELECT game, bucket_start, sum(bets)::bigint AS bets, sum(turnover) AS turnover, sum(payouts) AS payouts
FROM game_pnl_1d_parts GROUP BY game, bucket_start;
