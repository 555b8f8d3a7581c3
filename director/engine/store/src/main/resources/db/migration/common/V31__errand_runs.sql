-- What each errand last went well with, for runs that are wanted only when something changed.
CREATE TABLE errand_runs (
  deployment VARCHAR(255) NOT NULL,
  errand VARCHAR(255) NOT NULL,
  state VARCHAR(64) NOT NULL,
  PRIMARY KEY (deployment, errand)
);
