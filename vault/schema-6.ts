/**
 * What the cloud says this kiosk works by, as it was signed. The newest waits (`in_use` 0) while somebody signs under the one
 * in use; a number never falls, so that an older one cannot come back.
 */
export const SCHEMA_6 = `
CREATE TABLE configuration (
  number INTEGER PRIMARY KEY CHECK (number > 0),
  jws TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  in_use INTEGER NOT NULL CHECK (in_use IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX configuration_in_use ON configuration (in_use) WHERE in_use = 1;
CREATE TRIGGER configuration_rises BEFORE INSERT ON configuration
  WHEN NEW.number < (SELECT max(number) FROM configuration)
  BEGIN SELECT RAISE(ABORT, 'the number of a configuration never falls'); END;
CREATE TRIGGER configuration_newest_stays BEFORE DELETE ON configuration
  WHEN OLD.number = (SELECT max(number) FROM configuration)
  BEGIN SELECT RAISE(ABORT, 'the newest configuration stays'); END;
`;
