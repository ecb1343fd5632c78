import { auditBodyDigest, auditLink } from '../audit/chain.ts';
import { parseExcerpt, verifyExcerpt, type AuditExcerpt } from '../audit/excerpt.ts';
import type { PackageHeader } from '../container/package-format.ts';
import type { Sha256 } from '../digest.ts';
import { parseCanonical } from './canonical-form.ts';
import { Fault, passed } from './checks.ts';
import type { Check } from './verification-report.ts';

/**
 * The trail recomputes to the head the package names, and each binding statement was made at a head that the trail
 * went through. @throws Fault
 */
export function checkAudit(bytes: Uint8Array, header: PackageHeader, boundHeads: readonly Sha256[]): Check {
  const excerpt = readExcerpt(bytes);
  if (excerpt.transaction !== header.transaction) {
    throw new Fault('audit-transaction', 'The audit trail is of another transaction.');
  }
  const verified = verifyExcerpt(excerpt);
  if (!verified.ok) {
    const { code, sequence } = verified.error;
    throw new Fault(`audit-${code}`, `The audit trail was changed: it breaks at entry ${sequence}.`);
  }
  if (verified.value.head.digest !== header.auditHead) {
    throw new Fault('audit-head', 'The audit trail does not end where the package says.');
  }
  const heads = headsOf(excerpt);
  if (!boundHeads.every((head) => heads.has(head))) {
    throw new Fault('audit-bound-head', 'A signature was bound to an audit trail that this one does not continue.');
  }
  return passed(`The audit trail of ${verified.value.entries.length} entries is unbroken up to its head.`);
}

function readExcerpt(bytes: Uint8Array): AuditExcerpt {
  const value = parseCanonical(bytes);
  const parsed = parseExcerpt(value);
  if (!parsed.ok) throw new Fault('audit-not-an-excerpt', 'The audit trail cannot be read.');
  return parsed.value;
}

function headsOf(excerpt: AuditExcerpt): ReadonlySet<string> {
  let { digest } = excerpt.after;
  const heads = new Set<string>([digest]);
  for (const item of excerpt.items) {
    digest = auditLink(digest, 'withheld' in item ? item.withheld : auditBodyDigest(item.entry));
    heads.add(digest);
  }
  return heads;
}
