-- What people were told is wrong and has not ended, so that the next health monitor tells its end and does not tell it twice.
CREATE TABLE open_alerts (
    alert_key VARCHAR(500) NOT NULL PRIMARY KEY,
    content TEXT NOT NULL
);
