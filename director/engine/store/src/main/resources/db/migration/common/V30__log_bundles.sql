-- Logs that were collected for somebody, to be deleted after a while.
CREATE TABLE log_bundles (
  blob_sha256 VARCHAR(64) PRIMARY KEY,
  kept_until BIGINT NOT NULL
);
