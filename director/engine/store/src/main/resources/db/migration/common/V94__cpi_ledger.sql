-- What CPIs that cannot be asked for it remember: VMs by agent id, disks by key, stemcells by cid.
CREATE TABLE cpi_ledger (
  cpi VARCHAR(255) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  thing VARCHAR(1000) NOT NULL,
  cid VARCHAR(1000) NOT NULL,
  phase VARCHAR(16) NOT NULL,
  node VARCHAR(64) NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (cpi, kind, thing)
);
CREATE INDEX cpi_ledger_cids ON cpi_ledger (cpi, kind, cid);

-- Who deals with a thing of the outside world now, where that takes calls during which no transaction may stay open: nobody
-- else does before the lease was given back, or ran out by the database's clock.
CREATE TABLE leases (
  scope VARCHAR(300) NOT NULL,
  thing VARCHAR(1000) NOT NULL,
  fence BIGINT NOT NULL,
  node VARCHAR(64) NOT NULL,
  until_millis BIGINT NOT NULL,
  PRIMARY KEY (scope, thing)
);

-- No two leases have the same: who was frozen and took one before another did cannot write any more.
CREATE SEQUENCE lease_fences START WITH 1;
