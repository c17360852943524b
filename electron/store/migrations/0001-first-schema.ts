import type { Migration } from './migration';

/**
 * `events.id` is `runs.id * 2^26 + seq`: a run's events lie together, need no second index and are read in one sweep.
 * All are rowid tables: payloads in WITHOUT ROWID tables spill to pages of their own and take three times the space.
 */
const SCHEMA = `
CREATE TABLE meta (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  epoch INTEGER NOT NULL
);
INSERT INTO meta (id, epoch) VALUES (1, 0);

CREATE TABLE flows (
  id INTEGER PRIMARY KEY,
  document_hash BLOB NOT NULL UNIQUE,
  semantic_hash TEXT NOT NULL,
  flow_id TEXT NOT NULL,
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  json TEXT NOT NULL
);

CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL UNIQUE,
  flow INTEGER NOT NULL REFERENCES flows (id),
  semantic_hash TEXT NOT NULL,
  mode TEXT NOT NULL,
  status TEXT NOT NULL,
  reason TEXT,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  usage TEXT NOT NULL,
  waiting INTEGER NOT NULL,
  forked_run TEXT,
  forked_seq INTEGER,
  last_seq INTEGER NOT NULL,
  error TEXT,
  live TEXT
);
CREATE INDEX runs_started ON runs (started_at);
CREATE INDEX runs_flow ON runs (flow);
CREATE INDEX runs_unfinished ON runs (id) WHERE ended_at IS NULL;

CREATE TABLE event_types (
  code INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);

CREATE TABLE events (
  id INTEGER PRIMARY KEY,
  type INTEGER NOT NULL,
  at INTEGER NOT NULL,
  step TEXT,
  attempt INTEGER,
  data TEXT NOT NULL,
  refs TEXT,
  nonce TEXT,
  sensitive TEXT,
  hash BLOB NOT NULL
);

CREATE VIEW event_lines AS
  SELECT runs.run_id, events.id & 67108863 AS seq, event_types.name AS type, events.at, events.step, events.attempt,
         events.data, events.refs, lower(hex(events.hash)) AS hash
  FROM runs
  JOIN events ON events.id BETWEEN runs.id * 67108864 AND runs.id * 67108864 + 67108863
  JOIN event_types ON event_types.code = events.type;

CREATE TABLE blobs (
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE,
  json TEXT NOT NULL
);
CREATE TABLE blob_uses (
  run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  blob INTEGER NOT NULL REFERENCES blobs (id),
  PRIMARY KEY (run, blob)
);
CREATE INDEX blob_uses_blob ON blob_uses (blob);

CREATE TABLE tasks (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  task TEXT NOT NULL,
  step TEXT,
  type TEXT NOT NULL,
  deadline_at INTEGER,
  status TEXT NOT NULL,
  closed_seq INTEGER
);
CREATE INDEX tasks_run ON tasks (run, seq);
CREATE INDEX tasks_open ON tasks (run, seq) WHERE status = 'open';

CREATE TABLE dead_letters (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  step TEXT NOT NULL,
  kind TEXT NOT NULL,
  code TEXT NOT NULL,
  message TEXT NOT NULL,
  closed_by TEXT,
  closed_seq INTEGER
);
CREATE INDEX dead_letters_run ON dead_letters (run, seq);

CREATE TABLE breakers (
  subject TEXT PRIMARY KEY,
  state TEXT NOT NULL,
  until INTEGER,
  failures TEXT NOT NULL
);

CREATE TABLE mailbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  data TEXT NOT NULL,
  at INTEGER NOT NULL
);

CREATE TABLE removals (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  runs INTEGER NOT NULL,
  days INTEGER
);
`;

export const firstSchema: Migration = {
  to: 1,
  name: 'first schema',
  up: (db) => {
    db.exec(SCHEMA);
  },
};
