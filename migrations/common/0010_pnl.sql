-- What an event changes of the count of bets, and in which game it counts where that is not its own: a settlement counts
-- in the game of its bet. Null bets: as its type says, a `bet` is one, and nothing else is.
ALTER TABLE player_event ADD COLUMN bets smallint;
ALTER TABLE player_event ADD COLUMN book_game text COLLATE "C";

-- Games that money was staked in or paid by, with the first type and competition that an event of theirs has named.
CREATE TABLE game (
  game text COLLATE "C" PRIMARY KEY,
  game_type text COLLATE "C",
  competition text COLLATE "C"
);

-- All that is known of a bet id. The lock of its player orders what is written here. Nearly every row is written twice, so
-- a page has room for the second.
CREATE TABLE bet (
  player_id text COLLATE "C" NOT NULL,
  bet_id text COLLATE "C" NOT NULL,
  -- Where it counts: the game of the first bet or win that arrived.
  game text COLLATE "C",
  placed_at timestamptz,
  placed_by text COLLATE "C",
  stake numeric,
  odds numeric,
  probability double precision,
  bet_market text COLLATE "C",
  selection text COLLATE "C",
  -- Of the settlement or refund that stands; without a bet it waits for it.
  closed_at timestamptz,
  closed_by text COLLATE "C",
  payout numeric,
  result text COLLATE "C",
  winnings numeric NOT NULL,
  cancelled boolean NOT NULL,
  -- When its last event was stored.
  touched_at timestamptz NOT NULL,
  PRIMARY KEY (player_id, bet_id)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.1);

-- One row. Bets that were over for long are forgotten; the latest time at which one of them was placed.
CREATE TABLE bet_memory (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  forgotten_up_to timestamptz
);
INSERT INTO bet_memory DEFAULT VALUES;

-- Sums of what a game's events changed. One row a writer lane, so that lanes do not wait for each other's commit; readers
-- add them up. The empty game: what waits without naming one.
CREATE TABLE game_position (
  game text COLLATE "C" NOT NULL,
  lane smallint NOT NULL,
  bets bigint NOT NULL,
  turnover numeric NOT NULL,
  payouts numeric NOT NULL,
  open_bets bigint NOT NULL,
  open_stake numeric NOT NULL,
  liability numeric NOT NULL,
  -- Of the open bets that came with a probability.
  expected_ggr numeric NOT NULL,
  -- Settlements and refunds whose bet has not come.
  waiting bigint NOT NULL,
  -- How many batches have changed it.
  changes bigint NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (game, lane)
) WITH (fillfactor = 30);

-- What was bet on in the markets of games, by lane too: latest odds, open bets without a probability of their own, how it
-- ended. The empty selection: bets that name a market alone.
CREATE TABLE market_selection (
  game text COLLATE "C" NOT NULL,
  bet_market text COLLATE "C" NOT NULL,
  selection text COLLATE "C" NOT NULL,
  lane smallint NOT NULL,
  odds numeric,
  quoted_at timestamptz,
  quoted_by text COLLATE "C",
  open_stake numeric NOT NULL,
  open_liability numeric NOT NULL,
  -- Null until a settlement said won or lost; the newest that did.
  won boolean,
  settled_at timestamptz,
  settled_by text COLLATE "C",
  PRIMARY KEY (game, bet_market, selection, lane)
) WITH (fillfactor = 50);

-- Running sums of a game's events by minute and by hour of event time. The empty game: events that name none.
CREATE TABLE game_pane (
  game text COLLATE "C" NOT NULL,
  pane_start timestamptz NOT NULL,
  lane smallint NOT NULL,
  bets bigint NOT NULL,
  turnover numeric NOT NULL,
  payouts numeric NOT NULL,
  PRIMARY KEY (game, pane_start, lane)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.1);
CREATE INDEX game_pane_pane_start ON game_pane USING brin (pane_start) WITH (pages_per_range = 16, autosummarize = on);

CREATE TABLE game_hour_pane (LIKE game_pane INCLUDING CONSTRAINTS, PRIMARY KEY (game, pane_start, lane))
  WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.1);
CREATE INDEX game_hour_pane_pane_start ON game_hour_pane USING brin (pane_start)
  WITH (pages_per_range = 16, autosummarize = on);

-- The same of all events together, kept for good: few rows, and what is asked for most is read at once.
CREATE TABLE house_pane (
  pane_start timestamptz NOT NULL,
  lane smallint NOT NULL,
  bets bigint NOT NULL,
  turnover numeric NOT NULL,
  payouts numeric NOT NULL,
  PRIMARY KEY (pane_start, lane)
) WITH (fillfactor = 30);
CREATE TABLE house_hour_pane (LIKE house_pane INCLUDING CONSTRAINTS, PRIMARY KEY (pane_start, lane))
  WITH (fillfactor = 30);

CREATE TABLE outcome_model (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL,
  trained_at timestamptz NOT NULL,
  trained_on integer NOT NULL,
  evaluated_on integer NOT NULL,
  log_loss double precision NOT NULL,
  brier double precision NOT NULL,
  baseline_log_loss double precision NOT NULL,
  baseline_brier double precision NOT NULL,
  model json NOT NULL,
  -- How many models had been active when it became so; null when it never did. The highest one is active.
  activation integer UNIQUE
);

-- What was stored before: bets by their amounts, without the states of bet ids.
INSERT INTO game (game, game_type, competition)
SELECT game, min(game_type), min(competition) FROM player_event
WHERE game IS NOT NULL AND event_type IN ('bet', 'win', 'settlement', 'refund') GROUP BY game;

INSERT INTO game_position (game, lane, bets, turnover, payouts, open_bets, open_stake, liability, expected_ggr, waiting,
  changes, updated_at)
SELECT game, -1, count(*) FILTER (WHERE event_type = 'bet'), sum(turnover), sum(payouts), 0, 0, 0, 0, 0, 1, max(ingested_at)
FROM player_event
WHERE game IS NOT NULL AND event_type IN ('bet', 'win', 'settlement', 'refund') GROUP BY game;

INSERT INTO game_pane (game, pane_start, lane, bets, turnover, payouts)
SELECT coalesce(game, ''), date_bin('1 minute', occurred_at, 'epoch'::timestamptz), -1,
  count(*) FILTER (WHERE event_type = 'bet'), sum(turnover), sum(payouts)
FROM player_event
WHERE event_type IN ('bet', 'win', 'settlement', 'refund') AND occurred_at >= (SELECT pane_start FROM horizon)
GROUP BY 1, 2;

INSERT INTO game_hour_pane (game, pane_start, lane, bets, turnover, payouts)
SELECT coalesce(game, ''), date_bin('1 hour', occurred_at, 'epoch'::timestamptz), -1,
  count(*) FILTER (WHERE event_type = 'bet'), sum(turnover), sum(payouts)
FROM player_event
WHERE event_type IN ('bet', 'win', 'settlement', 'refund')
  AND occurred_at >= (SELECT date_bin('1 hour', pane_start, 'epoch'::timestamptz) FROM horizon)
GROUP BY 1, 2;

INSERT INTO house_pane (pane_start, lane, bets, turnover, payouts)
SELECT date_bin('1 minute', occurred_at, 'epoch'::timestamptz), -1, count(*) FILTER (WHERE event_type = 'bet'),
  sum(turnover), sum(payouts)
FROM player_event WHERE event_type IN ('bet', 'win', 'settlement', 'refund') GROUP BY 1;

INSERT INTO house_hour_pane (pane_start, lane, bets, turnover, payouts)
SELECT date_bin('1 hour', pane_start, 'epoch'::timestamptz), -1, sum(bets), sum(turnover), sum(payouts)
FROM house_pane GROUP BY 1;
