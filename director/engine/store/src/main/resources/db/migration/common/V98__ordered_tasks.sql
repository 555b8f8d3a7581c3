-- What a task is to do, where any director can do it: sealed, since an address may have a password in it. Who takes such a
-- task over from a director that died adds a turn; what it has achieved for good is known to whoever begins again.
ALTER TABLE task_runners ADD COLUMN sealed_order BYTEA;
ALTER TABLE task_runners ADD COLUMN turns INT DEFAULT 1 NOT NULL;
ALTER TABLE task_runners ADD COLUMN achieved TEXT;
ALTER TABLE task_runners ADD COLUMN ended_as VARCHAR(16);
ALTER TABLE task_runners ADD COLUMN ended_with TEXT;
