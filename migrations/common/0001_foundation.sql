-- Ids compare byte by byte (COLLATE "C") everywhere, as the code that sorts them does.

-- One row. Its lock orders the commits that have effects: ids of the feed have no holes and grow in the order of commits.
CREATE TABLE feed_head (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  id bigint NOT NULL DEFAULT 0,
  -- Names this database: a cursor from another one is refused.
  epoch text NOT NULL DEFAULT substr(replace(gen_random_uuid()::text, '-', ''), 1, 12)
);
INSERT INTO feed_head DEFAULT VALUES;

-- Every effect, in the order of commits. What it says is in its domain's table, under the same feed_id.
CREATE TABLE feed (
  id bigint PRIMARY KEY,
  topic text COLLATE "C" NOT NULL,
  created_at timestamptz NOT NULL
);

-- One row: the revision of all rules (policies; campaigns and draws when they come). A batch that reads the revision
-- it knows need not read the rules.
CREATE TABLE rules_head (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  revision bigint NOT NULL DEFAULT 1
);
INSERT INTO rules_head DEFAULT VALUES;

-- One row: panes before this event time live in continuous aggregates only. Stays at the epoch where there are none.
CREATE TABLE horizon (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  pane_start timestamptz NOT NULL DEFAULT 'epoch'
);
INSERT INTO horizon DEFAULT VALUES;

-- When a lane last wrote to a pane of any player: the horizon stays below what is still moving.
CREATE TABLE pane_touch (
  pane_start timestamptz NOT NULL,
  lane smallint NOT NULL,
  touched_at timestamptz NOT NULL,
  PRIMARY KEY (pane_start, lane)
) WITH (fillfactor = 20);

-- Panes below the horizon that have received an event and wait for the refresh of their aggregate.
CREATE TABLE late_pane (
  pane_start timestamptz PRIMARY KEY,
  marked_at timestamptz NOT NULL
);

CREATE TABLE stream (
  name text COLLATE "C" PRIMARY KEY,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- One row a writer lane, so that lanes do not wait for each other's commit; readers add them up.
CREATE TABLE stream_progress (
  stream text COLLATE "C" NOT NULL REFERENCES stream,
  lane smallint NOT NULL,
  max_occurred_at timestamptz,
  last_commit_at timestamptz,
  events bigint NOT NULL DEFAULT 0,
  rejected bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (stream, lane)
) WITH (fillfactor = 20);

CREATE TABLE rejected_event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  received_at timestamptz NOT NULL,
  stream text COLLATE "C" NOT NULL,
  actor text NOT NULL,
  index integer NOT NULL,
  event_id text COLLATE "C",
  code text NOT NULL,
  message text NOT NULL,
  -- What came, cut short and made printable.
  raw text NOT NULL
);
CREATE INDEX rejected_event_received_at ON rejected_event USING brin (received_at);

-- The row lock of a player orders all that is decided per player.
CREATE TABLE player (
  player_id text COLLATE "C" PRIMARY KEY,
  first_seen_at timestamptz,
  last_seen_at timestamptz
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.1);

-- Which process wrote last to the players of a shard, under the shard's lock: who finds itself here knows that what it
-- remembers of these players still holds.
CREATE TABLE player_shard (
  shard smallint PRIMARY KEY,
  writer text NOT NULL DEFAULT ''
) WITH (fillfactor = 20);
INSERT INTO player_shard SELECT generate_series(0, 127);

-- Running sums of a player's events in five minutes of event time.
CREATE TABLE player_pane (
  player_id text COLLATE "C" NOT NULL,
  pane_start timestamptz NOT NULL,
  event_type text COLLATE "C" NOT NULL,
  -- Empty where the events name none.
  game_type text COLLATE "C" NOT NULL,
  amount numeric NOT NULL,
  turnover numeric NOT NULL,
  payouts numeric NOT NULL,
  event_count bigint NOT NULL,
  PRIMARY KEY (player_id, pane_start, event_type, game_type)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.1);
-- Panes are made in the order of time, so a range of blocks is a range of time: the leaderboard reads those alone.
CREATE INDEX player_pane_pane_start ON player_pane USING brin (pane_start) WITH (pages_per_range = 16, autosummarize = on);
