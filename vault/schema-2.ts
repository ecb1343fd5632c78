/** Document types: what the tenant's rules or the clerk say a document is. NULL where nobody said anything. */
export const SCHEMA_2 = `
ALTER TABLE documents ADD COLUMN type TEXT;
`;
