-- The audit trail is a chain: each row has the next number, and a digest, under a key of the directors, of the row and of the
-- digest before it. Rows of earlier versions have no number until a director starts.
ALTER TABLE events ADD COLUMN client VARCHAR(64) DEFAULT '' NOT NULL;
ALTER TABLE events ADD COLUMN chain_number BIGINT;
ALTER TABLE events ADD COLUMN digest VARCHAR(64) DEFAULT '' NOT NULL;
CREATE UNIQUE INDEX events_by_number ON events (chain_number);
CREATE INDEX events_by_time ON events (at);

-- Where the chain begins and ends, sealed by the directors: the head is the last row that was added, the checkpoint the last one
-- that was removed for its age, and the adoption says until when rows without a number are taken in.
CREATE TABLE audit_chain (
  mark VARCHAR(16) PRIMARY KEY,
  chain_number BIGINT NOT NULL,
  digest VARCHAR(64) NOT NULL,
  at BIGINT NOT NULL,
  seal VARCHAR(64) NOT NULL
);
INSERT INTO audit_chain (mark, chain_number, digest, at, seal) VALUES ('head', 0, '', 0, '');
INSERT INTO audit_chain (mark, chain_number, digest, at, seal) VALUES ('checkpoint', 0, '', 0, '');
INSERT INTO audit_chain (mark, chain_number, digest, at, seal) VALUES ('adoption', 0, '', 0, '');

-- From where tasks were asked for.
CREATE TABLE task_clients (
  task BIGINT PRIMARY KEY,
  client VARCHAR(64) NOT NULL
);
