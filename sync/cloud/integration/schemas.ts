import { z } from 'zod';
import type { JobState } from './job-states.ts';

/** What other programs send and get: requests are parsed by these schemas, and the OpenAPI description is made of them. */
const time = z.iso.datetime().describe('RFC 3339, UTC');
const digest = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .describe('SHA-256, lower-case hex');
export const identifier = z.string().min(1).max(100);

/** As `JOB_STATES`, in the words of this interface. */
const TRANSACTION_STATES = [
  'offered',
  'taken',
  'opened',
  'signed',
  'delivered',
  'declined',
  'voided',
  'refused',
  'cancelled',
  'expired',
] as const;
const transactionState = z.enum(TRANSACTION_STATES);
export type TransactionState = (typeof TRANSACTION_STATES)[number];

export function toTransactionState(state: JobState): TransactionState {
  return state === 'withdrawn' ? 'cancelled' : state;
}

export function toJobState(state: TransactionState): JobState {
  return state === 'cancelled' ? 'withdrawn' : state;
}

export const newTransaction = z.strictObject({
  branch: identifier.describe('Id of the branch at whose counter it is signed.'),
  name: z.string().trim().min(1).max(200).describe('What the clerk sees in the list.'),
  expiresAt: time.exactOptional().describe('Nobody begins to sign after that; 30 days when absent, 90 at most.'),
});
/** The whole form, for the description; files are read by whoever reads the request. */
export const newTransactionForm = z.object({
  ...newTransaction.shape,
  file: z.array(z.file().mime('application/pdf')).min(1).max(50).describe('The documents, in their order.'),
});

export const createdTransaction = z.object({ id: identifier, createdAt: time, expiresAt: time });

export const transaction = z.object({
  id: identifier,
  branch: identifier,
  name: z.string(),
  state: transactionState,
  cancelling: z.boolean().describe('Cancelled here; the kiosk that has it has not said yet whether it was quicker.'),
  reason: z.string().nullable().describe('Code of what ended it, where there is one.'),
  createdAt: time,
  expiresAt: time,
  changedAt: time,
  documents: z.array(
    z.object({ number: z.int(), name: z.string(), digest: digest.describe('As handed in.'), size: z.int() }),
  ),
  package: z
    .object({ digest, arrivedAt: time, level: z.string().nullable().describe('The lowest of its documents.') })
    .nullable(),
});
export type Transaction = z.infer<typeof transaction>;

export const transactionQuery = z.strictObject({
  state: transactionState.exactOptional(),
  branch: identifier.exactOptional(),
  before: identifier.exactOptional().describe('Id of the last one of the page before.'),
  limit: z.coerce.number().int().min(1).max(200).exactOptional().describe('50 when absent.'),
});
export const transactionPage = z.object({ transactions: z.array(transaction), more: z.boolean() });
export const cancelled = z.object({
  state: z.enum(['cancelled', 'cancelling']).describe('cancelling: the kiosk that has it says whether it was quicker.'),
});

export const WEBHOOK_EVENTS = [
  'transaction.created',
  'transaction.opened',
  'transaction.signed',
  'transaction.delivered',
  'transaction.declined',
  'transaction.voided',
  'transaction.refused',
  'transaction.cancelled',
  'transaction.expired',
  'transaction.level-raised',
] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

export const newWebhook = z.strictObject({
  url: z.url().max(1000),
  events: z.array(z.enum(WEBHOOK_EVENTS)).min(1).max(WEBHOOK_EVENTS.length),
});
const secret = z.string().describe('whsec_..., as Standard Webhooks has it. Shown now only.');
export const createdWebhook = z.object({ id: identifier, secret });
export const renewedSecret = z.object({ secret, earlierUntil: time.describe('The earlier one signs too until then.') });
export const webhook = z.object({
  id: identifier,
  url: z.string(),
  events: z.array(z.enum(WEBHOOK_EVENTS)),
  createdAt: time,
  waiting: z.int(),
  setAside: z.int().describe('Given up after days; sent again when asked.'),
  problem: z.string().nullable().describe('Why the last message did not arrive.'),
});
export const webhookList = z.object({ webhooks: z.array(webhook) });
export const resent = z.object({ messages: z.int() });

export const problemDetails = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string().exactOptional(),
  document: z.int().exactOptional().describe('Which document, from 1.'),
  reason: z.string().exactOptional().describe('Code of the refusal of a document.'),
});
