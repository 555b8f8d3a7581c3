-- Each value that a variable has had, by an id of its own. Values are sealed with the operator's key; the name is part of
-- the seal.
CREATE SEQUENCE variable_ids START WITH 1;

CREATE TABLE variable_values (
  id BIGINT PRIMARY KEY,
  name VARCHAR(500) NOT NULL,
  version INTEGER NOT NULL,
  type VARCHAR(32) NOT NULL,
  deployment VARCHAR(255) NOT NULL,
  options_hash VARCHAR(64) NOT NULL,
  sealed BYTEA NOT NULL,
  CONSTRAINT variable_versions UNIQUE (name, version)
);
CREATE INDEX variable_values_by_deployment ON variable_values (deployment);

INSERT INTO variable_values (id, name, version, type, deployment, options_hash, sealed)
  SELECT NEXTVAL('variable_ids'), name, 1, type, deployment, options_hash, sealed FROM variables;

-- Which values deployments use, by their last deploy that went well.
CREATE TABLE deployment_variables (
  deployment VARCHAR(255) NOT NULL,
  name VARCHAR(500) NOT NULL,
  value_id BIGINT NOT NULL,
  PRIMARY KEY (deployment, name)
);
CREATE INDEX deployment_variables_by_value ON deployment_variables (value_id);

INSERT INTO deployment_variables (deployment, name, value_id)
  SELECT deployment, name, id FROM variable_values WHERE deployment <> '';

DROP TABLE variables;
