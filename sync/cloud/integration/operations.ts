import type { z } from 'zod';
import type { ApiScope } from './api-scopes.ts';
import * as shapes from './schemas.ts';

/** One thing that can be asked: whoever answers, and the OpenAPI description, go by this table. */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below `/api/v1`, with parameters in braces. */
  readonly path: string;
  readonly scope: ApiScope;
  readonly summary: string;
  readonly query?: z.ZodObject;
  readonly json?: z.ZodObject;
  readonly form?: z.ZodObject;
  readonly status: 200 | 201 | 202;
  /** What comes back: JSON, or bytes of a type. */
  readonly answer: z.ZodObject | `${string}/${string}`;
}

const ONE = '/transactions/{transaction}';
const HOOK = '/webhooks/{webhook}';
/** Form of a package: `signing/container/package-format.ts`. */
const PACKAGE = 'application/vnd.etsi.asic-e+zip';

export const OPERATIONS = {
  createTransaction: {
    ...{ method: 'POST', path: '/transactions', scope: 'transactions:write', form: shapes.newTransactionForm },
    summary:
      'Hands documents in to be signed at a branch. With Idempotency-Key a repetition within 24 hours does nothing.',
    ...{ status: 201, answer: shapes.createdTransaction },
  },
  listTransactions: {
    ...{ method: 'GET', path: '/transactions', scope: 'transactions:read', query: shapes.transactionQuery },
    summary: 'Transactions that were handed in here, newest first.',
    ...{ status: 200, answer: shapes.transactionPage },
  },
  getTransaction: {
    ...{ method: 'GET', path: ONE, scope: 'transactions:read' },
    summary: 'How a transaction stands.',
    ...{ status: 200, answer: shapes.transaction },
  },
  cancelTransaction: {
    ...{ method: 'POST', path: `${ONE}/cancel`, scope: 'transactions:write' },
    summary: 'Takes a transaction back, unless signing has begun.',
    ...{ status: 200, answer: shapes.cancelled },
  },
  getDocument: {
    ...{ method: 'GET', path: `${ONE}/documents/{number}`, scope: 'documents:read' },
    summary: 'A signed document at the level reached, by its number from 1.',
    ...{ status: 200, answer: 'application/pdf' },
  },
  getPackage: {
    ...{ method: 'GET', path: `${ONE}/package`, scope: 'documents:read' },
    summary: 'The sealed package (ASiC-E), as the kiosk sent it.',
    ...{ status: 200, answer: PACKAGE },
  },
  getReceipt: {
    ...{ method: 'GET', path: `${ONE}/receipt`, scope: 'documents:read' },
    summary: 'The signed receipt for the package (compact JWS).',
    ...{ status: 200, answer: 'application/jose' },
  },
  getReport: {
    ...{ method: 'GET', path: `${ONE}/report`, scope: 'documents:read' },
    summary: 'How the package was judged on arrival.',
    ...{ status: 200, answer: 'application/json' },
  },
  getAudit: {
    ...{ method: 'GET', path: `${ONE}/audit`, scope: 'audit:read' },
    summary: "What the kiosk's audit chain says of it: the excerpt that is signed in the package.",
    ...{ status: 200, answer: 'application/json' },
  },
  createWebhook: {
    ...{ method: 'POST', path: '/webhooks', scope: 'webhooks:write', json: shapes.newWebhook },
    summary: 'Has events sent to an address, signed (Standard Webhooks).',
    ...{ status: 201, answer: shapes.createdWebhook },
  },
  listWebhooks: {
    ...{ method: 'GET', path: '/webhooks', scope: 'webhooks:write' },
    summary: 'Where events are sent, and what did not arrive.',
    ...{ status: 200, answer: shapes.webhookList },
  },
  removeWebhook: {
    ...{ method: 'DELETE', path: HOOK, scope: 'webhooks:write' },
    summary: 'Ends a webhook; what was not sent is not sent any more.',
    ...{ status: 200, answer: shapes.resent },
  },
  renewWebhookSecret: {
    ...{ method: 'POST', path: `${HOOK}/secret`, scope: 'webhooks:write' },
    summary: 'The next secret; messages are signed with the earlier one too for a day.',
    ...{ status: 201, answer: shapes.renewedSecret },
  },
  resendWebhook: {
    ...{ method: 'POST', path: `${HOOK}/resend`, scope: 'webhooks:write' },
    summary: 'Sends again what was set aside.',
    ...{ status: 202, answer: shapes.resent },
  },
} as const satisfies Readonly<Record<string, Operation>>;
export type OperationId = keyof typeof OPERATIONS;

/** The operation an address and a method mean, with what stands for its parameters. */
export function findOperation(
  method: string,
  path: string,
):
  { readonly id: OperationId; readonly params: Readonly<Record<string, string>> } | 'method-not-allowed' | 'not-found' {
  let known = false;
  for (const [id, operation] of Object.entries(OPERATIONS) as [OperationId, Operation][]) {
    const params = matchPath(operation.path, path);
    if (params === null) continue;
    if (operation.method === method) return { id, params };
    known = true;
  }
  return known ? 'method-not-allowed' : 'not-found';
}

function matchPath(pattern: string, path: string): Readonly<Record<string, string>> | null {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [i, part] of wanted.entries()) {
    const value = given[i] ?? '';
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined ? part !== value : !/^[\w-]{1,100}$/.test(value)) return null;
    if (name !== undefined) params[name] = value;
  }
  return params;
}
