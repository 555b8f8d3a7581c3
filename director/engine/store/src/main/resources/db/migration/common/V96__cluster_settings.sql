-- What all directors of this database must have alike: as the first one had it.
CREATE TABLE cluster_settings (
  name VARCHAR(64) PRIMARY KEY,
  content VARCHAR(1000) NOT NULL
);
INSERT INTO store_rooms (name) VALUES ('settings');
