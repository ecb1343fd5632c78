import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../../signing/audit/audit-entry.ts';
import { nextEntry } from '../../../signing/audit/chain.ts';
import { makeExcerpt } from '../../../signing/audit/excerpt.ts';
import { concat } from '../../../signing/bytes.ts';
import { canonicalBytes, canonicalText } from '../../../signing/canonical-json.ts';
import { openEnveloped } from '../../../signing/cms/open-enveloped.ts';
import { encodePem } from '../../../signing/cms/pem.ts';
import { parseAsicManifest } from '../../../signing/container/asic-manifest.ts';
import { PACKAGE_PATHS, parsePackageHeader, type PackageHeader } from '../../../signing/container/package-format.ts';
import { readZip } from '../../../signing/container/zip.ts';
import { writeZip, type ZipEntry } from '../../../signing/container/zip-writer.ts';
import { sha256 } from '../../../signing/digest.ts';
import { buildPackage, type PackageInput } from '../../../signing/sealing/package.ts';
import { sealField } from '../../../signing/sealing/seal-field.ts';
import { verifyPackage } from '../../../signing/verification/verify-package.ts';
import { makePki, samplePdf, scratch, sealInput, trustPem, type SampleField } from '../../support/seal-fixtures.ts';
import { requireTool } from '../../support/tools.ts';

const work = scratch();
afterAll(() => work.end());
const pki = makePki('p256');
const FIRST: SampleField = { name: 'customer', box: [60, 300, 220, 80] };
const SECOND: SampleField = { name: 'clerk', box: [320, 300, 180, 60] };
const entry: AuditEntry = nextEntry(
  null,
  { eventType: 'transaction.completed', transactionId: 'transaction-1' },
  { eventId: 'event-1', time: '2026-11-23T08:09:10.000Z' },
);

async function packageInput(captured: boolean): Promise<PackageInput> {
  const original = await samplePdf({ fields: [FIRST, SECOND] });
  const capture = captured ? {} : { capture: null };
  const first = await sealField(sealInput(pki, original, FIRST, capture));
  if (!first.ok) throw new Error(first.error.code);
  const once = concat(original, first.value.increment);
  const clerk = sealInput(pki, once, SECOND, { capture: null });
  const second = await sealField({ ...clerk, binding: { ...clerk.binding, role: 'clerk' } });
  if (!second.ok) throw new Error(second.error.code);
  const twice = concat(once, second.value.increment);
  const signature = { document: 'document-1', ceremony: 'ceremony-1', signatory: 'signatory-1' };
  return {
    tenant: 'tenant-1',
    branch: 'branch-1',
    kiosk: 'kiosk-1',
    transaction: 'transaction-1',
    transactionName: 'Pogodba o računu',
    completedAt: new Date('2026-11-23T08:10:00.123Z'),
    documents: [
      {
        id: 'document-1',
        name: 'Pogodba.pdf',
        bytes: twice,
        original: sha256(original),
        prepared: sha256(original),
        revisions: [original, once, twice].map((bytes) => ({ digest: sha256(bytes), length: bytes.length })),
      },
    ],
    signatures: [
      {
        ...signature,
        field: 'customer',
        role: 'customer',
        statement: first.value.statement,
        sealedCapture: first.value.sealedCapture,
      },
      { ...signature, field: 'clerk', role: 'clerk', statement: second.value.statement, sealedCapture: null },
    ],
    ceremonyRecords: { identity: [{ kind: 'passport', last: '123' }] },
    recordRecipients: [pki.escrow.certificate],
    audit: makeExcerpt([entry], 'transaction-1'),
    signer: pki.deviceSigner,
    signedAt: new Date('2026-11-23T08:10:01Z'),
  };
}

let input: PackageInput;
let built: Uint8Array;
let entries: ReadonlyMap<string, Uint8Array>;
beforeAll(async () => {
  input = await packageInput(true);
  const result = await buildPackage(input);
  built = result.bytes;
  expect(result.digest).toBe(sha256(built));
  entries = read(built);
});

function read(bytes: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const zip = readZip(bytes);
  if (!zip.ok) throw new Error(zip.error.code);
  expect(zip.value.canonical).toBe(true);
  return new Map(zip.value.entries.map(({ name, bytes: own }) => [name, own]));
}

const openssl = (signature: string, content: string): { status: number | null; text: string } => {
  const run = spawnSync('openssl', [
    ...['cms', '-verify', '-cades', '-binary', '-inform', 'DER', '-in', signature, '-content', content],
    ...['-CAfile', work.file('ca.pem', trustPem(pki)), '-purpose', 'any', '-out', '/dev/null'],
  ]);
  return { status: run.status, text: run.stderr.toString() };
};

describe('a package', () => {
  it('holds what the design says, mimetype first, captures apart', () => {
    expect([...entries.keys()]).toEqual([
      'mimetype',
      'countersign.json',
      'documents/001.pdf',
      'bindings/001.json',
      'bindings/002.json',
      'ceremony.p7m',
      'audit.json',
      'META-INF/ASiCManifest001.xml',
      'META-INF/signature001.p7s',
      'captures/001.p7m',
      'META-INF/ASiCManifest002.xml',
      'META-INF/signature002.p7s',
    ]);
  });

  it('has a header that parses back and names every digest', () => {
    const header = parsePackageHeader(entries.get(PACKAGE_PATHS.header)!);
    if (!header.ok) throw new Error(header.error);
    expect(header.value.documents[0]).toMatchObject({
      path: 'documents/001.pdf',
      digest: sha256(entries.get('documents/001.pdf')!),
      length: entries.get('documents/001.pdf')!.length,
    });
    expect(header.value.signatures.map(({ capture, sealedCapture }) => [capture, sealedCapture])).toEqual([
      ['captures/001.p7m', sha256(entries.get('captures/001.p7m')!)],
      [null, null],
    ]);
    expect(header.value.auditHead).toBe(input.audit.head.digest);
  });

  it('unpacks with unzip, and coreutils recompute every digest of both manifests', (ctx) => {
    requireTool(ctx, 'unzip', 'sha256sum');
    const dir = path.join(work.dir, 'unpacked');
    execFileSync('unzip', ['-q', work.file('package.asice', built), '-d', dir]);
    let checked = 0;
    for (const manifest of [PACKAGE_PATHS.contentManifest, PACKAGE_PATHS.captureManifest]) {
      const parsed = parseAsicManifest(readFileSync(path.join(dir, manifest)));
      if (!parsed.ok) throw new Error(parsed.error);
      for (const { name, digest } of parsed.value.references) {
        expect(
          execFileSync('sha256sum', [path.join(dir, name)])
            .toString()
            .slice(0, 64),
        ).toBe(digest);
        checked += 1;
      }
    }
    // Everything but mimetype, the manifests and their signatures.
    expect(checked).toBe(entries.size - 5);
    rmSync(dir, { recursive: true });
  });

  it('carries two signatures that openssl accepts over their manifests, and only over their own', (ctx) => {
    requireTool(ctx, 'openssl');
    const file = (name: string): string => work.file(path.basename(name), entries.get(name));
    const { contentManifest, contentSignature, captureManifest, captureSignature } = PACKAGE_PATHS;
    for (const [manifest, signature] of [
      [contentManifest, contentSignature],
      [captureManifest, captureSignature],
    ] as const) {
      expect(openssl(file(signature), file(manifest))).toEqual({
        status: 0,
        text: expect.stringContaining('successful'),
      });
    }
    expect(openssl(file(contentSignature), file(captureManifest)).status).not.toBe(0);
  });

  it('opens its records for the tenant, and openssl opens the capture with either escrow key', (ctx) => {
    requireTool(ctx, 'openssl');
    const records = openEnveloped(entries.get(PACKAGE_PATHS.ceremony)!, pki.escrow.privateKey);
    expect(JSON.parse(Buffer.from(records).toString())).toEqual({
      type: 'countersign.ceremony-records',
      version: 1,
      records: input.ceremonyRecords,
    });
    for (const { certificate, privateKey } of [pki.escrow, pki.backup]) {
      const out = work.file('capture.json');
      const run = spawnSync('openssl', [
        ...[
          'cms',
          '-decrypt',
          '-inform',
          'DER',
          '-in',
          work.file('capture.p7m', entries.get('captures/001.p7m')),
          '-out',
          out,
        ],
        ...['-recip', work.file('recipient.pem', encodePem('CERTIFICATE', certificate))],
        ...['-inkey', work.file('recipient.key', privateKey.export({ type: 'pkcs8', format: 'pem' }))],
      ]);
      expect(run.status, run.stderr.toString()).toBe(0);
      expect(JSON.parse(readFileSync(out, 'utf8'))).toMatchObject({ type: 'countersign.sealed-capture' });
    }
  });

  it('still covers every file after the captures are taken out with their manifest and signature', (ctx) => {
    requireTool(ctx, 'openssl');
    const kept: readonly ZipEntry[] = [...entries]
      .filter(([name]) => !/^captures\/|002\./.test(name) || name.startsWith('bindings/'))
      .map(([name, bytes]) => ({ name, bytes }));
    const left = read(writeZip(kept));
    const parsed = parseAsicManifest(left.get(PACKAGE_PATHS.contentManifest)!);
    if (!parsed.ok) throw new Error(parsed.error);
    const covered = parsed.value.references.map(({ name }) => name);
    expect([...left.keys()].filter((name) => name !== 'mimetype' && !name.startsWith('META-INF/'))).toEqual(covered);
    for (const { name, digest } of parsed.value.references) expect(sha256(left.get(name)!)).toBe(digest);
    const file = (name: string): string => work.file(path.basename(name), left.get(name));
    expect(openssl(file(PACKAGE_PATHS.contentSignature), file(PACKAGE_PATHS.contentManifest)).status).toBe(0);
  });

  it('passes our own verifier whole and with the escrow key; without its captures nothing is wrong, but unexplained', async () => {
    const options = { name: 'package.asice', roots: [pki.root.certificate] };
    const whole = await verifyPackage(built, { ...options, escrowKey: pki.escrow.privateKey });
    expect([whole.verdict, whole.documents[0]?.signatures[0]?.opened.outcome]).toEqual(['passed', 'passed']);
    const kept = [...entries].filter(([name]) => !name.startsWith('captures/') && !/META-INF\/.*002\./.test(name));
    const erased = await verifyPackage(writeZip(kept.map(([name, bytes]) => ({ name, bytes }))), options);
    expect(erased.container.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
    expect(erased.documents[0]?.signatures[0]?.integrity.outcome).toBe('passed');
    expect(erased.verdict).toBe('indeterminate');
  });

  it('has no second manifest when nobody consented to a capture', async () => {
    const { bytes } = await buildPackage(await packageInput(false));
    const names = [...read(bytes).keys()];
    expect(names).not.toContain(PACKAGE_PATHS.captureManifest);
    expect(names.some((name) => name.startsWith('captures/'))).toBe(false);
    const header = parsePackageHeader(read(bytes).get(PACKAGE_PATHS.header)!);
    expect(header.ok && header.value.signatures.every(({ capture }) => capture === null)).toBe(true);
  });

  it('is not built when the last revision is not the document', async () => {
    const [document] = input.documents;
    const wrong = { ...document!, revisions: document!.revisions.slice(0, 2) };
    await expect(buildPackage({ ...input, documents: [wrong] })).rejects.toThrow(RangeError);
  });
});

describe('a package header', () => {
  const header = (): PackageHeader => {
    const parsed = parsePackageHeader(entries.get(PACKAGE_PATHS.header)!);
    if (!parsed.ok) throw new Error(parsed.error);
    return parsed.value;
  };
  const problemOf = (value: object): string => {
    const parsed = parsePackageHeader(canonicalBytes(value));
    return parsed.ok ? 'parsed' : parsed.error;
  };

  it('is refused when it is not JSON, not canonical, of another shape or contradicts itself', () => {
    const good = header();
    expect(problemOf(good)).toBe('parsed');
    expect(parsePackageHeader(Buffer.from('{'))).toEqual({ ok: false, error: 'not-json' });
    expect(parsePackageHeader(Buffer.from(JSON.stringify(good, null, 1)))).toEqual({
      ok: false,
      error: 'not-canonical',
    });
    const half = Buffer.from(canonicalText(good).replace(/"branch":"[^"]*"/, '"branch":"\\ud800"'));
    expect(parsePackageHeader(half)).toEqual({ ok: false, error: 'not-canonical' });
    expect(problemOf({ ...good, more: 1 })).toBe('wrong-shape');
    expect(problemOf({ ...good, version: 2 })).toBe('wrong-shape');
    expect(problemOf({ ...good, documents: [] })).toBe('wrong-shape');
    const [document] = good.documents;
    const [signature] = good.signatures;
    expect(problemOf({ ...good, documents: [{ ...document!, path: '../001.pdf' }] })).toBe('wrong-shape');
    expect(problemOf({ ...good, documents: [{ ...document!, prepared: document!.digest }] })).toBe('inconsistent');
    expect(problemOf({ ...good, documents: [{ ...document!, length: 1 }] })).toBe('inconsistent');
    expect(problemOf({ ...good, signatures: [{ ...signature!, document: 'x' }] })).toBe('inconsistent');
    expect(problemOf({ ...good, signatures: [{ ...signature!, sealedCapture: null }] })).toBe('inconsistent');
    expect(problemOf({ ...good, signatures: [signature, signature] })).toBe('inconsistent');
  });
});
