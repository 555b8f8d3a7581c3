-- The CPI that has the disk; empty for the built-in one.
ALTER TABLE orphan_disks ADD COLUMN cpi VARCHAR(255) DEFAULT '' NOT NULL;
