-- VMs that were replaced before they were deleted; their addresses stay leased until they are.
CREATE TABLE orphaned_vms (
  cid VARCHAR(255) PRIMARY KEY,
  deployment VARCHAR(255) NOT NULL,
  instance VARCHAR(255) NOT NULL,
  az VARCHAR(255) NOT NULL,
  ips TEXT NOT NULL,
  leases TEXT NOT NULL,
  orphaned_at BIGINT NOT NULL,
  cpi VARCHAR(255) NOT NULL
);
