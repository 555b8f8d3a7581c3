-- What a task does, by BOSH's name: tasks are listed by it, and of each the newest are kept.
ALTER TABLE tasks ADD COLUMN type VARCHAR(64) DEFAULT '' NOT NULL;
CREATE INDEX tasks_by_type ON tasks (type, id);
