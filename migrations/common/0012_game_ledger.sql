-- What batches add to the minutes and hours of games and to the selections of their markets: one row a batch, in its commit.
-- A job folds it into game_pane, game_hour_pane and market_selection within seconds, so that a game that is in fifty batches
-- a second is written once there. Until then readers add it: whoever reads those tables reads the parts below.
CREATE TABLE game_ledger (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- Minutes, side by side.
  pane_game text[] COLLATE "C" NOT NULL,
  pane_start timestamptz[] NOT NULL,
  pane_bets bigint[] NOT NULL,
  pane_turnover numeric[] NOT NULL,
  pane_payouts numeric[] NOT NULL,
  -- Selections, side by side.
  selection_game text[] COLLATE "C" NOT NULL,
  bet_market text[] COLLATE "C" NOT NULL,
  selection text[] COLLATE "C" NOT NULL,
  odds numeric[] NOT NULL,
  quoted_at timestamptz[] NOT NULL,
  quoted_by text[] COLLATE "C" NOT NULL,
  open_stake numeric[] NOT NULL,
  open_liability numeric[] NOT NULL,
  won boolean[] NOT NULL,
  settled_at timestamptz[] NOT NULL,
  settled_by text[] COLLATE "C" NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- It lives for a second or two: compressing it costs more than writing it.
DO $$
DECLARE long_column name;
BEGIN
  FOR long_column IN
    SELECT attname FROM pg_attribute WHERE attrelid = 'game_ledger'::regclass AND attnum > 1 AND NOT attisdropped
  LOOP
    EXECUTE format('ALTER TABLE game_ledger ALTER COLUMN %I SET STORAGE EXTERNAL', long_column);
  END LOOP;
END $$;

CREATE VIEW game_pane_parts AS
SELECT game, pane_start, bets, turnover, payouts FROM game_pane
UNION ALL
SELECT m.game, m.pane_start, m.bets, m.turnover, m.payouts
FROM game_ledger l,
  unnest(l.pane_game, l.pane_start, l.pane_bets, l.pane_turnover, l.pane_payouts) AS m(game, pane_start, bets, turnover, payouts);

CREATE VIEW game_hour_pane_parts AS
SELECT game, pane_start, bets, turnover, payouts FROM game_hour_pane
UNION ALL
SELECT m.game, date_bin('1 hour', m.pane_start, 'epoch'::timestamptz), m.bets, m.turnover, m.payouts
FROM game_ledger l,
  unnest(l.pane_game, l.pane_start, l.pane_bets, l.pane_turnover, l.pane_payouts) AS m(game, pane_start, bets, turnover, payouts);

CREATE VIEW market_selection_parts AS
SELECT game, bet_market, selection, odds, quoted_at, quoted_by, open_stake, open_liability, won, settled_at, settled_by
FROM market_selection
UNION ALL
SELECT s.*
FROM game_ledger l,
  unnest(l.selection_game, l.bet_market, l.selection, l.odds, l.quoted_at, l.quoted_by, l.open_stake, l.open_liability, l.won,
    l.settled_at, l.settled_by)
    AS s(game, bet_market, selection, odds, quoted_at, quoted_by, open_stake, open_liability, won, settled_at, settled_by);
