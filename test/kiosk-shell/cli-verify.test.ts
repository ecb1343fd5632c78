import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runVerify } from '../../kiosk-shell/cli/verify.ts';
import { readPdf } from '../../signing/pdf/read-pdf.ts';
import { sha256, type Sha256 } from '../../signing/digest.ts';
import { eraseCaptures } from '../../signing/sealing/erase-captures.ts';
import type { VerificationReport } from '../../signing/verification/verification-report.ts';
import { readFacts } from '../../sync/cloud/inspect-package.ts';
import { createReceiptSigner, type ReceiptSigner } from '../../sync/cloud/receipts.ts';
import type { ReceiptClaims } from '../../sync/protocol/receipt.ts';
import { makePki, newKeys, scratch, trustPem, type TestPki } from '../support/seal-fixtures.ts';
import { FIRST, packaged, sealed, SECOND } from '../signing/verification/samples.ts';

const work = scratch();
const PROGRAM = path.resolve(import.meta.dirname, '../../kiosk-shell/cli/verify.ts');
let pki: TestPki;
let pdf: string;
let asice: string;
let damaged: string;
let trust: string;
let escrow: string;
beforeAll(async () => {
  pki = makePki('p256');
  const sample = await sealed(pki, [FIRST, SECOND]);
  pdf = work.file('signed.pdf', sample.bytes);
  asice = work.file('package.asice', (await packaged(pki, sample)).bytes);
  damaged = work.file(
    'damaged.pdf',
    Uint8Array.from(sample.bytes, (byte, i) => (i === 900 ? byte ^ 1 : byte)),
  );
  trust = work.file('trust.pem', trustPem(pki));
  escrow = work.file('escrow.key.pem', pki.escrow.privateKey.export({ type: 'pkcs8', format: 'pem' }));
});
afterAll(() => work.end());

/** Certificates of the sample tenant are valid from 2026 to 2036. */
let now = new Date('2026-11-23T09:00:00Z');

async function run(...args: readonly string[]): Promise<{ code: number; out: string; complaints: string }> {
  const [out, complaints] = [new PassThrough(), new PassThrough()];
  const code = await runVerify(args, out, complaints, () => now);
  return { code, out: String(out.read() ?? ''), complaints: String(complaints.read() ?? '') };
}

describe('verify on the command line', () => {
  it('ends with 0 only when all holds', async () => {
    expect((await run(pdf, '--trust', trust)).code).toBe(0);
    expect((await run(asice, '--trust', trust)).code).toBe(0);
    expect((await run(asice, '--trust', trust, '--escrow-key', escrow)).code).toBe(0);
  });

  it('ends with 2 when the certificates ended and nothing proves that it was signed before', async () => {
    now = new Date('2036-06-01T00:00:00Z');
    const { code, out } = await run(pdf, '--trust', trust);
    now = new Date('2026-11-23T09:00:00Z');
    expect(code).toBe(2);
    expect(out).toContain('only the signer says when it was signed');
    expect(out).toContain('INDETERMINATE / OUT_OF_BOUNDS_NO_POE');
  });

  it('ends with 1 for damage and for what is not signed, with 2 when nobody vouches for the signer', async () => {
    expect((await run(damaged, '--trust', trust)).code).toBe(1);
    const unsigned = path.resolve(import.meta.dirname, '../fixtures/pdf/valid/pdfjs-rotation.pdf');
    expect(await run(unsigned, '--trust', trust)).toMatchObject({
      code: 1,
      out: expect.stringContaining('no signature'),
    });
    expect(await run(pdf)).toMatchObject({ code: 2, out: expect.stringContaining('--trust') });
  });

  it('says what is wrong with the call and ends with 64', async () => {
    for (const args of [
      [],
      [pdf, asice],
      [pdf, '--what'],
      [work.file('absent.pdf')],
      [pdf, '--trust', work.file('absent.pem')],
      [pdf, '--trust', pdf],
      [pdf, '--escrow-key', trust],
    ]) {
      const { code, out, complaints } = await run(...args);
      expect([code, out]).toEqual([64, '']);
      expect(complaints.length).toBeGreaterThan(20);
    }
  });

  it('tells each check of each signature in a word and a sentence', async () => {
    const { out } = await run(asice, '--trust', trust, '--escrow-key', escrow);
    for (const field of [FIRST.name, SECOND.name]) expect(out).toContain(`field "${field}": PASSED`);
    for (const label of [
      'Integrity',
      'Certificates',
      'Coverage',
      'Later changes',
      'Binding',
      'Commitment',
      'Opened capture',
    ]) {
      expect(out.match(new RegExp(`^ +${label} +passed +[A-Z].*\\.$`, 'gm'))).toHaveLength(2);
    }
    expect(out).toContain('Verdict: PASSED.');
    expect(out).toContain('PAdES B-B');
  });

  it('names what failed', async () => {
    const { out } = await run(damaged, '--trust', trust);
    expect(out).toMatch(/Verdict: FAILED\. .*digest-mismatch/);
  });

  it('prints one JSON document and nothing else with --json', async () => {
    const { out } = await run(asice, '--json', '--trust', trust);
    const report = JSON.parse(out) as VerificationReport;
    expect(report).toMatchObject({ kind: 'package', verdict: 'passed', indication: 'TOTAL-PASSED', version: 1 });
    expect(report.documents[0]!.signatures).toHaveLength(2);
    expect(JSON.parse((await run(damaged, '--json')).out)).toMatchObject({ kind: 'pdf', verdict: 'failed' });
  });

  it('writes a page for people in either language beside what it prints', async () => {
    const [html, page] = [work.file('report.html'), work.file('report.pdf')];
    const { code, out } = await run(damaged, '--trust', trust, '--html', html, '--pdf', page, '--lang', 'sl');
    expect([code, out.includes('EN 319 102-1: TOTAL-FAILED / HASH_FAILURE')]).toEqual([1, true]);
    expect(readFileSync(html, 'utf8')).toMatch(/<html lang="sl">[\s\S]*Na to datoteko se ne zanašajte/);
    expect(readPdf(readFileSync(page)).pages()).toHaveLength(3);
    expect((await run(pdf, '--json', '--trust', trust, '--html', html)).code).toBe(0);
    expect(readFileSync(html, 'utf8')).toMatch(/<html lang="en">[\s\S]*The signatures hold/);
  });

  it('writes no page over the document, into no folder that is not there, and in no language it does not know', async () => {
    const before = readFileSync(pdf);
    for (const [args, words] of [
      [['--pdf', pdf], 'the file it is about'],
      [['--html', work.file('absent/report.html')], 'cannot be written'],
      [['--lang', 'de'], 'sl, en'],
    ] as const) {
      const { code, complaints } = await run(pdf, '--trust', trust, ...args);
      expect([code, complaints]).toEqual([64, expect.stringContaining(words)]);
    }
    expect(readFileSync(pdf).equals(before)).toBe(true);
  });

  it('lets no name of a file or a field steer the terminal', async () => {
    const odd = work.file('a\u001b[31m\u202e.pdf', 'nothing');
    const { out } = await run(odd);
    expect(out).not.toMatch(/[\u001b\u202e]/);
  });

  it('runs as a program', () => {
    const out = execFileSync(process.execPath, [PROGRAM, pdf, '--json', '--trust', trust]).toString();
    expect(JSON.parse(out)).toMatchObject({ verdict: 'passed' });
    expect(spawnSync(process.execPath, [PROGRAM, damaged]).status).toBe(1);
    expect(spawnSync(process.execPath, [PROGRAM]).status).toBe(64);
  });
});

describe('a receipt and an audit trail on the command line', () => {
  let claims: ReceiptClaims;
  let signer: ReceiptSigner;
  let keys: string;
  let trail: string;
  const receiptOf = async (changes: Partial<ReceiptClaims> = {}, by = signer): Promise<readonly string[]> => [
    '--receipt',
    work.file('receipt.jws', await by.sign({ ...claims, ...changes })),
    '--keys',
    keys,
  ];
  beforeAll(async () => {
    const bytes = readFileSync(asice);
    const facts = readFacts(bytes)!;
    signer = await createReceiptSigner(newKeys('p256').privateKey);
    keys = work.file('cloud.jwks.json', JSON.stringify({ keys: [signer.publicKey] }));
    trail = work.file('audit.json', JSON.stringify(facts.audit, null, 2));
    claims = {
      type: 'countersign.receipt',
      version: 1,
      package: { algorithm: 'sha-256', digest: sha256(bytes), size: bytes.length },
      tenant: facts.tenant,
      kiosk: facts.kiosk,
      transaction: facts.transaction,
      arrivedAt: '2026-11-23T09:00:00.000Z',
      auditHead: facts.audit.head.digest,
      sequence: 7,
    };
  });

  it('holds a receipt against the package it names', async () => {
    const { code, out } = await run(asice, '--trust', trust, ...(await receiptOf()));
    expect(code).toBe(0);
    expect(out).toContain('The cloud received exactly this package at 2026-11-23T09:00:00.000Z as number 7.');
  });

  it('holds a receipt against the package as it was before captures were erased, and against no other', async () => {
    const erased = await eraseCaptures({
      bytes: readFileSync(asice),
      captures: 'all',
      request: { by: 'signatory', reference: 'GDPR-17' },
      legalBasis: 'GDPR Art. 17(1)(b)',
      carriedOutBy: 'maja',
      at: new Date('2027-01-10T10:00:00Z'),
      signer: pki.deviceSigner,
    });
    if (!erased.ok) throw new Error(erased.error);
    const left = work.file('erased.asice', erased.value.bytes);
    const { code, out } = await run(left, '--trust', trust, ...(await receiptOf()));
    expect(code).toBe(0);
    expect(out).toContain('before captures were erased from it');
    const another = { algorithm: 'sha-256', digest: sha256(erased.value.bytes), size: 1 } as const;
    expect((await run(left, '--trust', trust, ...(await receiptOf({ package: another })))).code).toBe(1);
  });

  it.each<[string, Partial<ReceiptClaims>]>([
    ['tenant', { tenant: 'another' }],
    ['kiosk', { kiosk: 'another' }],
    ['transaction', { transaction: 'another' }],
    ['audit head', { auditHead: '0'.repeat(64) as Sha256 }],
    ['digest', { package: { algorithm: 'sha-256', digest: 'a'.repeat(64) as Sha256, size: 1 } }],
  ])('finds a receipt of another %s', async (member, changes) => {
    const { code, out } = await run(asice, '--json', '--trust', trust, ...(await receiptOf(changes)));
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      kind: 'package',
      verdict: 'failed',
      receipt: { code: 'receipt-differs', detail: expect.stringContaining(member) },
    });
  });

  it('trusts no receipt of another key, and none without a package', async () => {
    const other = await createReceiptSigner(newKeys('p256').privateKey);
    const forged = await run(asice, '--trust', trust, ...(await receiptOf({}, other)));
    expect(forged).toMatchObject({ code: 1, out: expect.stringContaining('receipt-untrusted') });
    expect((await run(pdf, '--trust', trust, ...(await receiptOf()))).code).toBe(64);
    expect((await run(asice, '--receipt', pdf)).code).toBe(64);
    expect((await run(asice, '--receipt', pdf, '--keys', trust)).code).toBe(64);
    const secret = work.file('secret.jwks.json', JSON.stringify({ keys: [{ ...signer.publicKey, d: 'AA' }] }));
    expect((await run(asice, '--receipt', pdf, '--keys', secret)).code).toBe(64);
  });

  it('recomputes an audit trail, and says who vouches for it', async () => {
    expect(await run(trail)).toMatchObject({ code: 2, out: expect.stringContaining('is unbroken up to entry') });
    const anchored = await run(trail, ...(await receiptOf()));
    expect(anchored).toMatchObject({
      code: 0,
      out: expect.stringContaining('The cloud countersigned the trail up to'),
    });
    const other = await run(trail, ...(await receiptOf({ auditHead: 'b'.repeat(64) as Sha256 })));
    expect(other).toMatchObject({ code: 1, out: expect.stringContaining('is not in this trail') });
  });

  it('finds one changed letter in an audit trail', async () => {
    const text = readFileSync(trail, 'utf8');
    const time = text.indexOf('"time": "') + '"time": "'.length;
    expect(time).toBeGreaterThan(20);
    const changed = work.file('changed.json', `${text.slice(0, time)}1999${text.slice(time + 4)}`);
    const { code, out } = await run(changed, '--json', ...(await receiptOf()));
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      kind: 'audit',
      audit: { outcome: 'failed' },
      receipt: { outcome: 'absent' },
    });
  });
});
