CREATE TABLE instant_win (
  id text COLLATE "C" PRIMARY KEY,
  name text NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  prizes json NOT NULL,
  default_prize json,
  -- Public. The seed itself is sealed with DRAW_KEY, and the order of the pieces is computed from it: it is stored nowhere.
  seed_hash text NOT NULL,
  sealed_seed bytea NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text NOT NULL
);

-- Positions that were given, by a row that is small because every play writes it.
CREATE TABLE instant_win_count (
  instant_win_id text COLLATE "C" PRIMARY KEY REFERENCES instant_win,
  played integer NOT NULL DEFAULT 0
) WITH (fillfactor = 20);

CREATE TABLE instant_win_award (
  instant_win_id text COLLATE "C" NOT NULL REFERENCES instant_win,
  position integer NOT NULL,
  player_id text COLLATE "C" NOT NULL,
  outcome text COLLATE "C" NOT NULL,
  -- Of the instant win's prizes; null without one.
  prize_rank integer,
  awarded_at timestamptz NOT NULL,
  PRIMARY KEY (instant_win_id, position),
  UNIQUE (instant_win_id, player_id)
);
