-- Who changed what: a row for each change, made in its transaction, numbered without a hole in the order of commits. Each
-- is chained to the one before it by its hash: src/audit/audit.ts has the formula. `before` and `after` are kept as the
-- text that was hashed, and `at` to the millisecond that was.
CREATE TABLE audit_log (
  id bigint PRIMARY KEY,
  at timestamptz(3) NOT NULL,
  actor text COLLATE "C" NOT NULL,
  action text COLLATE "C" NOT NULL,
  subject text COLLATE "C" NOT NULL,
  before json,
  after json,
  prev_hash text COLLATE "C" NOT NULL,
  hash text COLLATE "C" NOT NULL
);
CREATE INDEX audit_log_subject ON audit_log (subject, id);
CREATE INDEX audit_log_actor ON audit_log (actor, id);
CREATE TRIGGER audit_log_stands BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_evidence();

-- One row: the last entry. Locked last in a transaction, so entries follow each other; and a tail that is cut off shows.
CREATE TABLE audit_head (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  id bigint NOT NULL DEFAULT 0,
  hash text COLLATE "C" NOT NULL DEFAULT repeat('0', 64)
);
INSERT INTO audit_head DEFAULT VALUES;
