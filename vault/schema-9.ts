/**
 * Documents that the cloud wants signed here. The id of a job is that of its transaction, once its documents are here; what
 * became of it is read from the transaction (job-store.ts), so that no step of a ceremony has to remember it.
 */
export const SCHEMA_9 = `
CREATE TABLE jobs (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  documents TEXT NOT NULL CHECK (json_valid(documents)),
  claimed_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  ended TEXT CHECK (ended IN ('refused', 'returned', 'withdrawn', 'lost')),
  reason TEXT,
  reported TEXT,
  settled INTEGER NOT NULL DEFAULT 0 CHECK (settled IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX jobs_open ON jobs (claimed_at, id) WHERE settled = 0;
`;
