/**
 * Bytes of documents and packages lie in pieces, so that large ones come and go without holding up the pen. What pieces
 * belong to is a content: written first (`kept` 0), then tied in by the one revision or package it is made for. `kept`
 * follows by itself, and only what is not kept can go. BLOBs of older schemas are cut here, once.
 */
export const SCHEMA_5 = `
CREATE TABLE contents (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  length INTEGER NOT NULL,
  kept INTEGER NOT NULL DEFAULT 0 CHECK (kept IN (0, 1))
) STRICT;
CREATE INDEX contents_loose ON contents (id) WHERE kept = 0;
CREATE TABLE pieces (
  content INTEGER NOT NULL REFERENCES contents (id),
  seq INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (content, seq)
) STRICT;

DROP TRIGGER revisions_never_change;
DROP TRIGGER packages_never_change;
DROP TRIGGER packages_wait;
DROP TRIGGER queued_has_bytes;
DROP TRIGGER open_has_bytes;

INSERT INTO contents (id, length, kept) SELECT rowid, length(increment), 1 FROM revisions WHERE increment IS NOT NULL;
WITH RECURSIVE cut (content, seq, rest) AS (
  SELECT id, 0, length FROM contents
  UNION ALL SELECT content, seq + 1, rest - 1000000 FROM cut WHERE rest > 1000000
)
INSERT INTO pieces (content, seq, bytes)
  SELECT content, seq, substr(increment, 1 + seq * 1000000, 1000000) FROM cut JOIN revisions ON revisions.rowid = content;
ALTER TABLE revisions ADD COLUMN content INTEGER REFERENCES contents (id);
UPDATE revisions SET content = rowid, increment = NULL WHERE increment IS NOT NULL;
ALTER TABLE revisions DROP COLUMN increment;
CREATE UNIQUE INDEX revisions_content ON revisions (content);

ALTER TABLE packages RENAME TO packages_4;
CREATE TABLE packages (
  digest TEXT PRIMARY KEY,
  content INTEGER NOT NULL UNIQUE REFERENCES contents (id)
) STRICT;
INSERT INTO contents (length, kept) SELECT length(bytes), 1 FROM packages_4 ORDER BY rowid;
INSERT INTO packages (digest, content)
  SELECT digest, (SELECT max(id) - (SELECT count(*) FROM packages_4) FROM contents) + row_number() OVER (ORDER BY rowid)
  FROM packages_4;
WITH RECURSIVE cut (content, seq, rest) AS (
  SELECT id, 0, length FROM contents WHERE id IN (SELECT content FROM packages)
  UNION ALL SELECT content, seq + 1, rest - 1000000 FROM cut WHERE rest > 1000000
)
INSERT INTO pieces (content, seq, bytes)
  SELECT content, seq, substr(packages_4.bytes, 1 + seq * 1000000, 1000000)
  FROM cut JOIN packages USING (content) JOIN packages_4 USING (digest);
DROP TABLE packages_4;

CREATE TRIGGER contents_never_change BEFORE UPDATE ON contents
  WHEN NEW.id IS NOT OLD.id OR NEW.length IS NOT OLD.length
    OR NEW.kept IS NOT (EXISTS (SELECT 1 FROM revisions WHERE content = NEW.id)
      OR EXISTS (SELECT 1 FROM packages WHERE content = NEW.id))
  BEGIN SELECT RAISE(ABORT, 'a content never changes; it is kept as long as it belongs to something'); END;
CREATE TRIGGER contents_stay BEFORE DELETE ON contents WHEN OLD.kept = 1
  BEGIN SELECT RAISE(ABORT, 'a kept content is never deleted'); END;
CREATE TRIGGER pieces_never_change BEFORE UPDATE ON pieces
  BEGIN SELECT RAISE(ABORT, 'pieces never change'); END;
CREATE TRIGGER pieces_are_all_there BEFORE INSERT ON pieces
  WHEN (SELECT kept FROM contents WHERE id = NEW.content) IS NOT 0
  BEGIN SELECT RAISE(ABORT, 'a kept content gets no more pieces'); END;
CREATE TRIGGER pieces_stay BEFORE DELETE ON pieces
  WHEN (SELECT kept FROM contents WHERE id = OLD.content) IS NOT 0
  BEGIN SELECT RAISE(ABORT, 'pieces of a kept content are never deleted'); END;

CREATE TRIGGER revision_is_whole BEFORE INSERT ON revisions
  WHEN (SELECT kept FROM contents WHERE id = NEW.content) IS NOT 0
    OR (SELECT length FROM contents WHERE id = NEW.content) IS NOT
       (SELECT sum(length(bytes)) FROM pieces WHERE content = NEW.content)
  BEGIN SELECT RAISE(ABORT, 'a revision is made of one whole content of its own'); END;
CREATE TRIGGER revision_keeps AFTER INSERT ON revisions
  BEGIN UPDATE contents SET kept = 1 WHERE id = NEW.content; END;
CREATE TRIGGER revisions_never_change BEFORE UPDATE ON revisions
  WHEN NEW.document_id IS NOT OLD.document_id OR NEW.number IS NOT OLD.number OR NEW.kind IS NOT OLD.kind
    OR NEW.digest IS NOT OLD.digest OR NEW.length IS NOT OLD.length OR NEW.created_at IS NOT OLD.created_at
    OR NEW.content IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'a revision never changes; its bytes can only be released'); END;
CREATE TRIGGER revision_releases AFTER UPDATE OF content ON revisions WHEN OLD.content IS NOT NULL
  BEGIN UPDATE contents SET kept = 0 WHERE id = OLD.content; END;

CREATE TRIGGER package_is_whole BEFORE INSERT ON packages
  WHEN (SELECT kept FROM contents WHERE id = NEW.content) IS NOT 0
    OR (SELECT length FROM contents WHERE id = NEW.content) IS NOT
       (SELECT sum(length(bytes)) FROM pieces WHERE content = NEW.content)
  BEGIN SELECT RAISE(ABORT, 'a package is made of one whole content of its own'); END;
CREATE TRIGGER package_keeps AFTER INSERT ON packages
  BEGIN UPDATE contents SET kept = 1 WHERE id = NEW.content; END;
CREATE TRIGGER packages_never_change BEFORE UPDATE ON packages
  BEGIN SELECT RAISE(ABORT, 'packages never change'); END;
CREATE TRIGGER packages_wait BEFORE DELETE ON packages
  WHEN EXISTS (SELECT 1 FROM outbox WHERE digest = OLD.digest AND state <> 'delivered')
  BEGIN SELECT RAISE(ABORT, 'a package goes only when it is delivered'); END;
CREATE TRIGGER package_releases AFTER DELETE ON packages
  BEGIN UPDATE contents SET kept = 0 WHERE id = OLD.content; END;
CREATE TRIGGER queued_has_bytes BEFORE INSERT ON outbox
  WHEN NEW.state <> 'delivered' AND NOT EXISTS (SELECT 1 FROM packages WHERE digest = NEW.digest)
  BEGIN SELECT RAISE(ABORT, 'what is to be delivered has its bytes'); END;
CREATE TRIGGER open_has_bytes BEFORE UPDATE ON outbox
  WHEN NEW.state <> 'delivered' AND NOT EXISTS (SELECT 1 FROM packages WHERE digest = NEW.digest)
  BEGIN SELECT RAISE(ABORT, 'what is to be delivered has its bytes'); END;
`;
