/** The smallest of what waits is found without reading what waits: a backlog of large packages must not hide it. */
export const SCHEMA_7 = `
CREATE INDEX outbox_small ON outbox (size, queued_at, due_at) WHERE state IN ('waiting', 'sending');
`;
