import { compactVerify, createLocalJWKSet, errors, type JSONWebKeySet } from 'jose';
import { z } from 'zod';
import { auditDigest, auditLink } from '../../signing/audit/chain.ts';
import { verifyExcerpt, type AuditExcerpt } from '../../signing/audit/excerpt.ts';
import { fromUtf8 } from '../../signing/bytes.ts';
import { erasurePaths, parseErasureRecord } from '../../signing/container/erasure-record.ts';
import { PACKAGE_LIMITS, readZip } from '../../signing/container/zip.ts';
import { sha256, type Sha256 } from '../../signing/digest.ts';
import { err, ok, type Result } from '../../signing/result.ts';
import { absent, failed, indeterminate, passed } from '../../signing/verification/checks.ts';
import type { Check } from '../../signing/verification/verification-report.ts';
import { readFacts } from '../../sync/cloud/inspect-package.ts';
import { parseReceiptClaims, RECEIPT_TYPE, type ReceiptClaims } from '../../sync/protocol/receipt.ts';

/** The cloud's word that a package arrived, and the keys that its word is checked with. */
export interface ReceiptInput {
  readonly jws: string;
  readonly keys: JSONWebKeySet;
}

const keySet = z.object({
  keys: z.array(z.looseObject({ kty: z.string(), kid: z.string() }).refine((key) => !('d' in key))).min(1),
});

/** A JWK set of public keys, each with its id; null when it is not one. */
export function parseKeys(text: string): JSONWebKeySet | null {
  try {
    const parsed = keySet.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

export async function readReceipt(input: ReceiptInput): Promise<Result<ReceiptClaims, Check>> {
  const read = await readStatement(input, RECEIPT_TYPE, parseReceiptClaims);
  return read.ok ? read : err(untrusted(read.error));
}

/**
 * A statement of the cloud's, or in words why it is none. Signed by one of the keys, ES256 only: the algorithm is ours to
 * say, not the token's (RFC 8725 3.1).
 */
export async function readStatement<Claims>(
  { jws, keys }: ReceiptInput,
  type: string,
  parse: (value: unknown) => Result<Claims, unknown>,
): Promise<Result<Claims, string>> {
  try {
    const { payload, protectedHeader } = await compactVerify(jws.trim(), createLocalJWKSet(keys), {
      algorithms: ['ES256'],
    });
    if (protectedHeader.typ !== type) return err('it is a statement of another kind');
    const claims = parse(JSON.parse(fromUtf8(payload)));
    return claims.ok ? ok(claims.value) : err('it says something that no statement of its kind says');
  } catch (problem) {
    if (problem instanceof errors.JOSEError) return err('no key given has signed it');
    if (problem instanceof SyntaxError || problem instanceof TypeError) return err('it cannot be read');
    throw problem;
  }
}

/** Genuine, and about exactly this package and the head its trail ends in. */
export async function checkPackageReceipt(bytes: Uint8Array, input: ReceiptInput): Promise<Check> {
  const receipt = await readReceipt(input);
  if (!receipt.ok) return receipt.error;
  const claims = receipt.value;
  const facts = factsOf(bytes);
  if (facts === null) return failed('receipt-unmatched', 'The package cannot be read, so no receipt can be about it.');
  // After an erasure the receipt is still about the package as it arrived; its size is known from nowhere else.
  const original = packageBeforeErasure(bytes);
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['digest', claims.package.digest, original ?? sha256(bytes)],
    ['size', claims.package.size, original === null ? bytes.length : claims.package.size],
    ['tenant', claims.tenant, facts.tenant],
    ['kiosk', claims.kiosk, facts.kiosk],
    ['transaction', claims.transaction, facts.transaction],
    ['audit head', claims.auditHead, facts.audit.head.digest],
  ];
  const other = pairs.filter(([, said, found]) => said !== found).map(([name]) => name);
  const which = original === null ? 'exactly this package' : 'this package, before captures were erased from it,';
  return other.length === 0
    ? passed(`The cloud received ${which} at ${claims.arrivedAt} as number ${claims.sequence}.`)
    : failed('receipt-differs', `The receipt is genuine, but about another package: ${other.join(', ')} differ.`);
}

/** What the first erasure record says the package was; null without one. The record itself is judged with the package. */
function packageBeforeErasure(bytes: Uint8Array): Sha256 | null {
  const zip = readZip(bytes, PACKAGE_LIMITS);
  const first = erasurePaths(1).record;
  const record = zip.ok ? zip.value.entries.find(({ name }) => name === first) : undefined;
  const parsed = record === undefined ? null : parseErasureRecord(record.bytes);
  return parsed?.ok === true ? parsed.value.package : null;
}

/** The chain recomputes; and the cloud has countersigned a head that it went through. */
export async function checkAuditFile(
  excerpt: AuditExcerpt,
  input: ReceiptInput | null,
): Promise<{ readonly audit: Check; readonly receipt: Check }> {
  const verified = verifyExcerpt(excerpt);
  if (!verified.ok) {
    const { code, sequence } = verified.error;
    return {
      audit: failed(`audit-${code}`, `The audit trail was changed: it breaks at entry ${sequence}.`),
      receipt: absent('not-reached', 'The receipt was not reached.'),
    };
  }
  const { entries, head } = verified.value;
  const audit = passed(`The audit trail of ${entries.length} entries is unbroken up to entry ${head.sequence}.`);
  return { audit, receipt: input === null ? UNANCHORED : await anchor(excerpt, input) };
}

const UNANCHORED = indeterminate(
  'audit-unanchored',
  'Nobody vouches for this trail: give the receipt with --receipt and the keys of the cloud with --keys.',
);

async function anchor(excerpt: AuditExcerpt, input: ReceiptInput): Promise<Check> {
  const receipt = await readReceipt(input);
  if (!receipt.ok) return receipt.error;
  const { auditHead, transaction, arrivedAt } = receipt.value;
  if (transaction !== excerpt.transaction) {
    return failed('receipt-differs', 'The receipt is genuine, but about another transaction.');
  }
  const at = sequenceOf(excerpt, auditHead);
  if (at === null) return failed('receipt-differs', 'The head that the cloud countersigned is not in this trail.');
  const later = excerpt.head.sequence - at;
  const rest = later === 0 ? '' : ` The ${later === 1 ? 'entry' : `${later} entries`} after it the cloud has not seen.`;
  return passed(`The cloud countersigned the trail up to entry ${at} at ${arrivedAt}.${rest}`);
}

/** Number of the entry whose digest this is; null when the chain did not go through it. */
function sequenceOf(excerpt: AuditExcerpt, digest: string): number | null {
  let { sequence, digest: at } = excerpt.after;
  for (const item of excerpt.items) {
    sequence += 1;
    at = 'withheld' in item ? auditLink(at, item.withheld) : auditDigest(item.entry);
    if (at === digest) return sequence;
  }
  return null;
}

function untrusted(why: string): Check {
  return failed('receipt-untrusted', `The receipt is not to be trusted: ${why}.`);
}

/** Null for a package in which they cannot be found: such a package has not passed either. */
function factsOf(bytes: Uint8Array): ReturnType<typeof readFacts> {
  try {
    return readFacts(bytes);
  } catch {
    return null;
  }
}
