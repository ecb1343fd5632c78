/**
 * Packages lie beside the outbox instead of in it: SQLite writes a whole row anew when one of its columns changes, and each
 * step of a delivery would write tens of megabytes. What held before holds on: none is changed, none goes undelivered.
 */
export const SCHEMA_4 = `
CREATE TABLE packages (
  digest TEXT PRIMARY KEY,
  bytes BLOB NOT NULL
) STRICT;
INSERT INTO packages (digest, bytes) SELECT digest, package FROM outbox WHERE package IS NOT NULL;
CREATE TABLE outbox_4 (
  digest TEXT PRIMARY KEY,
  transaction_id TEXT NOT NULL UNIQUE REFERENCES transactions (id),
  size INTEGER NOT NULL,
  audit_head TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'delivered', 'refused', 'set-aside')),
  attempts INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  upload_url TEXT,
  refused_before INTEGER NOT NULL CHECK (refused_before IN (0, 1)),
  last_problem TEXT,
  refusal_reason TEXT,
  receipt TEXT,
  delivered_at INTEGER,
  queued_at INTEGER NOT NULL,
  CHECK ((state = 'delivered') = (receipt IS NOT NULL))
) STRICT;
INSERT INTO outbox_4 SELECT digest, transaction_id, size, audit_head, state, attempts, due_at, upload_url,
  refused_before, last_problem, refusal_reason, receipt, delivered_at, queued_at FROM outbox ORDER BY rowid;
DROP TABLE outbox;
ALTER TABLE outbox_4 RENAME TO outbox;
CREATE INDEX outbox_open ON outbox (queued_at, due_at) WHERE state IN ('waiting', 'sending');
CREATE INDEX outbox_by_state ON outbox (state, queued_at);
CREATE TRIGGER outbox_stays BEFORE DELETE ON outbox
  BEGIN SELECT RAISE(ABORT, 'a package is never forgotten'); END;
CREATE TRIGGER delivery_of_new AFTER INSERT ON outbox
  BEGIN UPDATE transactions SET delivery = NEW.state WHERE id = NEW.transaction_id; END;
CREATE TRIGGER delivery_follows AFTER UPDATE OF state ON outbox
  BEGIN UPDATE transactions SET delivery = NEW.state WHERE id = NEW.transaction_id; END;
CREATE TRIGGER queued_has_bytes BEFORE INSERT ON outbox
  WHEN NEW.state <> 'delivered' AND NOT EXISTS (SELECT 1 FROM packages WHERE digest = NEW.digest)
  BEGIN SELECT RAISE(ABORT, 'what is to be delivered has its bytes'); END;
CREATE TRIGGER open_has_bytes BEFORE UPDATE ON outbox
  WHEN NEW.state <> 'delivered' AND NOT EXISTS (SELECT 1 FROM packages WHERE digest = NEW.digest)
  BEGIN SELECT RAISE(ABORT, 'what is to be delivered has its bytes'); END;
CREATE TRIGGER packages_never_change BEFORE UPDATE ON packages
  BEGIN SELECT RAISE(ABORT, 'packages never change'); END;
CREATE TRIGGER packages_wait BEFORE DELETE ON packages
  WHEN EXISTS (SELECT 1 FROM outbox WHERE digest = OLD.digest AND state <> 'delivered')
  BEGIN SELECT RAISE(ABORT, 'a package goes only when it is delivered'); END;
`;
