import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { concat } from '../../../signing/bytes.ts';
import { addValidationData } from '../../../signing/evidence/validation-data.ts';
import { prepareTimestamp, completeTimestamp } from '../../../signing/evidence/document-timestamp.ts';
import type { Placement } from '../../../signing/documents/placement.ts';
import { prepareDocument } from '../../../signing/documents/prepare.ts';
import type { PlacementId } from '../../../signing/ids.ts';
import type { VerifyOptions } from '../../../signing/verification/verify-pdf.ts';
import { inspectPdf } from '../../../signing/verification/verify-pdf.ts';
import type { DocumentReport } from '../../../signing/verification/verification-report.ts';
import { makeAuthorities, type Authorities, type StampKey } from '../../support/authorities.ts';
import { makePki, scratch, trustDatabase, type SampleField, type TestPki } from '../../support/seal-fixtures.ts';
import { pdfaFaults, PREFLIGHT, preflightFaults } from '../../support/pdfa-judges.ts';
import { stamped, withValidationData } from '../../support/raise.ts';
import { requireTool } from '../../support/tools.ts';
import { corpusBytes } from '../pdf/corpus.ts';
import { certificatesIn, FIRST, fixture, SECOND, sealed, sealOne } from '../verification/samples.ts';

const work = scratch();
afterAll(() => work.end());
const FIELDS: readonly SampleField[] = [
  FIRST,
  SECOND,
  { name: 'third', box: [60, 180, 180, 60] },
  { name: 'fourth', box: [320, 180, 180, 60] },
];

const PLACEMENT: Placement = {
  id: 'sign' as PlacementId,
  kind: 'signature',
  role: 'customer',
  order: 1,
  label: 'Podpis',
  required: true,
  page: 0,
  box: { x: 60, y: 40, width: 180, height: 60 },
  fieldName: 'sign',
  source: 'placed',
};

let made = 0;
function authoritiesOf(pki: TestPki, stamps: Partial<StampKey> = {}): Authorities {
  made += 1;
  const dir = path.join(work.dir, `authorities-${String(made)}`);
  mkdirSync(dir);
  return makeAuthorities(pki, dir, stamps);
}

function judge(bytes: Uint8Array, pki: TestPki, options: Partial<VerifyOptions> = {}): DocumentReport {
  return inspectPdf(bytes, { name: 'document', roots: [pki.root.certificate], ...options }).report;
}

const levelsOf = (report: DocumentReport): readonly string[] =>
  report.signatures.filter(({ kind }) => kind === 'signature').map(({ level }) => level);

describe('raising the level of a sealed document, step by step', () => {
  const pki = makePki('p256');
  const roots = [pki.root.certificate];
  let raised: Promise<readonly Uint8Array[]> | null = null;
  /** Sealed, stamped, with validation data, archived. */
  const steps = (): Promise<readonly Uint8Array[]> => (raised ??= raise());
  const raise = async (): Promise<readonly Uint8Array[]> => {
    const authorities = authoritiesOf(pki);
    const { bytes: sealedBytes } = await sealed(pki, FIELDS);
    const { bytes: withTime } = await stamped(sealedBytes, authorities);
    const withData = await withValidationData(withTime, authorities, roots);
    const { bytes: archived } = await stamped(withData, authorities);
    return [sealedBytes, withTime, withData, archived];
  };

  it('reaches B-T, B-LT and B-LTA for all four signatures, and every step passes', async (ctx) => {
    requireTool(ctx, 'openssl');
    const all = await steps();
    const reports = all.map((bytes) => judge(bytes, pki));
    expect(reports.map(levelsOf)).toEqual(['B-B', 'B-T', 'B-LT', 'B-LTA'].map((level) => [level, level, level, level]));
    expect(reports.map(({ verdict }) => verdict)).toEqual(['passed', 'passed', 'passed', 'passed']);
    expect(reports[3]!.signatures[0]!.revocation).toMatchObject({ outcome: 'passed', code: 'ok' });
    expect(reports[1]!.signatures[0]!.revocation).toMatchObject({ outcome: 'absent', code: 'revocation-no-data' });
    expect(judge(all[1]!, pki, { revocation: 'required' }).verdict).toBe('indeterminate');
    expect(judge(all[3]!, pki, { revocation: 'required' }).signatures[0]!.verdict).toBe('passed');
  });

  it('never touches an earlier byte, and others read the result', async (ctx) => {
    requireTool(ctx, 'openssl', 'qpdf', 'pdfsig', 'certutil');
    const all = await steps();
    for (const [index, bytes] of all.entries()) {
      const before = all[index - 1];
      if (before !== undefined) expect(Buffer.compare(bytes.subarray(0, before.length), before)).toBe(0);
      const file = work.file(`step-${String(index)}.pdf`, bytes);
      expect(spawnSync('qpdf', ['--check', file]).status).toBe(0);
    }
    const dir = path.join(work.dir, 'trust');
    mkdirSync(dir);
    const said = execFileSync('pdfsig', ['-nssdir', trustDatabase(dir, pki), work.file('step-3.pdf')]).toString();
    expect(said.match(/Signature Validation: Signature is Valid\./g)).toHaveLength(4);
    expect(said.match(/Certificate Validation: Certificate is Trusted\./g)).toHaveLength(4);
  });

  it('names each VRI entry by the SHA-1 of the whole decoded Contents', async (ctx) => {
    requireTool(ctx, 'openssl');
    const all = await steps();
    const text = Buffer.from(all[3]!).toString('latin1');
    const contents = [...text.matchAll(/\/Contents <([0-9a-f]+)>/g)].map(([, hex = '']) => Buffer.from(hex, 'hex'));
    expect(contents).toHaveLength(6);
    const keys = contents.map((bytes) => createHash('sha1').update(bytes).digest('hex').toUpperCase());
    for (const key of keys.slice(0, 5)) expect(text).toContain(`/${key} `);
  });

  it('proves nothing to whom the authority is a stranger', async (ctx) => {
    requireTool(ctx, 'openssl');
    const all = await steps();
    const report = judge(all[3]!, pki, { roots: [makePki('p256').root.certificate] });
    expect(levelsOf(report)).toEqual(['B-B', 'B-B', 'B-B', 'B-B']);
    expect(report.signatures[0]!.timestamp.code).toBe('timestamp-untrusted');
    expect(report.verdict).toBe('failed');
  });

  it('refuses a token that was copied from another document', async (ctx) => {
    requireTool(ctx, 'openssl');
    const all = await steps();
    const other = await stamped((await sealed(pki, [FIRST])).bytes, authoritiesOf(pki));
    const prepared = prepareTimestamp(all[0]!);
    if (!prepared.ok) throw new Error(prepared.error.detail);
    const increment = completeTimestamp(prepared.value, other.token);
    if (!increment.ok) throw new Error(increment.error.detail);
    const report = judge(concat(all[0]!, increment.value), pki);
    expect(report.signatures.at(-1)!.integrity.code).toBe('timestamp-imprint');
    expect(report.verdict).toBe('failed');
    expect(levelsOf(report)).toEqual(['B-B', 'B-B', 'B-B', 'B-B']);
  });

  it('writes nothing a second time that the DSS holds already', async (ctx) => {
    requireTool(ctx, 'openssl');
    const all = await steps();
    const material = { certificates: [pki.root.certificate, pki.issuing.certificate], ocsps: [], crls: [] };
    const increment = addValidationData(all[3]!, material);
    if (!increment.ok) throw new Error(increment.error.detail);
    expect(Buffer.from(increment.value).toString('latin1')).not.toContain('stream');
  });
});

describe('evidence on documents of others, certified against changes', () => {
  const pki = makePki('rsa');

  it.for([
    ['P=1', 'pdf/valid/pyhanko-certified-P1.pdf'],
    ['P=3', 'lgpl/pdf/valid/dss-certified-P3-plus-empty-field.pdf'],
  ])('is permitted with %s', async ([, file = ''], ctx) => {
    requireTool(ctx, 'openssl');
    const before = fixture(file);
    const roots = [pki.root.certificate, ...certificatesIn(before)];
    const authorities = authoritiesOf(pki);
    const { bytes: withTime } = await stamped(before, authorities);
    const { bytes } = await stamped(await withValidationData(withTime, authorities, roots), authorities);
    const { signatures } = inspectPdf(bytes, { name: file, roots }).report;
    expect(signatures.map(({ laterChanges }) => laterChanges.outcome)).toEqual(['passed', 'passed', 'passed']);
    expect(signatures.map(({ integrity }) => integrity.outcome)).toEqual(['passed', 'passed', 'passed']);
    expect(signatures.map(({ laterChanges }) => laterChanges.level)).toEqual(['long-term', 'long-term', 'none']);
  });

  it('is permitted with P=2 and RSA-3072, and raises the certification', async (ctx) => {
    requireTool(ctx, 'openssl');
    const roots = [pki.root.certificate];
    const authorities = authoritiesOf(pki);
    const { bytes: certified } = await sealed(pki, [FIRST], { changes: { certify: 2 } });
    expect(Buffer.from(certified).toString('latin1')).toContain('/DocMDP');
    const withData = await withValidationData((await stamped(certified, authorities)).bytes, authorities, roots);
    const report = judge((await stamped(withData, authorities)).bytes, pki);
    expect(report.verdict).toBe('passed');
    expect(levelsOf(report)).toEqual(['B-LTA']);
  });
});

describe('evidence on PDF/A', () => {
  it('leaves 1b what it is, as PDFBox Preflight judges', { timeout: 120_000 }, async (ctx) => {
    requireTool(ctx, 'openssl', 'qpdf', ...PREFLIGHT);
    const pki = makePki('p256');
    const original = corpusBytes('valid', 'dss-not_signed_pdfa.pdf');
    const authorities = authoritiesOf(pki);
    const prepared = await prepareDocument(original, [PLACEMENT]);
    if (!prepared.ok) throw new Error(prepared.error.detail);
    const empty = concat(original, prepared.value.increment);
    const { bytes: signed } = await sealOne(pki, empty, { name: 'sign', box: [60, 40, 180, 60] });
    const withTime = (await stamped(signed, authorities)).bytes;
    const withData = await withValidationData(withTime, authorities, [pki.root.certificate]);
    const raised = (await stamped(withData, authorities)).bytes;
    expect(levelsOf(judge(raised, pki))).toEqual(['B-LTA']);
    expect(pdfaFaults(original, raised)).toEqual([]);
    expect(preflightFaults(raised)).toEqual([]);
  });
});

describe('revocation at the proved time', () => {
  const before = new Date('2026-06-01T00:00:00Z');

  it('fails a signature whose certificate was revoked before the proved time', async (ctx) => {
    requireTool(ctx, 'openssl');
    const pki = makePki('p256');
    const authorities = authoritiesOf(pki);
    const { bytes } = await stamped((await sealed(pki, [FIRST])).bytes, authorities);
    authorities.revoke(pki.seal.certificate, before);
    const [signature] = judge(await withValidationData(bytes, authorities, [pki.root.certificate]), pki).signatures;
    expect(signature!.revocation).toMatchObject({ outcome: 'failed', code: 'certificate-revoked' });
    expect(signature!.verdict).toBe('failed');
    expect(signature!.level).toBe('B-T');
  });

  it('takes no time from an authority whose key was compromised later, unless another proved it before', async (ctx) => {
    requireTool(ctx, 'openssl');
    const pki = makePki('p256');
    const [authorities, others] = [authoritiesOf(pki), authoritiesOf(pki, { serial: 0x72 })];
    const { bytes } = await stamped((await sealed(pki, [FIRST])).bytes, authorities);
    authorities.revoke(authorities.tsa.certificate, new Date('2035-01-01T00:00:00Z'));
    const data = await withValidationData(bytes, authorities, [pki.root.certificate]);
    const [alone] = judge(data, pki).signatures;
    expect(alone!.timestamp).toMatchObject({ outcome: 'absent', code: 'timestamp-untrusted', time: null });
    expect(alone!.level).toBe('B-B');
    const [proved] = judge((await stamped(data, others)).bytes, pki).signatures;
    expect(proved!.timestamp.outcome).toBe('passed');
  });

  it('leaves open what came first when nothing proves a time', async (ctx) => {
    requireTool(ctx, 'openssl');
    const pki = makePki('p256');
    const authorities = authoritiesOf(pki);
    authorities.revoke(pki.seal.certificate, before);
    const { bytes } = await sealed(pki, [FIRST]);
    const [signature] = judge(await withValidationData(bytes, authorities, [pki.root.certificate]), pki).signatures;
    expect(signature!.revocation).toMatchObject({ outcome: 'indeterminate', code: 'certificate-revoked-no-poe' });
    expect(signature!.verdict).toBe('indeterminate');
  });

  it('keeps a signature that was proved before its certificate was revoked', async (ctx) => {
    requireTool(ctx, 'openssl');
    const pki = makePki('p256');
    const authorities = authoritiesOf(pki);
    const { bytes } = await stamped((await sealed(pki, [FIRST])).bytes, authorities);
    authorities.revoke(pki.seal.certificate, new Date(Date.now() + 86_400_000));
    const raised = await withValidationData(bytes, authorities, [pki.root.certificate]);
    const [signature] = judge(raised, pki).signatures;
    expect(signature).toMatchObject({ level: 'B-LT', verdict: 'passed' });
  });

  it('finds an issuing authority on the list of its root', async (ctx) => {
    requireTool(ctx, 'openssl');
    const pki = makePki('p256');
    const authorities = authoritiesOf(pki);
    const { bytes } = await stamped((await sealed(pki, [FIRST])).bytes, authorities);
    authorities.revoke(pki.issuing.certificate, before);
    const report = judge(await withValidationData(bytes, authorities, [pki.root.certificate]), pki);
    // The authority that stamped hangs on the same issuer: its time proves nothing any more.
    expect(report.signatures[0]!.revocation.code).toBe('authority-revoked');
    expect(report.signatures[0]!.timestamp.outcome).toBe('absent');
    expect(report.verdict).toBe('failed');
  });

  it('takes no answer that another authority signed', async (ctx) => {
    requireTool(ctx, 'openssl');
    const [pki, liar] = [makePki('p256'), makePki('p256')];
    const authorities = authoritiesOf(pki);
    const { bytes } = await stamped((await sealed(pki, [FIRST])).bytes, authorities);
    const stranger = authoritiesOf({ ...liar, seal: pki.seal, device: pki.device });
    const lying = { ...authorities, ocsp: (query: Uint8Array) => stranger.ocsp(query) };
    const report = judge(await withValidationData(bytes, lying, [pki.root.certificate]), pki);
    expect(report.signatures[0]!.level).toBe('B-T');
    expect(report.signatures[0]!.revocation.outcome).toBe('indeterminate');
  });
});
