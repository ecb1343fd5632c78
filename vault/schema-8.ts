/** A number for each delivery, which its requests carry; a package that takes another's place keeps it. */
export const SCHEMA_8 = `
ALTER TABLE outbox ADD COLUMN trace TEXT NOT NULL DEFAULT '';
UPDATE outbox SET trace = lower(hex(randomblob(16)));
`;
