-- Whoever changes configs holds this row meanwhile, so that what is current is still so when a version is added.
CREATE TABLE config_writes (id INTEGER PRIMARY KEY);
INSERT INTO config_writes (id) VALUES (1);
