-- Plans that clusters are made by, as an operator's file said them: the latest version counts, for all directors.
CREATE TABLE cluster_plans (
  version INTEGER PRIMARY KEY,
  content TEXT NOT NULL,
  node VARCHAR(64) NOT NULL,
  published_at BIGINT NOT NULL
);

-- What was in the file of each director when that last started: what differs from it was edited since.
CREATE TABLE cluster_plan_files (
  node VARCHAR(64) PRIMARY KEY,
  content TEXT NOT NULL
);
