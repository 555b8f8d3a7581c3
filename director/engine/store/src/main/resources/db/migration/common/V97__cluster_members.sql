-- Which directors are one cluster: the database decides who founds it, and a member of an earlier generation must not act.
CREATE TABLE cluster_generation (
  id INT PRIMARY KEY,
  generation BIGINT NOT NULL
);
INSERT INTO cluster_generation (id, generation) VALUES (1, 0);

-- A member that lives counts its beats up; nobody's clock is compared with anybody's.
CREATE TABLE cluster_members (
  address VARCHAR(255) PRIMARY KEY,
  generation BIGINT NOT NULL,
  beats BIGINT NOT NULL
);

-- Whose work a task is that goes on in one process only, and ends with it.
CREATE TABLE task_runners (
  task BIGINT PRIMARY KEY,
  node VARCHAR(255) NOT NULL
);
