/**
 * What was erased on whose demand, and which package the one now in the outbox took the place of. From here on a seal never
 * changes: its sealed capture can only go.
 */
export const SCHEMA_3 = `
CREATE TABLE erasures (
  transaction_id TEXT NOT NULL REFERENCES transactions (id),
  number INTEGER NOT NULL CHECK (number > 0),
  erased_at INTEGER NOT NULL,
  facts TEXT NOT NULL CHECK (json_valid(facts)),
  package_before TEXT UNIQUE,
  receipt_before TEXT,
  PRIMARY KEY (transaction_id, number)
) STRICT;
CREATE TRIGGER erasures_never_change BEFORE UPDATE ON erasures
  BEGIN SELECT RAISE(ABORT, 'erasures never change'); END;
CREATE TRIGGER erasures_stay BEFORE DELETE ON erasures
  BEGIN SELECT RAISE(ABORT, 'erasures are never deleted'); END;
CREATE TRIGGER seals_never_change BEFORE UPDATE ON seals
  WHEN NEW.document_id IS NOT OLD.document_id OR NEW.placement_id IS NOT OLD.placement_id
    OR NEW.ceremony_id IS NOT OLD.ceremony_id OR NEW.revision IS NOT OLD.revision
    OR NEW.binding_digest IS NOT OLD.binding_digest OR NEW.capture_digest IS NOT OLD.capture_digest
    OR NEW.completeness IS NOT OLD.completeness OR NEW.sealed_at IS NOT OLD.sealed_at
    OR NEW.binding IS NOT OLD.binding OR NEW.sealed_capture IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'a seal never changes; its capture can only be erased'); END;
`;
