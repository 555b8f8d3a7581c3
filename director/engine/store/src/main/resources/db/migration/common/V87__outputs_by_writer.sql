-- Who stored a piece of an output, and with which batch of its own: so a writer that does not know what became of a batch
-- can look. Pieces of earlier versions were stored by nobody.
ALTER TABLE task_outputs ADD COLUMN writer VARCHAR(36) DEFAULT '' NOT NULL;
ALTER TABLE task_outputs ADD COLUMN batch BIGINT DEFAULT 0 NOT NULL;
