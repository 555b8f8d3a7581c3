-- Where the API of each director of this database is reached, told again and again while it lives.
CREATE TABLE director_addresses (
  node VARCHAR(255) PRIMARY KEY,
  address VARCHAR(255) NOT NULL,
  told_at BIGINT NOT NULL
);
