-- State rows: written by the one entity that owns them, guarded by a version that only grows.
CREATE SEQUENCE task_ids START WITH 1;

CREATE TABLE tasks (
  id BIGINT PRIMARY KEY,
  state VARCHAR(20) NOT NULL,
  description VARCHAR(1000) NOT NULL,
  username VARCHAR(255) NOT NULL,
  deployment VARCHAR(255) NOT NULL,
  context_id VARCHAR(255) NOT NULL,
  result TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX tasks_by_deployment ON tasks (deployment, id);

CREATE TABLE task_outputs (
  task_id BIGINT NOT NULL,
  type VARCHAR(10) NOT NULL,
  start_byte BIGINT NOT NULL,
  content BYTEA NOT NULL,
  PRIMARY KEY (task_id, type, start_byte)
);

CREATE TABLE deployments (
  name VARCHAR(255) PRIMARY KEY,
  content TEXT NOT NULL,
  version BIGINT NOT NULL
);

CREATE TABLE instances (
  id VARCHAR(64) PRIMARY KEY,
  deployment VARCHAR(255) NOT NULL,
  content TEXT NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX instances_by_deployment ON instances (deployment);

-- What is uploaded and never changes.
CREATE TABLE releases (
  name VARCHAR(255) NOT NULL,
  version VARCHAR(255) NOT NULL,
  commit_hash VARCHAR(64) NOT NULL,
  uncommitted_changes BOOLEAN NOT NULL,
  PRIMARY KEY (name, version)
);

CREATE TABLE release_jobs (
  release_name VARCHAR(255) NOT NULL,
  release_version VARCHAR(255) NOT NULL,
  name VARCHAR(255) NOT NULL,
  version VARCHAR(255) NOT NULL,
  fingerprint VARCHAR(255) NOT NULL,
  blob_sha256 VARCHAR(64) NOT NULL,
  spec TEXT NOT NULL,
  PRIMARY KEY (release_name, release_version, name),
  FOREIGN KEY (release_name, release_version) REFERENCES releases (name, version) ON DELETE CASCADE
);

CREATE TABLE release_packages (
  release_name VARCHAR(255) NOT NULL,
  release_version VARCHAR(255) NOT NULL,
  name VARCHAR(255) NOT NULL,
  version VARCHAR(255) NOT NULL,
  fingerprint VARCHAR(255) NOT NULL,
  blob_sha256 VARCHAR(64) NOT NULL,
  dependencies TEXT NOT NULL,
  PRIMARY KEY (release_name, release_version, name),
  FOREIGN KEY (release_name, release_version) REFERENCES releases (name, version) ON DELETE CASCADE
);

CREATE TABLE compiled_packages (
  fingerprint VARCHAR(255) NOT NULL,
  stemcell VARCHAR(255) NOT NULL,
  dependency_key VARCHAR(64) NOT NULL,
  blob_sha256 VARCHAR(64) NOT NULL,
  size_bytes BIGINT NOT NULL,
  PRIMARY KEY (fingerprint, stemcell, dependency_key)
);

CREATE TABLE stemcells (
  name VARCHAR(255) NOT NULL,
  version VARCHAR(255) NOT NULL,
  os VARCHAR(255) NOT NULL,
  cid VARCHAR(255) NOT NULL,
  cpi VARCHAR(255) NOT NULL,
  sha1 VARCHAR(255) NOT NULL,
  api_version INTEGER NOT NULL,
  PRIMARY KEY (name, version, cpi)
);

CREATE SEQUENCE config_ids START WITH 1;

CREATE TABLE configs (
  id BIGINT PRIMARY KEY,
  type VARCHAR(255) NOT NULL,
  name VARCHAR(255) NOT NULL,
  content TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  deleted BOOLEAN NOT NULL
);
CREATE INDEX configs_by_name ON configs (type, name, id);

-- Uploads of agents: the key finds what was put, also after a crash.
CREATE TABLE uploads (
  upload_key VARCHAR(255) PRIMARY KEY,
  blob_sha256 VARCHAR(64) NOT NULL,
  size_bytes BIGINT NOT NULL
);

CREATE SEQUENCE event_ids START WITH 1;

CREATE TABLE events (
  id BIGINT PRIMARY KEY,
  natural_key VARCHAR(255) NOT NULL UNIQUE,
  at BIGINT NOT NULL,
  username VARCHAR(255) NOT NULL,
  action VARCHAR(64) NOT NULL,
  object_type VARCHAR(64) NOT NULL,
  object_name VARCHAR(1000) NOT NULL,
  task VARCHAR(32) NOT NULL,
  deployment VARCHAR(255) NOT NULL,
  instance VARCHAR(255) NOT NULL,
  error TEXT NOT NULL,
  context TEXT NOT NULL
);
CREATE INDEX events_by_deployment ON events (deployment, id);
