-- Compilations that may hold a VM or an address: a director that starts goes on with them, whether somebody waits or not.
CREATE TABLE compilations (id VARCHAR(64) NOT NULL PRIMARY KEY);
