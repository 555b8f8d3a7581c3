-- Who gives and who takes links, as the links API tells it. Addresses are what they are made of, as JSON; nothing secret.
CREATE SEQUENCE link_ids START WITH 1;

CREATE TABLE link_providers (
  id BIGINT PRIMARY KEY,
  deployment VARCHAR(255) NOT NULL,
  owner_type VARCHAR(20) NOT NULL,
  owner_name VARCHAR(500) NOT NULL,
  instance_group VARCHAR(255) NOT NULL,
  definition VARCHAR(500) NOT NULL,
  type VARCHAR(500) NOT NULL,
  name VARCHAR(500) NOT NULL,
  shared BOOLEAN NOT NULL,
  networks TEXT NOT NULL,
  address TEXT NOT NULL
);
CREATE INDEX link_providers_by_deployment ON link_providers (deployment);

CREATE TABLE link_consumers (
  id BIGINT PRIMARY KEY,
  deployment VARCHAR(255) NOT NULL,
  owner_type VARCHAR(20) NOT NULL,
  owner_name VARCHAR(500) NOT NULL,
  instance_group VARCHAR(255) NOT NULL,
  definition VARCHAR(500) NOT NULL,
  type VARCHAR(500) NOT NULL,
  name VARCHAR(500) NOT NULL,
  optional BOOLEAN NOT NULL
);
CREATE INDEX link_consumers_by_deployment ON link_consumers (deployment);

-- A provider that is gone leaves the link without one.
CREATE TABLE links (
  id BIGINT PRIMARY KEY,
  name VARCHAR(500) NOT NULL,
  consumer_id BIGINT NOT NULL,
  provider_id BIGINT,
  created_at BIGINT NOT NULL,
  address TEXT NOT NULL
);
CREATE INDEX links_by_consumer ON links (consumer_id);
CREATE INDEX links_by_provider ON links (provider_id);
