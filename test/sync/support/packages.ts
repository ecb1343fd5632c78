import { auditDigest, nextEntry, type ChainHead } from '../../../signing/audit/chain.ts';
import { makeExcerpt, type AuditExcerpt } from '../../../signing/audit/excerpt.ts';
import type { AuditEntry } from '../../../signing/audit/audit-entry.ts';
import { fromUtf8, toBase64, utf8 } from '../../../signing/bytes.ts';
import { canonicalBytes } from '../../../signing/canonical-json.ts';
import { sha256, type Sha256 } from '../../../signing/digest.ts';
import type { VerificationReport } from '../../../signing/verification/verification-report.ts';
import type { PackageFacts, VerifyPackage } from '../../../sync/cloud/package-verdict.ts';

/** A stand-in for a package: what sync moves is bytes with facts in them. The real container is tested elsewhere. */
export interface TestPackage {
  readonly bytes: Uint8Array;
  readonly digest: Sha256;
  readonly transaction: string;
  readonly auditHead: Sha256;
}

interface Contents extends Omit<PackageFacts, 'sealedBy'> {
  readonly sealedBy: string;
  readonly verdict: string;
  readonly padding: string;
}

/** One kiosk's audit chain growing as packages are made. */
export function packageMaker(kiosk: { tenant: string; branch: string; id: string; sealCertificate: Uint8Array }) {
  const entries: AuditEntry[] = [];
  let head: ChainHead | null = null;
  const append = (transactionId: string | null): void => {
    const stamp = { eventId: `event-${entries.length}`, time: '2026-11-23T08:00:00.000Z' };
    const entry = nextEntry(head, { eventType: 'document.received', transactionId }, stamp);
    entries.push(entry);
    head = { sequence: entry.sequence, digest: auditDigest(entry) };
  };
  return {
    append,
    excerpt: (transaction: string): AuditExcerpt => makeExcerpt(entries, transaction),
    make(
      transaction: string,
      options: Partial<{ size: number; verdict: string; facts: Partial<Contents> }> = {},
    ): TestPackage {
      append(transaction);
      append(transaction);
      return encodePackage({
        tenant: kiosk.tenant,
        branch: kiosk.branch,
        kiosk: kiosk.id,
        transaction,
        transactionName: `Pogodba ${transaction}`,
        completedAt: '2026-11-23T08:00:00.000Z',
        audit: makeExcerpt(entries, transaction),
        sealedBy: toBase64(kiosk.sealCertificate),
        verdict: options.verdict ?? 'passed',
        captures: [],
        erasures: [],
        padding: 'x'.repeat(options.size ?? 0),
        ...options.facts,
      });
    },
  };
}

export function encodePackage(contents: Contents): TestPackage {
  const bytes = canonicalBytes(contents);
  return {
    bytes,
    digest: sha256(bytes),
    transaction: contents.transaction,
    auditHead: contents.audit.head.digest,
  };
}

/** Reads the stand-in; its `verdict` says which check of the report fails. */
export const verifyTestPackage: VerifyPackage = (bytes) => {
  let contents: Contents;
  try {
    contents = JSON.parse(fromUtf8(bytes)) as Contents;
  } catch {
    return Promise.resolve({ report: reportWith('container-content-damaged'), facts: null });
  }
  const { verdict, sealedBy, ...facts } = contents;
  return Promise.resolve({
    report: reportWith(verdict),
    facts: { ...facts, sealedBy: new Uint8Array(Buffer.from(sealedBy, 'base64')) },
  });
};

const passed = { outcome: 'passed', code: 'ok', detail: '' } as const;

export function reportWith(verdict: string): VerificationReport {
  const check = (code: string) =>
    verdict === code ? ({ outcome: 'failed', code, detail: 'made to fail' } as const) : passed;
  return {
    kind: 'package',
    verdict: verdict === 'passed' ? 'passed' : 'failed',
    documents: [
      {
        name: 'documents/001.pdf',
        digest: sha256(utf8('document')),
        structure: passed,
        verdict: verdict === 'passed' ? 'passed' : 'failed',
        signatures: [
          {
            fieldName: 'customer',
            kind: 'signature',
            signerName: null,
            claimedTime: null,
            revision: 1,
            integrity: check('integrity'),
            chain: check('chain'),
            revocation: { outcome: 'absent', code: 'revocation-not-asked', detail: '' },
            timestamp: { outcome: 'absent', code: 'no-timestamp', detail: '', time: null },
            coverage: { ...check('coverage'), covers: 'whole-file' },
            laterChanges: { ...check('later-changes'), level: 'none' },
            binding: check('binding'),
            commitment: check('commitment'),
            opened: { outcome: 'absent', code: 'no-key', detail: '' },
            level: 'B-B',
            verdict: 'passed',
          },
        ],
      },
    ],
    container: [check('container-content-damaged'), check('signature-value'), check('capture-mismatch')],
    audit: check('audit'),
  };
}
