CREATE SEQUENCE draw_number AS integer;
-- Another one for each write of what a player has staked.
CREATE SEQUENCE draw_token;

CREATE TABLE draw (
  id text COLLATE "C" PRIMARY KEY,
  number integer NOT NULL UNIQUE,
  -- What is staked in the draw is counted under this: its number, and another one each time that it is changed, because
  -- its stakes are counted anew then.
  counting integer NOT NULL UNIQUE,
  -- The revision of the rules that this counting came with: batches of this revision and later ones count for it, what was
  -- committed before is counted afterwards.
  revision bigint NOT NULL,
  name text NOT NULL,
  opens_at timestamptz NOT NULL,
  draws_at timestamptz NOT NULL,
  game text COLLATE "C",
  game_type text COLLATE "C",
  event_types text[] COLLATE "C" NOT NULL,
  stake_per_ticket numeric,
  max_tickets_per_player integer,
  opt_in_required boolean NOT NULL,
  wins_per_player integer NOT NULL,
  milestones integer[] NOT NULL,
  prizes json NOT NULL,
  default_prize json,
  entropy_label text,
  created_at timestamptz NOT NULL,
  created_by text NOT NULL,
  -- Public. The seed itself, and the key of the players' names in the proof, are sealed with DRAW_KEY.
  seed_hash text NOT NULL,
  sealed_seed bytea NOT NULL,
  sealed_pseudonym_key bytea NOT NULL,
  backfilled boolean NOT NULL DEFAULT false,
  -- When it was executed by hand, and whether the streams are to be waited for.
  executed_at timestamptz,
  forced boolean NOT NULL DEFAULT false,
  -- No batch that begins afterwards counts for it.
  closed_at timestamptz,
  -- Of the entries as they were frozen.
  entries_hash text,
  entries_total integer,
  tickets_total bigint,
  excluded integer,
  entropy text,
  -- Position of the last award that is committed.
  awarded_up_to bigint NOT NULL DEFAULT 0,
  drawn_at timestamptz,
  cancelled_at timestamptz,
  -- draw_entry has everybody's account: stakes need not be kept any more.
  settled boolean NOT NULL DEFAULT false,
  cancel_reason text
);
CREATE INDEX draw_unfinished ON draw (number) WHERE drawn_at IS NULL AND cancelled_at IS NULL;

-- What each player has staked in the draws that are counted, by their counting. One row a player however many draws: an
-- index is descended once. The token is another one after each write, so that whoever remembers a row knows whether it
-- still stands.
CREATE TABLE draw_stake (
  player_id text COLLATE "C" PRIMARY KEY,
  token bigint NOT NULL,
  -- The token on top of which it was written.
  prior bigint NOT NULL,
  -- Literals of an integer[] and a numeric[]: written at every stake, and hardly ever read here.
  draws text NOT NULL,
  stakes text NOT NULL
) WITH (fillfactor = 50);

-- What stakes do not say of a player's part in a draw; once the draw is closed, all of it.
CREATE TABLE draw_entry (
  draw_number integer NOT NULL,
  player_id text COLLATE "C" NOT NULL,
  opted_in_at timestamptz,
  granted integer NOT NULL DEFAULT 0,
  -- Of what draw_stake says under this counting: committed before batches counted for the draw, and counted afterwards.
  stake_before numeric NOT NULL DEFAULT 0,
  counting integer,
  -- Null until the draw is closed.
  stake_total numeric,
  tickets integer,
  -- Suppressed when the draw was closed: its tickets are not drawn.
  excluded boolean NOT NULL DEFAULT false,
  PRIMARY KEY (draw_number, player_id)
);
CREATE INDEX draw_entry_granted ON draw_entry (draw_number) WHERE granted > 0;

-- One row a writer lane, so that lanes do not wait for each other's commit; readers add them up.
CREATE TABLE draw_count (
  counting integer NOT NULL,
  lane smallint NOT NULL,
  tickets bigint NOT NULL,
  players integer NOT NULL,
  PRIMARY KEY (counting, lane)
) WITH (fillfactor = 20);

-- The frozen entries by their names in the proof: runs of 20 bytes, an entryId and a count of tickets each.
CREATE TABLE draw_entry_page (
  draw_number integer NOT NULL,
  page integer NOT NULL,
  first_entry_id uuid NOT NULL,
  entries bytea NOT NULL,
  PRIMARY KEY (draw_number, page)
);
-- It cannot be compressed: names are as good as random.
ALTER TABLE draw_entry_page ALTER COLUMN entries SET STORAGE EXTERNAL;

CREATE TABLE ticket_grant (
  idempotency_key text COLLATE "C" PRIMARY KEY,
  draw_id text COLLATE "C" NOT NULL REFERENCES draw,
  player_id text COLLATE "C" NOT NULL,
  tickets integer NOT NULL,
  source text NOT NULL,
  granted_at timestamptz NOT NULL,
  granted_by text NOT NULL
);
CREATE INDEX ticket_grant_draw ON ticket_grant (draw_id, player_id);

CREATE TABLE ticket_milestone (
  feed_id bigint PRIMARY KEY,
  draw_id text COLLATE "C" NOT NULL,
  player_id text COLLATE "C" NOT NULL,
  milestone integer NOT NULL,
  tickets integer NOT NULL,
  reached_at timestamptz NOT NULL,
  UNIQUE (draw_id, player_id, milestone)
);

CREATE TABLE prize_award (
  draw_number integer NOT NULL,
  position bigint NOT NULL,
  -- Null where the player was suppressed between the draw's close and the award: it is kept for the proof, and given to
  -- nobody.
  feed_id bigint UNIQUE,
  player_id text COLLATE "C" NOT NULL,
  entry_id uuid NOT NULL,
  ticket_number integer NOT NULL,
  ticket_value uuid NOT NULL,
  outcome text COLLATE "C" NOT NULL,
  -- Of the draw's prizes; null without one.
  prize_rank integer,
  awarded_at timestamptz NOT NULL,
  PRIMARY KEY (draw_number, position)
);
-- Values descend with positions, so it is filled at its end. What a player has won is found by the values of its tickets.
CREATE INDEX prize_award_ticket ON prize_award (draw_number, ticket_value DESC);

-- Which DRAW_KEY seals what is sealed here: nodes with different ones could not read each other's draws.
CREATE TABLE draw_key (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  fingerprint text NOT NULL
);
