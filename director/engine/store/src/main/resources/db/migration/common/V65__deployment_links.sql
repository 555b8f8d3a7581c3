-- What deployments share with others, and what they took from others by their last deploy. Contents are sealed with the
-- operator's key.
CREATE TABLE deployment_links (
  keeper VARCHAR(255) NOT NULL,
  role VARCHAR(10) NOT NULL,
  place INTEGER NOT NULL,
  deployment VARCHAR(255) NOT NULL,
  name VARCHAR(500) NOT NULL,
  type VARCHAR(500) NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (keeper, role, place)
);
CREATE INDEX deployment_links_by_deployment ON deployment_links (deployment);
