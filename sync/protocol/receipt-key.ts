import { z } from 'zod';

/**
 * How a kiosk comes to trust the next key that receipts are signed with: the present one says so. A kiosk that was away for
 * long follows from statement to statement; each key has one successor at most.
 */
export const RECEIPT_KEYS_PATH = '/api/cloud/v1/receipt-keys';
export const RECEIPT_KEY_TYPE = 'countersign-receipt-key+jwt';
/** Processes of one cloud differ in their clocks: a key signs no longer than this after its successor took over. */
export const RECEIPT_KEY_SLACK_MS = 3600_000;

const time = z.iso.datetime({ precision: 3 });
/** P-256 as a kiosk pins it. `notAfter`: receipts for what arrived later are not this key's. */
const pinnedKey = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string().regex(/^[\w-]{43}$/),
  y: z.string().regex(/^[\w-]{43}$/),
  alg: z.literal('ES256'),
  use: z.literal('sig'),
  kid: z.string().regex(/^[\w-]{43}$/),
  notAfter: time.exactOptional(),
});
export type PinnedReceiptKey = z.infer<typeof pinnedKey>;

const statement = z.object({
  type: z.literal('countersign.receipt-key'),
  version: z.literal(1),
  key: pinnedKey.omit({ notAfter: true }),
  takesOverAt: time,
});
export type ReceiptKeyStatement = z.infer<typeof statement>;

export function parsePinnedKey(value: unknown): PinnedReceiptKey | null {
  const parsed = pinnedKey.safeParse(value);
  return parsed.success ? parsed.data : null;
}

export function parseReceiptKeyStatement(value: unknown): ReceiptKeyStatement | null {
  const parsed = statement.safeParse(value);
  return parsed.success ? parsed.data : null;
}

const answer = z.object({ statements: z.array(z.string().max(4096)).max(100) });

/** JWS of every statement there is, oldest first. */
export function parseReceiptKeysAnswer(value: unknown): readonly string[] | null {
  const parsed = answer.safeParse(value);
  return parsed.success ? parsed.data.statements : null;
}
