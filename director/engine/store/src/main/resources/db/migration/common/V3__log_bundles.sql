-- Logs that were collected for somebody, to be deleted after a while.
CREATE TABLE log_bundles (
  blob_sha256 VARCHAR(64) PRIMARY KEY,
  created_at BIGINT NOT NULL
);
