-- The suppression that stands for a player: no effect of theirs leaves the system. One whose end has passed stands no
-- more; it stays until another takes its place.
CREATE TABLE suppression (
  player_id text COLLATE "C" PRIMARY KEY REFERENCES player,
  reason text NOT NULL,
  since timestamptz NOT NULL,
  until_at timestamptz,
  suppressed_by text NOT NULL
);

-- The evidence: every suppression and every lift, with the feed's head at that moment. Effects of the player up to that
-- id were committed before it, effects behind it after it.
CREATE TABLE suppression_change (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  player_id text COLLATE "C" NOT NULL REFERENCES player,
  action text COLLATE "C" NOT NULL CHECK (action IN ('suppress', 'lift')),
  reason text NOT NULL,
  until_at timestamptz,
  changed_at timestamptz NOT NULL,
  changed_by text NOT NULL,
  feed_id bigint NOT NULL
);
CREATE INDEX suppression_change_player ON suppression_change (player_id, id);

CREATE FUNCTION refuse_change_of_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of %: rows are only added here', TG_OP, TG_TABLE_NAME;
END $$;
CREATE TRIGGER suppression_change_stands BEFORE UPDATE OR DELETE OR TRUNCATE ON suppression_change
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_evidence();
