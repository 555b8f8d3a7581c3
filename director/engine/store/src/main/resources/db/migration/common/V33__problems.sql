-- What the last scan of a deployment found wrong.
CREATE SEQUENCE problem_ids START WITH 1;

CREATE TABLE problems (
  id BIGINT PRIMARY KEY,
  deployment VARCHAR(255) NOT NULL,
  type VARCHAR(64) NOT NULL,
  instance_id VARCHAR(64) NOT NULL,
  instance_group VARCHAR(255) NOT NULL,
  disk_cid VARCHAR(255) NOT NULL,
  description TEXT NOT NULL
);
CREATE INDEX problems_by_deployment ON problems (deployment);
