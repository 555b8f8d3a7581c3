-- The director's CAs, sealed with the operator's key: a list, of which the first issues and all are trusted. One row.
CREATE TABLE director_ca (
  name VARCHAR(32) PRIMARY KEY,
  sealed BYTEA
);
-- Agents of an installation of before trust the CA that lies in its director's data directory: that is awaited here, so that
-- no other director makes one of its own first.
INSERT INTO director_ca (name, sealed) SELECT 'director', NULL WHERE EXISTS (SELECT 1 FROM instances);
