-- Archives that clients have sent: each lies in an area of the blobs of its own, until the task that takes it in has ended.
-- No task yet is 0.
CREATE TABLE received_archives (
  id VARCHAR(36) PRIMARY KEY,
  task BIGINT DEFAULT 0 NOT NULL,
  received_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL
);
