-- Values are sealed with the operator's key; the name is part of the seal.
CREATE TABLE variables (
  name VARCHAR(500) PRIMARY KEY,
  type VARCHAR(32) NOT NULL,
  deployment VARCHAR(255) NOT NULL,
  options_hash VARCHAR(64) NOT NULL,
  sealed BYTEA NOT NULL
);
CREATE INDEX variables_by_deployment ON variables (deployment);
