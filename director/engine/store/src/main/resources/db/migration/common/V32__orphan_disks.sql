-- Disks that no instance has any more, kept for a while in case somebody wants them back.
CREATE TABLE orphan_disks (
  cid VARCHAR(255) PRIMARY KEY,
  size_mb BIGINT NOT NULL,
  deployment VARCHAR(255) NOT NULL,
  instance VARCHAR(255) NOT NULL,
  az VARCHAR(255) NOT NULL,
  orphaned_at BIGINT NOT NULL
);
