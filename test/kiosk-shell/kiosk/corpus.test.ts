import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openKioskRuntime } from '../../../kiosk-shell/kiosk/kiosk-runtime.ts';
import type { KioskApi } from '../../../kiosk-shell/kiosk-api/kiosk-api.ts';
import type { Actor } from '../../../kiosk-shell/kiosk-api/staff.ts';
import type { TransactionDetail } from '../../../kiosk-shell/kiosk-api/transaction.ts';
import type { DocumentRefusalCode } from '../../../signing/documents/document.ts';
import { verifyPdf } from '../../../signing/verification/verify-pdf.ts';
import { openKeyring } from '../../../vault/keyring.ts';
import { corpus } from '../../signing/pdf/corpus.ts';
import { pdfsig, qpdfStatus, trustTenant, type OutsideSignature } from '../../support/kiosk-judges.ts';
import {
  copyOf,
  demoFolder,
  kioskConfig,
  must,
  NO_PADS,
  placeByHand,
  signedIn,
  until,
  walkToEnd,
  type DemoFolder,
} from '../../support/kiosk-rig.ts';
import { requireTool } from '../../support/tools.ts';

// A whole kiosk on a machine that does other work too.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

/** Files that a counter refuses, and why; every other one is signed to the end. */
const REFUSED: Readonly<Record<string, DocumentRefusalCode>> = {
  'dss-owner-protected-signing-allowed.pdf': 'encrypted',
  'qpdf-V4-aes-empty-user-password.pdf': 'encrypted',
  'qpdf-aes256-R6-user-view-owner-master.pdf': 'encrypted',
  'pdflib-with_xfa_fields.pdf': 'xfa',
  // Two of its signatures lock each other, whatever the order.
  'dss-fieldmdp-lock-exclude.pdf': 'signing-forbidden',
  'pyhanko-certified-P1.pdf': 'certified-no-changes',
  'pyhanko-minimal-hybrid-xref.pdf': 'hybrid',
};

/** What a counter makes of files that were made to hurt. */
const HOSTILE: Readonly<Record<string, DocumentRefusalCode | 'complete'>> = {
  'dss-byterange-overlap.pdf': 'signatures-damaged',
  // Its own signature has two signers, which a later one neither mends nor harms.
  'dss-double-signerinfo.pdf': 'complete',
  'dss-infinite-loop-xref.pdf': 'damaged',
  'dss-isa-added-page.pdf': 'signatures-damaged',
  'dss-isa-replaced-sigdict.pdf': 'signatures-damaged',
  'dss-not-a-pdf-header.pdf': 'damaged',
  'dss-shadow-hide.pdf': 'signatures-damaged',
  'dss-signed-corrupted.pdf': 'damaged',
  // Scripts are warned of and never run.
  'pdfjs-javascript-doc-actions.pdf': 'complete',
  'pdfjs-jbig2-bomb.pdf': 'damaged',
  'pdfjs-not-really-pdf.pdf': 'damaged',
  'pdfjs-pages-tree-refs.pdf': 'damaged',
  'pdfjs-xref-keyword-missing.pdf': 'damaged',
  'pdflib-invalid-objects.pdf': 'damaged',
  'pyhanko-byterange-gap-too-big.pdf': 'signatures-damaged',
  'pyhanko-byterange-single-range.pdf': 'signatures-damaged',
  'pyhanko-byterange-tail-uncovered.pdf': 'signatures-damaged',
  'pyhanko-circular-page-tree.pdf': 'damaged',
  // Their own signatures are below PAdES, as verification says of them.
  'pyhanko-detached-with-econtent.pdf': 'complete',
  'pyhanko-no-signed-attributes.pdf': 'complete',
  'pyhanko-malformed-encrypt-dict.pdf': 'encrypted',
  'pyhanko-shadow-appearance-clobber.pdf': 'signatures-damaged',
  'qpdf-pages-loop.pdf': 'damaged',
  'qpdf-prev-loop.pdf': 'damaged',
  'qpdf-trailer-recovery-bomb.pdf': 'not-a-pdf',
};

/** Signed, and its small page has no free spot for the boxes that are tried: no box is taken there. */
const FULL = 'pyhanko-signed-twice.pdf';

let folder: DemoFolder;
let fresh: DemoFolder;
let kiosk: KioskApi;
let clerk: Actor;
let manager: Actor;
let scratch: string;
let database: string | null = null;

beforeAll(async () => {
  folder = await demoFolder();
  fresh = copyOf(folder);
  scratch = mkdtempSync(join(tmpdir(), 'countersign-corpus-'));
  // Patient: what is judged here is the outcome, on a machine that does other work too.
  kiosk = await openKioskRuntime(kioskConfig(folder.dataDir), { pads: NO_PADS, intakeTimeoutMs: 120_000 });
  clerk = await signedIn(kiosk, folder.demo, 'clerk');
  manager = await signedIn(kiosk, folder.demo, 'manager');
});
afterAll(async () => {
  await kiosk.close();
  folder.remove();
  fresh.remove();
  rmSync(scratch, { recursive: true });
});

async function signedAtTheCounter(name: string, bytes: Uint8Array): Promise<TransactionDetail | DocumentRefusalCode> {
  const taken = await kiosk.intake([{ name, bytes }], clerk);
  if (!taken.ok) return taken.error.refusal.code;
  const ready = taken.value.state === 'placing' ? await placeByHand(kiosk, taken.value, clerk) : taken.value;
  await walkToEnd(kiosk, ready.id, clerk);
  return until(kiosk, ready.id, ({ packageDigest }) => packageDigest !== null);
}

function trust(): string {
  database ??= trustTenant(folder.dataDir, scratch);
  return database;
}

/** What is said of fields that are signed. */
const byField = (signatures: readonly OutsideSignature[]): Record<string, OutsideSignature['valid']> =>
  Object.fromEntries(signatures.filter(({ signer }) => signer !== '').map(({ field, valid }) => [field, valid]));

describe('documents of other products at the counter', () => {
  const files = [...corpus('valid')];

  it.for(files)('%s is signed and holds outside, or is refused for its reason', async ([name, path], ctx) => {
    requireTool(ctx, 'pdfsig', 'qpdf', 'certutil');
    const original = new Uint8Array(readFileSync(path));
    if (name === FULL) {
      await expect(signedAtTheCounter(name, original)).rejects.toThrow('box-over-content');
      return;
    }
    const outcome = await signedAtTheCounter(name, original);
    if (typeof outcome === 'string' || REFUSED[name] !== undefined) {
      expect(typeof outcome === 'string' ? outcome : 'signed').toBe(REFUSED[name]);
      return;
    }
    expect(outcome.state).toBe('complete');
    const [document] = outcome.documentList;
    if (document === undefined) throw new Error('the document is gone');
    const bytes = (await kiosk.documentBytes(outcome.id, document.id, document.digest)) ?? new Uint8Array();
    expect(Buffer.compare(bytes.subarray(0, original.length), original)).toBe(0);
    const file = join(scratch, name);
    writeFileSync(file, bytes);

    const before = pdfsig(path, trust());
    const after = pdfsig(file, trust());
    const fields = document.placements.map(({ fieldName }) => fieldName);
    const ours = after.filter(({ field }) => fields.includes(field));
    expect(ours).toHaveLength(fields.length);
    for (const signature of ours) {
      expect(signature).toMatchObject({ valid: 'Signature is Valid.', certificate: 'Certificate is Trusted.' });
    }
    expect(after.filter(({ whole }) => whole).map(({ field }) => fields.includes(field))).toEqual([true]);
    expect(byField(after)).toMatchObject(byField(before));
    // Sealing adds nothing to what qpdf says of the original, and may end warnings about linearization.
    expect([0, qpdfStatus(path)]).toContain(qpdfStatus(file));

    const roots = [openKeyring(join(folder.dataDir, 'kiosk', 'keys')).tenantRoot()];
    const report = await verifyPdf(bytes, { name, roots });
    const was = await verifyPdf(original, { name, roots });
    for (const signature of report.signatures) {
      if (fields.includes(signature.fieldName)) {
        expect(signature).toMatchObject({ verdict: 'passed', level: 'B-B', binding: { outcome: 'passed' } });
        continue;
      }
      const earlier = was.signatures.find(({ fieldName }) => fieldName === signature.fieldName);
      expect([signature.integrity.code, signature.verdict]).toEqual([earlier?.integrity.code, earlier?.verdict]);
    }
    const judged = must(await kiosk.verify(outcome.id, manager));
    expect([
      judged.kind,
      judged.audit.outcome,
      judged.container.map((check) => check.outcome).includes('failed'),
    ]).toEqual(['package', 'passed', false]);
  });
});

describe('documents made to hurt, at the counter', () => {
  it('are refused or signed without crash, hang or memory beyond 500 MB', () => {
    const files = [...corpus('hostile').values()];
    const order = JSON.stringify({ dataDir: fresh.dataDir, demo: fresh.demo, files });
    const child = join(import.meta.dirname, '../../support/kiosk-hostile-child.ts');
    const run = spawnSync(process.execPath, [child, order], { encoding: 'utf8' });
    expect([run.status, run.signal, run.stderr]).toEqual([0, null, '']);
    const { met, peakMegabytes } = JSON.parse(run.stdout) as {
      readonly met: Record<string, { readonly outcome: string; readonly seconds: number }>;
      readonly peakMegabytes: number;
    };
    expect(Object.fromEntries(Object.entries(met).map(([name, { outcome }]) => [name, outcome]))).toEqual(HOSTILE);
    expect(Math.max(...Object.values(met).map(({ seconds }) => seconds))).toBeLessThan(10);
    expect(peakMegabytes).toBeLessThan(500);
  });
});
