-- Sorted by player, and no other index: the key that makes ingest idempotent also finds a player's events.
CREATE TABLE player_event (
  player_id text COLLATE "C" NOT NULL,
  occurred_at timestamptz NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  event_type text COLLATE "C" NOT NULL,
  event_name text COLLATE "C",
  amount numeric NOT NULL,
  -- What the event changes of its game's turnover and payouts: every figure is a plain sum of these.
  turnover numeric NOT NULL,
  payouts numeric NOT NULL,
  currency text COLLATE "C",
  ingested_at timestamptz NOT NULL,
  stream text COLLATE "C" NOT NULL,
  game text COLLATE "C",
  game_type text COLLATE "C",
  competition text COLLATE "C",
  market text COLLATE "C",
  session_id text COLLATE "C",
  device_id text COLLATE "C",
  round_id text COLLATE "C",
  bet_id text COLLATE "C",
  bet_market text COLLATE "C",
  selection text COLLATE "C",
  odds numeric,
  probability double precision,
  result text COLLATE "C",
  context jsonb,
  data jsonb,
  extra jsonb,
  PRIMARY KEY (player_id, occurred_at, event_id)
);
SELECT create_hypertable('player_event', by_range('occurred_at', INTERVAL '30 days'), create_default_indexes => false);

-- Late rows find their place by the game; segments by player would each hold a handful of rows.
ALTER TABLE player_event SET (
  timescaledb.enable_columnstore,
  timescaledb.segmentby = 'game',
  timescaledb.orderby = 'player_id, occurred_at, event_id'
);
CALL add_columnstore_policy('player_event', after => INTERVAL '7 days');

CREATE SCHEMA history;

-- Below the horizon. Materialized only: above it the panes are exact and at once, so nothing asks the raw events.
CREATE MATERIALIZED VIEW history.player_activity_5m
WITH (timescaledb.continuous, timescaledb.materialized_only = true) AS
SELECT
  player_id,
  time_bucket(INTERVAL '5 minutes', occurred_at) AS pane_start,
  event_type,
  coalesce(game_type, '') AS game_type,
  sum(amount) AS amount,
  sum(turnover) AS turnover,
  sum(payouts) AS payouts,
  count(*) AS event_count
FROM player_event
GROUP BY 1, 2, 3, 4
WITH NO DATA;

CREATE VIEW player_activity_5m AS
SELECT player_id, pane_start, event_type, game_type, amount, turnover, payouts, event_count
FROM player_pane
WHERE pane_start >= (SELECT pane_start FROM horizon)
UNION ALL
SELECT player_id, pane_start, event_type, game_type, amount, turnover, payouts, event_count
FROM history.player_activity_5m
WHERE pane_start < (SELECT pane_start FROM horizon);
