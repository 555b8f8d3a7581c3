-- What operators set on the director itself, by name.
CREATE TABLE director_settings (
  name VARCHAR(255) PRIMARY KEY,
  content VARCHAR(1000) NOT NULL
);
