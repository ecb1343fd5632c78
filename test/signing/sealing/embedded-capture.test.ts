import { beforeAll, describe, expect, it } from 'vitest';
import { concat } from '../../../signing/bytes.ts';
import { readZip } from '../../../signing/container/zip.ts';
import { openCaptures } from '../../../signing/escrow/open-captures.ts';
import { captureParts, embeddedCaptures, joinCapture } from '../../../signing/pdf/embedded-captures.ts';
import { array, literal, ref } from '../../../signing/pdf/objects.ts';
import { eraseCaptures } from '../../../signing/sealing/erase-captures.ts';
import { buildPackage } from '../../../signing/sealing/package.ts';
import { verifyPackage } from '../../../signing/verification/verify-package.ts';
import { verifyPdf } from '../../../signing/verification/verify-pdf.ts';
import { makePki, sampleCapture, scratch, type TestPki } from '../../support/seal-fixtures.ts';
import { requireTool } from '../../support/tools.ts';
import { qpdfStatus } from '../../support/kiosk-judges.ts';
import { packageInput, packaged, sealed, type SealedSample } from '../verification/samples.ts';

let pki: TestPki;
let sample: SealedSample;
let container: Uint8Array;
beforeAll(async () => {
  pki = makePki('p256');
  sample = await sealed(pki, undefined, { changes: { embedCapture: true } });
  container = (await packaged(pki, sample)).bytes;
});
const trust = () => ({ name: 'x', roots: [pki.root.certificate], escrowKey: pki.escrow.privateKey });
const checks = (report: { signatures: readonly { commitment: { code: string }; opened: { outcome: string } }[] }) =>
  report.signatures.map(({ commitment, opened }) => [commitment.code, opened.outcome]);

describe('a sealed capture inside the PDF', () => {
  it('is found and opened by the verifier in the PDF alone, in every revision', async () => {
    const report = await verifyPdf(sample.bytes, trust());
    expect(report.verdict).toBe('passed');
    expect(checks(report)).toEqual([
      ['capture-embedded', 'passed'],
      ['capture-embedded', 'passed'],
    ]);
    expect(report.signatures[0]!.laterChanges.level).toBe('signing');
    const found = embeddedCaptures(sample.bytes);
    expect(found.map(({ bytes }) => Buffer.from(bytes))).toEqual(
      sample.seals.map(({ sealedCapture }) => Buffer.from(sealedCapture!)),
    );
  });

  it('is not in the package a second time, and the package verifies', async () => {
    const read = readZip(container);
    if (!read.ok) throw new Error(read.error.code);
    expect(read.value.entries.filter(({ name }) => /captures|002\.(xml|p7s)/.test(name))).toEqual([]);
    const report = await verifyPackage(container, trust());
    expect(report.verdict).toBe('passed');
    expect(report.container.map(({ code }) => code)).toContain('captures-embedded');
    expect(checks(report.documents[0]!)).toEqual([
      ['capture-embedded', 'passed'],
      ['capture-embedded', 'passed'],
    ]);
  });

  it('is opened for an examiner from PDF and package', async () => {
    for (const bytes of [sample.bytes, container]) {
      const opened = await openCaptures(bytes, { key: pki.escrow.privateKey, roots: [pki.root.certificate] });
      if (!opened.ok) throw new Error(opened.error);
      expect(opened.value.captures.map((one) => [one.checks.opened?.outcome, one.checks.h2.outcome])).toEqual([
        ['passed', 'passed'],
        ['passed', 'passed'],
      ]);
    }
  });

  it('cannot be erased, and an erasure says so instead of doing half', async () => {
    const result = await eraseCaptures({
      bytes: container,
      captures: 'all',
      request: { by: 'signatory', reference: '1' },
      legalBasis: 'x',
      carriedOutBy: 'y',
      at: new Date('2027-01-01T00:00:00Z'),
      signer: pki.deviceSigner,
    });
    expect(result).toEqual({ ok: false, error: 'captures-in-document' });
  });

  it('that is another one than the signature commits to fails, in the PDF itself', async () => {
    const hex = Buffer.from(sample.seals[0]!.sealedCapture!).toString('hex').toUpperCase().slice(0, 2000);
    const at = Buffer.from(sample.bytes).indexOf(hex);
    const flipped = Uint8Array.from(sample.bytes, (byte, i) => (i === at + 900 ? (byte === 0x30 ? 0x31 : 0x30) : byte));
    const report = await verifyPdf(flipped, trust());
    expect(report.signatures[0]!.commitment).toMatchObject({ outcome: 'failed', code: 'capture-mismatch' });
    expect(report.signatures[0]!.integrity.outcome).toBe('failed');
  });

  it('in a package that says the capture is beside the document fails', async () => {
    const detached = await sealed(pki);
    const input = packageInput(pki, detached);
    // The list of the one, the document of the other.
    const mixed = await buildPackage({ ...input, documents: packageInput(pki, sample).documents });
    expect((await verifyPackage(mixed.bytes, trust())).verdict).toBe('failed');
  });

  it('leaves a file that qpdf has nothing to say against', (ctx) => {
    requireTool(ctx, 'qpdf');
    const work = scratch();
    expect(qpdfStatus(work.file('signed.pdf', concat(sample.bytes)))).toBe(0);
    work.end();
  });

  it('of a long signature is in strings that PDF/A allows, and is found whole', async () => {
    const long = await sealed(pki, undefined, { changes: { embedCapture: true, capture: sampleCapture(9_000) } });
    const [first, second] = long.seals.map(({ sealedCapture }) => Buffer.from(sealedCapture!));
    const parts = captureParts(first!).items.map((part) => (part as { bytes: Uint8Array }).bytes.length);
    expect(parts.length).toBeGreaterThan(1);
    expect(Math.max(...parts)).toBeLessThanOrEqual(32_767);
    expect(embeddedCaptures(long.bytes).map(({ bytes }) => Buffer.from(bytes))).toEqual([first, second]);
    expect((await verifyPdf(long.bytes, trust())).verdict).toBe('passed');
  });

  it('has one form', () => {
    const full = new Uint8Array(32_767).fill(1);
    const part = (bytes: Uint8Array) => ({ kind: 'string', bytes, hex: true }) as const;
    const one = part(full.subarray(0, 1));
    expect(joinCapture(array([part(full), one]))?.length).toBe(32_768);
    const others = [[], [ref(7)], [literal(full)], [one, part(full)], [part(full), part(full.subarray(0, 0))]];
    for (const items of others) expect(joinCapture(array(items))).toBeNull();
    expect(joinCapture(part(full))).toBeNull();
    expect(joinCapture(ref(7))).toBeNull();
  });

  it('is not there unless it was asked for', async () => {
    const detached = await sealed(pki);
    expect(embeddedCaptures(detached.bytes)).toEqual([]);
    expect(embeddedCaptures(Buffer.from('no PDF with /Capture'))).toEqual([]);
  });
});
