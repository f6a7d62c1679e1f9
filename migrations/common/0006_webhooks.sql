-- Endpoints of others that effects are posted to. `position` is the id of the feed up to which deliveries have been cut:
-- what lies behind it waits in the feed.
CREATE TABLE webhook (
  id text COLLATE "C" PRIMARY KEY,
  url text NOT NULL,
  topics text[] COLLATE "C" NOT NULL,
  -- Signs what is sent. Nothing but the sender reads it.
  secret text NOT NULL CHECK (secret <> ''),
  enabled boolean NOT NULL,
  created_at timestamptz NOT NULL,
  saved_at timestamptz NOT NULL,
  saved_by text NOT NULL,
  position bigint NOT NULL,
  circuit text NOT NULL DEFAULT 'CLOSED',
  -- Failures in a row.
  circuit_failures integer NOT NULL DEFAULT 0,
  -- How often in a row it has opened: each pause is longer than the one before.
  circuit_opens integer NOT NULL DEFAULT 0,
  circuit_until timestamptz,
  -- The node that cuts and sends, by the clock of the database.
  lease_owner text,
  lease_until timestamptz
) WITH (fillfactor = 50);

-- One request, sent until it is answered: a run of items of one topic, which are read from their domain when it is sent.
CREATE TABLE webhook_delivery (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text COLLATE "C" NOT NULL UNIQUE,
  webhook_id text COLLATE "C" NOT NULL REFERENCES webhook ON DELETE CASCADE,
  topic text COLLATE "C" NOT NULL,
  -- Empty: a test.
  feed_ids bigint[] NOT NULL,
  -- Those of them that an attempt left out for a suppression: they are left out of every later one.
  withheld bigint[] NOT NULL DEFAULT '{}',
  status text NOT NULL DEFAULT 'PENDING' CHECK (status IN ('PENDING', 'DELIVERED', 'DEAD')),
  attempts integer NOT NULL DEFAULT 0,
  -- Attempts since it was last made pending: what its backoff grows with.
  tries integer NOT NULL DEFAULT 0,
  last_status_code integer,
  last_error text,
  -- Null where it is not pending.
  next_attempt_at timestamptz,
  -- An attempt that fails at or behind it is the last one.
  retry_until timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  -- When the endpoint took it last.
  delivered_at timestamptz,
  -- When it became DELIVERED (which it also does where nothing was left to send) or DEAD.
  finished_at timestamptz
) WITH (fillfactor = 80);
CREATE INDEX webhook_delivery_due ON webhook_delivery (webhook_id, next_attempt_at, seq) WHERE status = 'PENDING';
CREATE INDEX webhook_delivery_status ON webhook_delivery (webhook_id, status, seq);
CREATE INDEX webhook_delivery_webhook ON webhook_delivery (webhook_id, seq);
CREATE INDEX webhook_delivery_finished ON webhook_delivery (status, finished_at) WHERE status <> 'PENDING';
