-- Blobs of directors that share nothing but this database. A blob is there once it has a digest; one without is being
-- stored, or was when its director died. One that is doomed is being deleted, its chunks a few at a time.
CREATE TABLE blobs (
  id VARCHAR(36) PRIMARY KEY,
  area VARCHAR(64) NOT NULL,
  sha256 VARCHAR(64),
  size_bytes BIGINT NOT NULL,
  doomed BOOLEAN DEFAULT FALSE NOT NULL,
  touched_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
  UNIQUE (area, sha256)
);

CREATE TABLE blob_chunks (
  blob VARCHAR(36) NOT NULL REFERENCES blobs (id),
  number INT NOT NULL,
  content BYTEA NOT NULL,
  PRIMARY KEY (blob, number)
);
