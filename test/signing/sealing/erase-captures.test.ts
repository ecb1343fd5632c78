import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalBytes } from '../../../signing/canonical-json.ts';
import { parseAsicManifest } from '../../../signing/container/asic-manifest.ts';
import type { ErasureRecord } from '../../../signing/container/erasure-record.ts';
import { readZip } from '../../../signing/container/zip.ts';
import { writeZip, type ZipEntry } from '../../../signing/container/zip-writer.ts';
import { sha256, type Sha256 } from '../../../signing/digest.ts';
import { coveringManifest } from '../../../signing/sealing/covering-manifest.ts';
import { eraseCaptures, type ErasedPackage, type ErasureInput } from '../../../signing/sealing/erase-captures.ts';
import { verifyPackage } from '../../../signing/verification/verify-package.ts';
import type { VerificationReport } from '../../../signing/verification/verification-report.ts';
import { makePki, scratch, trustPem, type TestPki } from '../../support/seal-fixtures.ts';
import { requireTool } from '../../support/tools.ts';
import { packaged, sealed, type SealedSample } from '../verification/samples.ts';

const work = scratch();
afterAll(() => work.end());
let pki: TestPki;
let sample: SealedSample;
let before: Uint8Array;
let digests: readonly Sha256[];
beforeAll(async () => {
  pki = makePki('p256');
  sample = await sealed(pki);
  before = (await packaged(pki, sample)).bytes;
  digests = sample.seals.map(({ sealedCaptureDigest }) => sealedCaptureDigest!);
});

async function erase(changes: Partial<ErasureInput> = {}) {
  return eraseCaptures({
    bytes: before,
    captures: 'all',
    request: { by: 'signatory', reference: 'GDPR-2026-17' },
    legalBasis: 'GDPR Art. 17(1)(b)',
    carriedOutBy: 'staff-maja',
    at: new Date('2027-01-10T10:00:00Z'),
    signer: pki.deviceSigner,
    ...changes,
  });
}
async function erased(changes: Partial<ErasureInput> = {}): Promise<ErasedPackage> {
  const result = await erase(changes);
  if (!result.ok) throw new Error(result.error);
  return result.value;
}
function entriesOf(bytes: Uint8Array): readonly ZipEntry[] {
  const read = readZip(bytes);
  if (!read.ok) throw new Error(read.error.code);
  return read.value.entries;
}
const named = (bytes: Uint8Array, name: string): Uint8Array =>
  entriesOf(bytes).find((entry) => entry.name === name)?.bytes ?? new Uint8Array();
async function judge(bytes: Uint8Array): Promise<VerificationReport> {
  return verifyPackage(bytes, { name: 'x', roots: [pki.root.certificate], escrowKey: pki.escrow.privateKey });
}
const codes = ({ container }: VerificationReport, outcome: string): readonly string[] =>
  container.filter((check) => check.outcome === outcome).map(({ code }) => code);

describe('a package whose captures were erased', () => {
  it('verifies whole, and says that they were erased and that the record is there', async () => {
    const { bytes, record } = await erased();
    const report = await judge(bytes);
    expect(report.verdict).toBe('passed');
    expect(codes(report, 'passed').filter((code) => code === 'captures-erased')).toHaveLength(2);
    expect(report.documents[0]!.signatures.map(({ commitment, opened }) => [commitment.code, opened.code])).toEqual([
      ['capture-erased', 'capture-erased'],
      ['capture-erased', 'capture-erased'],
    ]);
    expect(record).toMatchObject({
      package: sha256(before),
      erasedAt: '2027-01-10T10:00:00.000Z',
      captures: digests.map((sealedCapture) => ({ sealedCapture })),
    });
  });

  it('has nothing of them left, and everything else byte for byte', async () => {
    const { bytes } = await erased();
    const names = entriesOf(bytes).map(({ name }) => name);
    expect(names.filter((name) => /captures|002/.test(name) && name !== 'bindings/002.json')).toEqual([]);
    for (const { sealedCapture } of sample.seals) {
      expect(Buffer.from(bytes).includes(Buffer.from(sealedCapture!.subarray(200, 400)))).toBe(false);
    }
    for (const { name, bytes: own } of entriesOf(before)) {
      if (names.includes(name)) expect(named(bytes, name)).toEqual(own);
    }
  });

  it('is accepted by OpenSSL and sha256sum, manifest for manifest', async (ctx) => {
    requireTool(ctx, 'openssl', 'sha256sum');
    const { bytes } = await erased({ captures: [digests[0]!] });
    for (const { name, bytes: own } of entriesOf(bytes)) {
      mkdirSync(path.dirname(path.join(work.dir, name)), { recursive: true });
      writeFileSync(path.join(work.dir, name), own);
    }
    const files: string[] = [];
    for (const number of ['001', '002', '003']) {
      const manifest = path.join(work.dir, `META-INF/ASiCManifest${number}.xml`);
      const signature = path.join(work.dir, `META-INF/signature${number}.p7s`);
      const run = spawnSync('openssl', [
        ...['cms', '-verify', '-cades', '-binary', '-inform', 'DER', '-in', signature, '-content', manifest],
        ...['-CAfile', work.file('ca.pem', trustPem(pki)), '-purpose', 'any', '-out', '/dev/null'],
      ]);
      expect([number, run.status, run.stderr.toString()]).toEqual([
        number,
        0,
        expect.stringContaining('Verification successful'),
      ]);
      const parsed = parseAsicManifest(named(bytes, `META-INF/ASiCManifest${number}.xml`));
      if (!parsed.ok) throw new Error(parsed.error);
      for (const { name, digest } of parsed.value.references) {
        expect(
          execFileSync('sha256sum', [path.join(work.dir, name)])
            .toString()
            .slice(0, 64),
        ).toBe(digest);
        files.push(name);
      }
    }
    const data = entriesOf(bytes).flatMap(({ name }) => (/^(mimetype$|META-INF\/)/.test(name) ? [] : [name]));
    expect(files.toSorted()).toEqual(data.toSorted());
  });

  it('keeps the capture of somebody else, which still opens; and that one can be erased later', async () => {
    const first = await erased({ captures: [digests[0]!] });
    const report = await judge(first.bytes);
    expect(report.verdict).toBe('passed');
    expect(report.documents[0]!.signatures.map(({ opened }) => [opened.outcome, opened.code])).toEqual([
      ['absent', 'capture-erased'],
      ['passed', 'ok'],
    ]);
    const second = await erased({ bytes: first.bytes, at: new Date('2027-02-01T00:00:00Z') });
    expect(second.record).toMatchObject({ package: first.digest, captures: [{ sealedCapture: digests[1] }] });
    expect((await judge(second.bytes)).verdict).toBe('passed');
    expect(await erase({ bytes: second.bytes })).toEqual({ ok: false, error: 'nothing-to-erase' });
    expect(await erase({ bytes: second.bytes, captures: [digests[0]!] })).toEqual({
      ok: false,
      error: 'no-such-capture',
    });
  });
});

describe('an erasure that does not hold', () => {
  const without = (bytes: Uint8Array, ...names: readonly string[]): Uint8Array =>
    writeZip(entriesOf(bytes).filter(({ name }) => !names.includes(name)));
  const RECORD = 'erasures/001.json';
  const THIRD = ['META-INF/ASiCManifest003.xml', 'META-INF/signature003.p7s'] as const;
  /** Signed as it should be, but with another record. */
  async function withRecord(change: (record: ErasureRecord) => object): Promise<Uint8Array> {
    const { bytes, record } = await erased({ captures: [digests[0]!] });
    const own = canonicalBytes(change(record));
    const reference = { name: RECORD, mimeType: 'application/json', digest: sha256(own) };
    const by = { signer: pki.deviceSigner, signedAt: new Date('2027-01-10T10:00:00Z') };
    return writeZip([
      ...entriesOf(without(bytes, RECORD, ...THIRD)),
      { name: RECORD, bytes: own },
      ...(await coveringManifest([reference], { manifest: THIRD[0], signature: THIRD[1] }, by)),
    ]);
  }

  it('is indeterminate without its record when all captures are gone, and failed when one is', async () => {
    const all = await judge(without((await erased()).bytes, RECORD, ...THIRD));
    expect([all.verdict, codes(all, 'indeterminate')]).toEqual(['indeterminate', ['captures-missing']]);
    const { bytes } = await erased({ captures: [digests[0]!] });
    const one = await judge(without(bytes, RECORD, ...THIRD));
    expect([one.verdict, codes(one, 'failed')]).toEqual(['failed', ['file-missing', 'capture-mismatch']]);
  });

  it('fails when nobody signed the record, or somebody who is not of the tenant', async () => {
    const { bytes } = await erased();
    expect(codes(await judge(without(bytes, ...THIRD)), 'failed')).toContain('erasure-record');
    const stranger = makePki('p256');
    const foreign = await judge((await erased({ signer: stranger.deviceSigner })).bytes);
    expect(foreign.verdict).not.toBe('passed');
  });

  it.each([
    ['about another transaction', (record: ErasureRecord) => ({ ...record, transaction: 'transaction-2' })],
    ['about another tenant', (record: ErasureRecord) => ({ ...record, tenant: 'tenant-2' })],
    ['older than the package', (record: ErasureRecord) => ({ ...record, erasedAt: '2026-11-23T08:19:59.999Z' })],
    [
      'naming a capture by another digest',
      (record: ErasureRecord) => ({
        ...record,
        captures: record.captures.map((one) => ({ ...one, sealedCapture: digests[1] })),
      }),
    ],
    [
      'naming a capture that is still there',
      (record: ErasureRecord) => ({
        ...record,
        captures: [...record.captures, { path: 'captures/002.p7m', sealedCapture: digests[1] }],
      }),
    ],
    [
      'naming a capture twice',
      (record: ErasureRecord) => ({
        ...record,
        captures: [...record.captures, ...record.captures],
      }),
    ],
    ['of a kind that is not known', (record: ErasureRecord) => ({ ...record, version: 2 })],
    ['with more in it', (record: ErasureRecord) => ({ ...record, note: 'x' })],
  ])('fails with a record %s', async (_what, change) => {
    const report = await judge(await withRecord(change));
    expect(report.verdict).toBe('failed');
    expect(codes(report, 'failed')).toContain('erasure-record');
  });

  it('passes with the same record signed the same way', async () => {
    expect((await judge(await withRecord((record) => record))).verdict).toBe('passed');
  });

  it('shows a bit flipped anywhere in the record, its manifest and its signature', async () => {
    const { bytes } = await erased({ captures: [digests[0]!] });
    const whole = Buffer.from(bytes);
    for (const name of [RECORD, ...THIRD]) {
      const own = Buffer.from(named(bytes, name));
      const start = whole.indexOf(own);
      for (let at = 0; at < own.length; at += Math.ceil(own.length / 15)) {
        const flipped = Buffer.from(whole);
        flipped[start + at]! ^= 1 << (at % 8);
        expect([name, at, (await judge(flipped)).verdict]).not.toEqual([name, at, 'passed']);
      }
    }
  });

  it('fails when an erased capture is put back', async () => {
    const { bytes } = await erased();
    const back = entriesOf(before).filter(({ name }) => /captures|META-INF.*002/.test(name));
    const report = await judge(writeZip([...entriesOf(bytes), ...back]));
    expect(codes(report, 'failed')).toContain('erasure-record');
  });

  it('is refused before anything is made of it', async () => {
    expect(await erase({ captures: [sha256(new Uint8Array())] })).toEqual({ ok: false, error: 'no-such-capture' });
    expect(await erase({ legalBasis: ' ' })).toEqual({ ok: false, error: 'request-incomplete' });
    expect(await erase({ bytes: before.subarray(1) })).toEqual({ ok: false, error: 'package-unreadable' });
    const own = await sealed(pki, undefined, { changes: { capture: null } });
    const pictures = (await packaged(pki, own)).bytes;
    expect(await erase({ bytes: pictures })).toEqual({ ok: false, error: 'nothing-to-erase' });
  });
});
