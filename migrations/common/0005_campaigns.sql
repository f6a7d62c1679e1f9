CREATE TABLE campaign (
  id text COLLATE "C" PRIMARY KEY,
  version integer NOT NULL,
  name text NOT NULL,
  enabled boolean NOT NULL,
  -- Why the system switched it off, where it did.
  disabled_reason text,
  game text COLLATE "C" NOT NULL,
  event_name text COLLATE "C" NOT NULL,
  starts_at timestamptz,
  ends_at timestamptz,
  filter text NOT NULL,
  offer json,
  max_triggers_per_player integer,
  cooldown_ms bigint,
  saved_at timestamptz NOT NULL,
  saved_by text NOT NULL,
  -- The revision of the rules that this version came with: batches of this revision and later ones judge by it.
  revision bigint NOT NULL UNIQUE
);

CREATE TABLE campaign_version (
  campaign_id text COLLATE "C" NOT NULL REFERENCES campaign,
  version integer NOT NULL,
  name text NOT NULL,
  enabled boolean NOT NULL,
  disabled_reason text,
  game text COLLATE "C" NOT NULL,
  event_name text COLLATE "C" NOT NULL,
  starts_at timestamptz,
  ends_at timestamptz,
  filter text NOT NULL,
  offer json,
  max_triggers_per_player integer,
  cooldown_ms bigint,
  saved_at timestamptz NOT NULL,
  saved_by text NOT NULL,
  revision bigint NOT NULL,
  PRIMARY KEY (campaign_id, version)
);

-- Campaigns are never deleted, so what batches write here needs no look at them.

-- One row a writer lane, so that lanes do not wait for each other's commit; readers add them up.
CREATE TABLE campaign_stats (
  campaign_id text COLLATE "C" NOT NULL,
  lane smallint NOT NULL,
  triggers bigint NOT NULL DEFAULT 0,
  players bigint NOT NULL DEFAULT 0,
  suppressed bigint NOT NULL DEFAULT 0,
  filter_errors bigint NOT NULL DEFAULT 0,
  last_triggered_at timestamptz,
  last_filter_error text,
  last_filter_error_at timestamptz,
  PRIMARY KEY (campaign_id, lane)
) WITH (fillfactor = 20);

-- What caps and cooldowns are decided by, under the player's lock.
CREATE TABLE campaign_player (
  player_id text COLLATE "C" NOT NULL,
  campaign_id text COLLATE "C" NOT NULL,
  triggers integer NOT NULL,
  -- Event time of the last trigger.
  last_event_at timestamptz NOT NULL,
  PRIMARY KEY (player_id, campaign_id)
) WITH (fillfactor = 70);

CREATE TABLE campaign_trigger (
  feed_id bigint PRIMARY KEY,
  campaign_id text COLLATE "C" NOT NULL,
  campaign_version integer NOT NULL,
  player_id text COLLATE "C" NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  occurred_at timestamptz NOT NULL,
  -- The event as it stood: it outlives the event's retention.
  event json NOT NULL,
  offer json,
  triggered_at timestamptz NOT NULL
);
CREATE INDEX campaign_trigger_campaign ON campaign_trigger (campaign_id, feed_id);
CREATE INDEX campaign_trigger_player ON campaign_trigger (player_id, feed_id);
CREATE INDEX campaign_trigger_event ON campaign_trigger (player_id, event_id, campaign_id);

-- The evidence: events that matched a campaign and triggered nothing, because their player was suppressed.
CREATE TABLE withheld_trigger (
  player_id text COLLATE "C" NOT NULL,
  campaign_id text COLLATE "C" NOT NULL,
  campaign_version integer NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  occurred_at timestamptz NOT NULL,
  withheld_at timestamptz NOT NULL,
  PRIMARY KEY (player_id, event_id, occurred_at, campaign_id)
);

-- Of events that have a game and a name, which campaigns need: the revision of the rules that judged them, and whether
-- they came too late to trigger anything.
ALTER TABLE player_event ADD COLUMN rules_revision bigint;
ALTER TABLE player_event ADD COLUMN too_late boolean;
