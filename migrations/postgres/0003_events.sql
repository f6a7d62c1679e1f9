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
) PARTITION BY RANGE (occurred_at);

CREATE VIEW player_activity_5m AS
SELECT player_id, pane_start, event_type, game_type, amount, turnover, payouts, event_count
FROM player_pane;
