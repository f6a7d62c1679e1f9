CREATE TABLE vip_policy (
  id text COLLATE "C" PRIMARY KEY,
  version integer NOT NULL,
  name text NOT NULL,
  threshold numeric NOT NULL,
  window_ms bigint NOT NULL,
  slide_ms bigint NOT NULL,
  event_types text[] COLLATE "C" NOT NULL,
  enabled boolean NOT NULL,
  saved_at timestamptz NOT NULL,
  saved_by text NOT NULL,
  -- The version whose players that were above the threshold already have got their entries.
  backfilled_version integer NOT NULL DEFAULT 0
);

CREATE TABLE vip_policy_version (
  policy_id text COLLATE "C" NOT NULL REFERENCES vip_policy,
  version integer NOT NULL,
  name text NOT NULL,
  threshold numeric NOT NULL,
  window_ms bigint NOT NULL,
  slide_ms bigint NOT NULL,
  event_types text[] COLLATE "C" NOT NULL,
  enabled boolean NOT NULL,
  saved_at timestamptz NOT NULL,
  saved_by text NOT NULL,
  PRIMARY KEY (policy_id, version)
);

-- One player above one policy's threshold in one window. The figures are those of the commit that made the entry:
-- readers ask the events for the present ones, which can only be higher, as long as the events are kept.
CREATE TABLE vip_entry (
  feed_id bigint PRIMARY KEY,
  policy_id text COLLATE "C" NOT NULL REFERENCES vip_policy,
  policy_version integer NOT NULL,
  player_id text COLLATE "C" NOT NULL,
  window_start timestamptz NOT NULL,
  window_end timestamptz NOT NULL,
  event_types text[] COLLATE "C" NOT NULL,
  crossing_event_id text COLLATE "C",
  entered_at timestamptz NOT NULL,
  suppressed boolean NOT NULL DEFAULT false,
  amount numeric NOT NULL,
  event_count bigint NOT NULL,
  session_count bigint NOT NULL,
  first_event_at timestamptz NOT NULL,
  last_event_at timestamptz NOT NULL,
  UNIQUE (player_id, policy_id, window_start, window_end)
);
CREATE INDEX vip_entry_policy ON vip_entry (policy_id, feed_id);
CREATE INDEX vip_entry_player ON vip_entry (player_id, feed_id);
CREATE INDEX vip_entry_window ON vip_entry (window_start, feed_id);
