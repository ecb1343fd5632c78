import { compactVerify, createLocalJWKSet, errors, type JWK } from 'jose';
import type { Sha256 } from '../../signing/digest.ts';
import { err, ok, type Result } from '../../signing/result.ts';
import { parseReceiptClaims, RECEIPT_TYPE, type ReceiptClaims } from '../protocol/receipt.ts';
import { RECEIPT_KEY_SLACK_MS } from '../protocol/receipt-key.ts';

/** What the receipt must speak of, all taken from what the kiosk itself holds. */
export interface ReceiptExpectation {
  readonly digest: Sha256;
  readonly size: number;
  readonly transaction: string;
  readonly auditHead: Sha256;
}

export type ReceiptFault =
  /** Not signed by a pinned key, not of the right type, or not a receipt in shape. */
  | { readonly code: 'untrusted'; readonly detail: string }
  /** Genuine, but about something else. `members` names what differs. */
  | { readonly code: 'other-package'; readonly members: readonly string[]; readonly detail: string };

export interface ReceiptVerifier {
  verify(jws: string, expected: ReceiptExpectation): Promise<Result<ReceiptClaims, ReceiptFault>>;
}

/** Detail of a receipt whose key is not pinned: it may be one that came later (`receipt-keys.ts`). */
export const UNKNOWN_KEY = new errors.JWKSNoMatchingKey().code;

/**
 * Public keys of the cloud: pinned at enrolment, or named by one that is. `kid` is required; with `notAfter` (RFC 3339) a key
 * is good for receipts of what arrived until then, and for no others.
 */
export type PinnedKeys = readonly (JWK & { readonly notAfter?: unknown })[];

/**
 * ES256 only: the algorithm is ours to say, not the token's (RFC 8725 section 3.1).
 * @throws TypeError when no key is given: a kiosk without a pinned key could never release anything.
 */
export function createReceiptVerifier(
  keys: PinnedKeys,
  kiosk: { readonly tenant: string; readonly kiosk: string },
): ReceiptVerifier {
  if (keys.length === 0) throw new TypeError('no cloud key is pinned');
  const keySet = createLocalJWKSet({ keys: [...keys] });
  return {
    async verify(jws, expected) {
      const payload = await verified(jws, keySet);
      if (!payload.ok) return payload;
      const claims = parseReceiptClaims(payload.value.claims);
      if (!claims.ok) return err({ code: 'untrusted', detail: claims.error });
      if (isRetired(keys, payload.value.kid, claims.value.arrivedAt)) {
        return err({ code: 'untrusted', detail: 'its key had been replaced by then' });
      }
      const members = differences(claims.value, { ...expected, ...kiosk });
      if (members.length > 0) {
        return err({ code: 'other-package', members, detail: `receipt differs in ${members.join(', ')}` });
      }
      return ok(claims.value);
    },
  };
}

async function verified(
  jws: string,
  keySet: ReturnType<typeof createLocalJWKSet>,
): Promise<Result<{ readonly claims: unknown; readonly kid: string | undefined }, ReceiptFault>> {
  try {
    const { payload, protectedHeader } = await compactVerify(jws, keySet, { algorithms: ['ES256'] });
    if (protectedHeader.typ !== RECEIPT_TYPE) return err({ code: 'untrusted', detail: 'wrong token type' });
    const claims: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
    return ok({ claims, kid: protectedHeader.kid });
  } catch (error) {
    if (error instanceof errors.JOSEError) return err({ code: 'untrusted', detail: error.code });
    if (error instanceof SyntaxError || error instanceof TypeError) {
      return err({ code: 'untrusted', detail: 'not a compact JWS over JSON' });
    }
    throw error;
  }
}

function isRetired(keys: PinnedKeys, kid: string | undefined, arrivedAt: string): boolean {
  const notAfter = keys.find((key) => key.kid === kid)?.notAfter;
  return typeof notAfter === 'string' && Date.parse(arrivedAt) > Date.parse(notAfter) + RECEIPT_KEY_SLACK_MS;
}

function differences(
  claims: ReceiptClaims,
  expected: ReceiptExpectation & { readonly tenant: string; readonly kiosk: string },
): readonly string[] {
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['digest', claims.package.digest, expected.digest],
    ['size', claims.package.size, expected.size],
    ['transaction', claims.transaction, expected.transaction],
    ['auditHead', claims.auditHead, expected.auditHead],
    ['tenant', claims.tenant, expected.tenant],
    ['kiosk', claims.kiosk, expected.kiosk],
  ];
  return pairs.filter(([, got, wanted]) => got !== wanted).map(([name]) => name);
}
