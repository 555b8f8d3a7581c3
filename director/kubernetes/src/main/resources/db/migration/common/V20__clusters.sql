-- Names that are taken, each with a number that tells clusters on one network apart.
CREATE TABLE cluster_names (
  name VARCHAR(63) PRIMARY KEY,
  uuid VARCHAR(36) NOT NULL UNIQUE,
  number INTEGER NOT NULL UNIQUE
);

-- State rows of clusters; content is a JSON object.
CREATE TABLE clusters (
  uuid VARCHAR(36) PRIMARY KEY,
  name VARCHAR(63) NOT NULL,
  version BIGINT NOT NULL,
  content TEXT NOT NULL
);
