-- One row for each of those things that only one transaction at a time may change: it is locked meanwhile.
CREATE TABLE store_rooms (name VARCHAR(32) PRIMARY KEY);
INSERT INTO store_rooms (name) VALUES ('configs'), ('links'), ('networks'), ('problems'), ('variables');
