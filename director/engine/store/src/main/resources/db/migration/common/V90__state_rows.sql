-- Each start of an entity takes an epoch; the version of its row is the epoch and a count of its writes.
CREATE SEQUENCE entity_epochs START WITH 1;
UPDATE instances SET version = 0;
UPDATE deployments SET version = 0;
UPDATE tasks SET version = 0;

-- The thing is gone, and its entity has not cleared away everything yet: lists do not show it any more.
ALTER TABLE instances ADD COLUMN gone BOOLEAN DEFAULT FALSE NOT NULL;
ALTER TABLE deployments ADD COLUMN gone BOOLEAN DEFAULT FALSE NOT NULL;

-- What a task is: decides whether it goes on after a director's death, and under which type clients find it.
ALTER TABLE tasks ADD COLUMN kind VARCHAR(40) DEFAULT '' NOT NULL;
UPDATE tasks SET kind = CASE
  WHEN type = 'update_deployment' AND description LIKE '%(dry run)' THEN 'DRY_RUN'
  WHEN type = 'delete_artifacts' THEN 'CLEAN_UP'
  WHEN type = 'cck_apply' THEN 'RESOLVE_PROBLEMS'
  WHEN type = 'cck_scan' THEN 'SCAN_PROBLEMS'
  WHEN type = 'scan_and_fix' THEN 'SCAN_AND_FIX'
  ELSE UPPER(type) END;

-- What a run read once and plans from, where that may be secret: sealed with the operator's key. It goes with the run.
CREATE TABLE run_inputs (
  deployment VARCHAR(255) NOT NULL,
  task BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (deployment, task)
);

-- The task whose run had a version made: a run that begins again takes it, and makes no other.
ALTER TABLE variable_values ADD COLUMN made_for BIGINT DEFAULT 0 NOT NULL;

-- Versions that a run goes by: they stay until it is over, whatever else is deployed meanwhile.
CREATE TABLE run_variables (
  task BIGINT NOT NULL,
  value_id BIGINT NOT NULL,
  PRIMARY KEY (task, value_id)
);
