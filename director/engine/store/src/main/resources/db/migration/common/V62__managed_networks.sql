-- Networks that the director made in the infrastructure, with the deployments that use them.
CREATE TABLE managed_networks (
  name VARCHAR(255) PRIMARY KEY,
  created_at BIGINT NOT NULL,
  orphaned_at BIGINT NOT NULL
);

CREATE TABLE managed_subnets (
  network VARCHAR(255) NOT NULL,
  name VARCHAR(255) NOT NULL,
  cid VARCHAR(255) NOT NULL,
  cpi VARCHAR(255) NOT NULL,
  PRIMARY KEY (network, name)
);

CREATE TABLE managed_network_users (
  network VARCHAR(255) NOT NULL,
  deployment VARCHAR(255) NOT NULL,
  PRIMARY KEY (network, deployment)
);
