/**
 * First schema. Times are wall milliseconds, digests SHA-256 in lower-case hex, JSON is RFC 8785 text.
 * BLOB columns come last in their table, so that reading a row's facts does not read its bytes.
 * There is no column for an open capture: `sealed_capture` takes CMS AuthEnvelopedData only (seal-store.ts).
 */
export const SCHEMA_1 = `
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
  sequence INTEGER PRIMARY KEY,
  digest TEXT NOT NULL,
  body TEXT NOT NULL,
  transaction_id TEXT,
  entry TEXT NOT NULL CHECK (json_valid(entry))
) STRICT;
CREATE INDEX audit_of_transaction ON audit (transaction_id, sequence) WHERE transaction_id IS NOT NULL;
CREATE TRIGGER audit_never_changes BEFORE UPDATE ON audit
  BEGIN SELECT RAISE(ABORT, 'audit entries never change'); END;
CREATE TRIGGER audit_never_shrinks BEFORE DELETE ON audit
  BEGIN SELECT RAISE(ABORT, 'audit entries are never deleted'); END;
CREATE TRIGGER audit_has_no_gap BEFORE INSERT ON audit
  WHEN NEW.sequence IS NOT coalesce((SELECT max(sequence) FROM audit), 0) + 1
  BEGIN SELECT RAISE(ABORT, 'audit entries have no gap'); END;

CREATE TABLE staff (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL CHECK (role IN ('clerk', 'manager')),
  verifier TEXT NOT NULL,
  lockout TEXT NOT NULL CHECK (json_valid(lockout)),
  created_at INTEGER NOT NULL,
  closed_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
  token_digest TEXT PRIMARY KEY,
  staff_id TEXT NOT NULL REFERENCES staff (id),
  created_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_of_staff ON sessions (staff_id);
CREATE INDEX sessions_by_age ON sessions (last_seen_at);

CREATE TABLE displays (
  token_digest TEXT PRIMARY KEY,
  created_by TEXT,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE display_codes (
  code_digest TEXT PRIMARY KEY,
  created_by TEXT,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE transactions (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('placing', 'open', 'signing', 'complete', 'declined', 'voided')),
  review TEXT NOT NULL CHECK (review IN ('to-review', 'approved', 'returned')),
  delivery TEXT NOT NULL DEFAULT 'none'
    CHECK (delivery IN ('none', 'waiting', 'sending', 'delivered', 'refused', 'set-aside')),
  created_by TEXT,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  returned_reason TEXT,
  voided_reason TEXT
) STRICT;
CREATE INDEX transactions_newest ON transactions (changed_at, id);
CREATE INDEX transactions_by_state ON transactions (state, changed_at, id);
CREATE INDEX transactions_by_delivery ON transactions (delivery, changed_at, id);
CREATE INDEX transactions_by_review ON transactions (review, changed_at, id);
CREATE VIRTUAL TABLE transaction_text USING fts5 (
  name, content = 'transactions', content_rowid = 'number', tokenize = 'trigram remove_diacritics 1'
);
CREATE TRIGGER transaction_text_insert AFTER INSERT ON transactions
  BEGIN INSERT INTO transaction_text (rowid, name) VALUES (NEW.number, NEW.name); END;
CREATE TRIGGER transaction_text_update AFTER UPDATE OF name ON transactions
  BEGIN
    INSERT INTO transaction_text (transaction_text, rowid, name) VALUES ('delete', OLD.number, OLD.name);
    INSERT INTO transaction_text (rowid, name) VALUES (NEW.number, NEW.name);
  END;
CREATE TRIGGER transactions_stay BEFORE DELETE ON transactions
  BEGIN SELECT RAISE(ABORT, 'transactions are never deleted'); END;

CREATE TABLE documents (
  id TEXT PRIMARY KEY,
  transaction_id TEXT NOT NULL REFERENCES transactions (id),
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  facts TEXT NOT NULL CHECK (json_valid(facts)),
  UNIQUE (transaction_id, position)
) STRICT;

CREATE TABLE revisions (
  document_id TEXT NOT NULL REFERENCES documents (id),
  number INTEGER NOT NULL CHECK (number >= 0),
  kind TEXT NOT NULL CHECK (kind IN ('original', 'prepared', 'filled', 'sealed')),
  digest TEXT NOT NULL,
  length INTEGER NOT NULL CHECK (length > 0),
  created_at INTEGER NOT NULL,
  increment BLOB,
  PRIMARY KEY (document_id, number),
  UNIQUE (document_id, digest)
) STRICT;
CREATE TRIGGER revisions_never_change BEFORE UPDATE ON revisions
  WHEN NEW.document_id IS NOT OLD.document_id OR NEW.number IS NOT OLD.number OR NEW.kind IS NOT OLD.kind
    OR NEW.digest IS NOT OLD.digest OR NEW.length IS NOT OLD.length OR NEW.created_at IS NOT OLD.created_at
    OR NEW.increment IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'a revision never changes; its bytes can only be released'); END;
CREATE TRIGGER revisions_stay BEFORE DELETE ON revisions
  BEGIN SELECT RAISE(ABORT, 'revisions are never deleted'); END;

CREATE TABLE signatories (
  id TEXT PRIMARY KEY,
  transaction_id TEXT NOT NULL REFERENCES transactions (id),
  role TEXT NOT NULL,
  turn INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'active', 'signed', 'declined', 'cancelled')),
  short_code TEXT,
  UNIQUE (transaction_id, role)
) STRICT;

CREATE TABLE placements (
  document_id TEXT NOT NULL REFERENCES documents (id),
  id TEXT NOT NULL,
  position INTEGER NOT NULL,
  signatory_id TEXT REFERENCES signatories (id),
  placement TEXT NOT NULL CHECK (json_valid(placement)),
  value TEXT,
  sealed_at INTEGER,
  PRIMARY KEY (document_id, id),
  UNIQUE (document_id, position)
) STRICT;
CREATE INDEX placements_of_signatory ON placements (signatory_id);

CREATE TABLE identities (
  digest TEXT PRIMARY KEY,
  transaction_id TEXT NOT NULL REFERENCES transactions (id),
  ceremony_id TEXT NOT NULL UNIQUE,
  record TEXT NOT NULL CHECK (json_valid(record)),
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE ceremonies (
  id TEXT PRIMARY KEY,
  transaction_id TEXT NOT NULL REFERENCES transactions (id),
  signatory_id TEXT NOT NULL REFERENCES signatories (id),
  active INTEGER NOT NULL CHECK (active IN (0, 1)),
  started_at INTEGER NOT NULL,
  record TEXT NOT NULL CHECK (json_valid(record))
) STRICT;
CREATE INDEX ceremonies_of_transaction ON ceremonies (transaction_id, started_at);
CREATE UNIQUE INDEX one_active_ceremony ON ceremonies (transaction_id) WHERE active = 1;

CREATE TABLE seals (
  document_id TEXT NOT NULL,
  placement_id TEXT NOT NULL,
  ceremony_id TEXT NOT NULL REFERENCES ceremonies (id),
  revision INTEGER NOT NULL,
  binding_digest TEXT NOT NULL,
  capture_digest TEXT,
  completeness TEXT CHECK (completeness IS NULL OR json_valid(completeness)),
  sealed_at INTEGER NOT NULL,
  binding BLOB NOT NULL,
  sealed_capture BLOB,
  PRIMARY KEY (document_id, placement_id),
  FOREIGN KEY (document_id, placement_id) REFERENCES placements (document_id, id),
  FOREIGN KEY (document_id, revision) REFERENCES revisions (document_id, number)
) STRICT;
CREATE INDEX seals_of_ceremony ON seals (ceremony_id);

CREATE TABLE outbox (
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
  package BLOB,
  CHECK ((state = 'delivered') = (receipt IS NOT NULL)),
  CHECK (package IS NOT NULL OR state = 'delivered')
) STRICT;
CREATE INDEX outbox_open ON outbox (queued_at, due_at) WHERE state IN ('waiting', 'sending');
CREATE INDEX outbox_by_state ON outbox (state, queued_at);
CREATE TRIGGER outbox_stays BEFORE DELETE ON outbox
  BEGIN SELECT RAISE(ABORT, 'a package is never forgotten'); END;
CREATE TRIGGER delivery_of_new AFTER INSERT ON outbox
  BEGIN UPDATE transactions SET delivery = NEW.state WHERE id = NEW.transaction_id; END;
CREATE TRIGGER delivery_follows AFTER UPDATE OF state ON outbox
  BEGIN UPDATE transactions SET delivery = NEW.state WHERE id = NEW.transaction_id; END;
`;
