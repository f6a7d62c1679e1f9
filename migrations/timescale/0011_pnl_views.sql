-- Below the horizon, each on top of the one before. Materialized only, as what lies above it comes from panes.
CREATE MATERIALIZED VIEW history.game_pnl_1m
WITH (timescaledb.continuous, timescaledb.materialized_only = true) AS
SELECT
  coalesce(book_game, game, '') AS game,
  time_bucket(INTERVAL '1 minute', occurred_at) AS bucket_start,
  sum(coalesce(bets, CASE event_type WHEN 'bet' THEN 1 ELSE 0 END)) AS bets,
  sum(turnover) AS turnover,
  sum(payouts) AS payouts
FROM player_event
WHERE event_type IN ('bet', 'win', 'settlement', 'refund', 'rollback')
GROUP BY 1, 2
WITH NO DATA;

CREATE MATERIALIZED VIEW history.game_pnl_1h
WITH (timescaledb.continuous, timescaledb.materialized_only = true) AS
SELECT game, time_bucket(INTERVAL '1 hour', bucket_start) AS bucket_start, sum(bets) AS bets, sum(turnover) AS turnover,
  sum(payouts) AS payouts
FROM history.game_pnl_1m
GROUP BY 1, 2
WITH NO DATA;

CREATE MATERIALIZED VIEW history.game_pnl_1d
WITH (timescaledb.continuous, timescaledb.materialized_only = true) AS
SELECT game, time_bucket(INTERVAL '1 day', bucket_start) AS bucket_start, sum(bets) AS bets, sum(turnover) AS turnover,
  sum(payouts) AS payouts
FROM history.game_pnl_1h
GROUP BY 1, 2
WITH NO DATA;

-- Profit and loss of games by minute, hour and day. The empty game: events that name none. An hour that the horizon cuts
-- is whole in its panes.
CREATE VIEW game_pnl_1m AS
SELECT game, pane_start AS bucket_start, sum(bets)::bigint AS bets, sum(turnover) AS turnover, sum(payouts) AS payouts
FROM game_pane
WHERE pane_start >= (SELECT pane_start FROM horizon)
GROUP BY game, pane_start
UNION ALL
SELECT game, bucket_start, bets::bigint, turnover, payouts
FROM history.game_pnl_1m
WHERE bucket_start < (SELECT pane_start FROM horizon);

CREATE VIEW game_pnl_1h AS
SELECT game, pane_start AS bucket_start, sum(bets)::bigint AS bets, sum(turnover) AS turnover, sum(payouts) AS payouts
FROM game_hour_pane
WHERE pane_start >= (SELECT date_bin('1 hour', pane_start, 'epoch'::timestamptz) FROM horizon)
GROUP BY game, pane_start
UNION ALL
SELECT game, bucket_start, bets::bigint, turnover, payouts
FROM history.game_pnl_1h
WHERE bucket_start < (SELECT date_bin('1 hour', pane_start, 'epoch'::timestamptz) FROM horizon);

-- A day that the horizon cuts is the sum of its hours.
CREATE VIEW game_pnl_1d AS
SELECT game, date_bin('1 day', bucket_start, 'epoch'::timestamptz) AS bucket_start, sum(bets)::bigint AS bets,
  sum(turnover) AS turnover, sum(payouts) AS payouts
FROM game_pnl_1h
WHERE bucket_start >= (SELECT date_bin('1 day', pane_start, 'epoch'::timestamptz) FROM horizon)
GROUP BY 1, 2
UNION ALL
SELECT game, bucket_start, bets::bigint, turnover, payouts
FROM history.game_pnl_1d
WHERE bucket_start < (SELECT date_bin('1 day', pane_start, 'epoch'::timestamptz) FROM horizon);

-- What the views are summed from, several of one game and bucket; sums over games read them at once.
CREATE VIEW game_pnl_1m_parts AS
SELECT game, pane_start AS bucket_start, bets, turnover, payouts
FROM game_pane
WHERE pane_start >= (SELECT pane_start FROM horizon)
UNION ALL
SELECT game, bucket_start, bets::bigint, turnover, payouts
FROM history.game_pnl_1m
WHERE bucket_start < (SELECT pane_start FROM horizon);

CREATE VIEW game_pnl_1h_parts AS
SELECT game, pane_start AS bucket_start, bets, turnover, payouts
FROM game_hour_pane
WHERE pane_start >= (SELECT date_bin('1 hour', pane_start, 'epoch'::timestamptz) FROM horizon)
UNION ALL
SELECT game, bucket_start, bets::bigint, turnover, payouts
FROM history.game_pnl_1h
WHERE bucket_start < (SELECT date_bin('1 hour', pane_start, 'epoch'::timestamptz) FROM horizon);

CREATE VIEW game_pnl_1d_parts AS
SELECT game, date_bin('1 day', bucket_start, 'epoch'::timestamptz) AS bucket_start, bets, turnover, payouts
FROM game_pnl_1h_parts
WHERE bucket_start >= (SELECT date_bin('1 day', pane_start, 'epoch'::timestamptz) FROM horizon)
UNION ALL
SELECT game, bucket_start, bets::bigint, turnover, payouts
FROM history.game_pnl_1d
WHERE bucket_start < (SELECT date_bin('1 day', pane_start, 'epoch'::timestamptz) FROM horizon);

-- The aggregates are empty yet: the job that refreshes what is late fills them.
INSERT INTO late_pane (pane_start, marked_at)
SELECT DISTINCT date_bin('5 minutes', occurred_at, 'epoch'::timestamptz), now() FROM player_event
WHERE occurred_at < (SELECT pane_start FROM horizon)
  AND event_type IN ('bet', 'win', 'settlement', 'refund')
ON CONFLICT (pane_start) DO NOTHING;
