-- What batches add to the minutes and hours of games: one row a batch, in its commit. A job folds it into game_pane and
-- game_hour_pane within seconds, so that a game that is in fifty batches a second is written once there. Until then readers
-- add it: whoever reads those tables reads the parts below.
CREATE TABLE game_ledger (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- Minutes, side by side.
  game text[] COLLATE "C" NOT NULL,
  pane_start timestamptz[] NOT NULL,
  bets bigint[] NOT NULL,
  turnover numeric[] NOT NULL,
  payouts numeric[] NOT NULL
-- Often empty, and full again at once: giving its pages back would stop batches and readers for nothing.
) WITH (
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,
  vacuum_truncate = false, toast.vacuum_truncate = false
);

-- It lives for a second or two: compressing it costs more than writing it.
ALTER TABLE game_ledger
  ALTER COLUMN game SET STORAGE EXTERNAL,
  ALTER COLUMN pane_start SET STORAGE EXTERNAL,
  ALTER COLUMN bets SET STORAGE EXTERNAL,
  ALTER COLUMN turnover SET STORAGE EXTERNAL,
  ALTER COLUMN payouts SET STORAGE EXTERNAL;

CREATE VIEW game_pane_parts AS
SELECT game, pane_start, bets, turnover, payouts FROM game_pane
UNION ALL
SELECT m.*
FROM game_ledger l, unnest(l.game, l.pane_start, l.bets, l.turnover, l.payouts) AS m(game, pane_start, bets, turnover, payouts);

CREATE VIEW game_hour_pane_parts AS
SELECT game, pane_start, bets, turnover, payouts FROM game_hour_pane
UNION ALL
SELECT m.game, date_bin('1 hour', m.pane_start, 'epoch'::timestamptz), m.bets, m.turnover, m.payouts
FROM game_ledger l, unnest(l.game, l.pane_start, l.bets, l.turnover, l.payouts) AS m(game, pane_start, bets, turnover, payouts);
