-- Snapshots of persistent disks. A row without a cid is one whose making was begun.
CREATE TABLE snapshots (
  snapshot_key VARCHAR(255) PRIMARY KEY,
  cid VARCHAR(255) NOT NULL,
  disk_cid VARCHAR(255) NOT NULL,
  clean BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  cpi VARCHAR(255) NOT NULL
);
CREATE INDEX snapshots_by_disk ON snapshots (disk_cid);

-- An orphan that is attached again is compared with what a manifest wants of it.
ALTER TABLE orphan_disks ADD COLUMN cloud_properties TEXT DEFAULT '{}' NOT NULL;
