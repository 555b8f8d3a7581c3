-- Numbers that stand for names in DNS queries: never given twice.
CREATE SEQUENCE dns_az_numbers START WITH 1;
CREATE SEQUENCE dns_network_numbers START WITH 1;
CREATE SEQUENCE dns_group_numbers START WITH 1;
CREATE SEQUENCE dns_instance_numbers START WITH 1;

CREATE TABLE dns_numbers (
  kind VARCHAR(16) NOT NULL,
  deployment VARCHAR(255) NOT NULL,
  name VARCHAR(512) NOT NULL,
  number BIGINT NOT NULL,
  PRIMARY KEY (kind, deployment, name)
);

-- What each deployment's groups provide, and the aliases of that.
CREATE TABLE dns_deployments (
  deployment VARCHAR(255) PRIMARY KEY,
  content TEXT NOT NULL
);

-- What was published: written before any agent is told of it.
CREATE TABLE dns_versions (
  kind VARCHAR(16) NOT NULL,
  version BIGINT NOT NULL,
  content_sha256 VARCHAR(64) NOT NULL,
  blob_sha256 VARCHAR(64) NOT NULL,
  size_bytes BIGINT NOT NULL,
  PRIMARY KEY (kind, version)
);
