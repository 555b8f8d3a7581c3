-- What a blob that is kept for somebody is: LOGS, or EXPORTED_RELEASE.
ALTER TABLE log_bundles ADD COLUMN kind VARCHAR(32) DEFAULT 'LOGS' NOT NULL;
