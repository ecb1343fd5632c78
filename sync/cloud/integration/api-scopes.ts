/** What a program may do with a key; 'write' does not include 'read'. */
export const API_SCOPES = [
  'transactions:write',
  'transactions:read',
  'documents:read',
  'audit:read',
  'webhooks:write',
] as const;
export type ApiScope = (typeof API_SCOPES)[number];

/** The longest life of a key. */
export const API_KEY_DAYS = 730;
