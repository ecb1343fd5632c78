import { beforeAll, describe, expect, it } from 'vitest';
import { makeExcerpt } from '../../../signing/audit/excerpt.ts';
import { utf8 } from '../../../signing/bytes.ts';
import { canonicalBytes } from '../../../signing/canonical-json.ts';
import { readZip } from '../../../signing/container/zip.ts';
import { writeZip, type ZipEntry } from '../../../signing/container/zip-writer.ts';
import { sha256 } from '../../../signing/digest.ts';
import type { PackageInput } from '../../../signing/sealing/package.ts';
import { verifyPackage } from '../../../signing/verification/verify-package.ts';
import type { VerificationReport } from '../../../signing/verification/verification-report.ts';
import { makePki, type TestPki } from '../../support/seal-fixtures.ts';
import { auditEntries, FIRST, packageInput, packaged, sealed, SECOND, type SealedSample } from './samples.ts';

let pki: TestPki;
let sample: SealedSample;
let bytes: Uint8Array;
let entries: readonly ZipEntry[];
beforeAll(async () => {
  pki = makePki('p256');
  sample = await sealed(pki);
  ({ bytes } = await packaged(pki, sample));
  const read = readZip(bytes);
  if (!read.ok) throw new Error(read.error.code);
  entries = read.value.entries;
});

async function judge(container: Uint8Array, roots = [pki.root.certificate]): Promise<VerificationReport> {
  return verifyPackage(container, { name: 'package.asice', roots });
}
/** Everything that is not well, wherever it was said. */
function complaints(report: VerificationReport): readonly string[] {
  return [
    ...report.container,
    report.audit,
    ...report.documents.flatMap((document) => [
      document.structure,
      ...document.signatures.flatMap((signature) => [
        ...[signature.integrity, signature.chain, signature.coverage, signature.laterChanges],
        ...[signature.binding, signature.commitment, signature.opened],
      ]),
    ]),
  ]
    .filter(({ outcome }) => outcome === 'failed' || outcome === 'indeterminate')
    .map(({ code }) => code);
}
function without(...names: readonly string[]): Uint8Array {
  return writeZip(entries.filter(({ name }) => !names.includes(name)));
}
function replaced(name: string, change: (old: Uint8Array) => Uint8Array): Uint8Array {
  return writeZip(entries.map((entry) => (entry.name === name ? { name, bytes: change(entry.bytes) } : entry)));
}
/** As a kiosk would write and sign it, but with something else inside. */
async function resigned(changes: Partial<PackageInput>): Promise<VerificationReport> {
  return judge((await packaged(pki, sample, changes)).bytes);
}
function edited(old: Uint8Array, change: (value: Record<string, never>) => object): Uint8Array {
  return canonicalBytes(change(JSON.parse(Buffer.from(old).toString()) as Record<string, never>));
}

describe('packages that a kiosk wrote', () => {
  it('pass every check, and with the escrow key the captures too', async () => {
    const report = await verifyPackage(bytes, {
      ...{ name: 'x', roots: [pki.root.certificate], escrowKey: pki.escrow.privateKey },
    });
    expect(complaints(report)).toEqual([]);
    expect(report.verdict).toBe('passed');
    expect(report.documents[0]!.signatures.map(({ opened }) => opened.outcome)).toEqual(['passed', 'passed']);
    expect(report.audit).toMatchObject({ outcome: 'passed' });
  });

  it('are indeterminate without a root', async () => {
    const report = await judge(bytes, []);
    expect(report.verdict).toBe('indeterminate');
    expect(new Set(complaints(report))).toEqual(new Set(['no-trust-root']));
  });

  it('are indeterminate, with nothing wrong in the rest, when the captures are gone with their manifest', async () => {
    const captures = entries.filter(({ name }) => name.startsWith('captures/')).map(({ name }) => name);
    const report = await judge(without(...captures, 'META-INF/ASiCManifest002.xml', 'META-INF/signature002.p7s'));
    expect(report.verdict).toBe('indeterminate');
    expect(complaints(report)).toEqual(['captures-missing']);
    expect(report.documents[0]!.signatures.map(({ commitment }) => commitment.code)).toEqual([
      'capture-not-here',
      'capture-not-here',
    ]);
  });

  it('pass where no pen data was recorded', async () => {
    const own = await sealed(pki, [FIRST], { changes: { capture: null } });
    const report = await judge((await packaged(pki, own)).bytes);
    expect(report.verdict).toBe('passed');
    expect(report.container.map(({ code }) => code)).toContain('no-captures');
  });
});

describe('ways to damage a package', () => {
  const DAMAGES: readonly (readonly [string, string, () => Uint8Array])[] = [
    ['a document taken out', 'file-missing', () => without('documents/001.pdf')],
    ['a capture taken out alone', 'file-missing', () => without('captures/001.p7m')],
    ['only the manifest of the captures taken out', 'file-unsigned', () => without('META-INF/ASiCManifest002.xml')],
    ['a signature taken out', 'signature-missing', () => without('META-INF/signature001.p7s')],
    [
      'both manifests taken out',
      'file-unsigned',
      () => without('META-INF/ASiCManifest001.xml', 'META-INF/ASiCManifest002.xml'),
    ],
    [
      'a binding statement altered',
      'file-altered',
      () => replaced('bindings/001.json', (old) => edited(old, (value) => ({ ...value, role: 'clerk' }))),
    ],
    [
      'an audit entry altered',
      'audit-head-mismatch',
      () => replaced('audit.json', (old) => Buffer.from(Buffer.from(old).toString().replace('event-3', 'event-4'))),
    ],
    [
      'the header altered',
      'file-altered',
      () => replaced('countersign.json', (old) => edited(old, (value) => ({ ...value, branch: 'branch-2' }))),
    ],
    [
      'a revision cut from the document',
      'document-digest',
      () => replaced('documents/001.pdf', () => sample.revisions[1]!),
    ],
    [
      'a capture altered',
      'capture-mismatch',
      () => replaced('captures/001.p7m', (old) => Uint8Array.from(old, (byte, i) => (i === 500 ? byte ^ 1 : byte))),
    ],
    [
      'captures swapped',
      'capture-mismatch',
      () => {
        const content = (name: string): Uint8Array => entries.find((entry) => entry.name === name)!.bytes;
        const swap: Readonly<Record<string, string>> = {
          'captures/001.p7m': 'captures/002.p7m',
          'captures/002.p7m': 'captures/001.p7m',
        };
        return writeZip(entries.map((entry) => ({ name: entry.name, bytes: content(swap[entry.name] ?? entry.name) })));
      },
    ],
    [
      'signatures swapped',
      'digest-mismatch',
      () =>
        replaced(
          'META-INF/signature001.p7s',
          () => entries.find(({ name }) => name === 'META-INF/signature002.p7s')!.bytes,
        ),
    ],
    ['a file more', 'file-unsigned', () => writeZip([...entries, { name: 'extra.txt', bytes: utf8('x') }])],
    ['another order of files', 'container-form', () => writeZip([...entries.slice(1), entries[0]!])],
    ['bytes behind the end', 'container-data-around', () => Buffer.concat([bytes, utf8('x')])],
  ];
  it.each(DAMAGES)('%s is found: %s', async (_, code, damage) => {
    const report = await judge(damage());
    expect(report.verdict).toBe('failed');
    expect(complaints(report)).toContain(code);
  });

  it('an audit trail of another transaction, of another head, or that signatures do not continue', async () => {
    const entriesOf = auditEntries();
    expect(complaints(await resigned({ audit: makeExcerpt(entriesOf, 'transaction-2') }))).toContain(
      'audit-transaction',
    );
    const broken = makeExcerpt(entriesOf, 'transaction-1');
    const cut = { ...broken, items: broken.items.slice(0, -1) };
    expect(complaints(await resigned({ audit: cut }))).toContain('audit-head-mismatch');
    const late = makeExcerpt(entriesOf.slice(1), 'transaction-1');
    expect(complaints(await resigned({ audit: late }))).toContain('audit-bound-head');
  });

  it('statements of the package that its documents do not bear out', async () => {
    const { documents, signatures } = packageInput(pki, sample);
    const [document] = documents;
    const revisions = document!.revisions.map((revision, i) =>
      i === 1 ? { ...revision, digest: sha256(utf8('x')) } : revision,
    );
    expect(complaints(await resigned({ documents: [{ ...document!, revisions }] }))).toContain('revision-digest');
    const [one, two] = signatures;
    expect(complaints(await resigned({ signatures: [one!] }))).toContain('signature-list');
    expect(
      complaints(
        await resigned({
          signatures: [
            { ...one!, field: SECOND.name },
            { ...two!, field: FIRST.name },
          ],
        }),
      ),
    ).toContain('signature-list');
    expect(complaints(await resigned({ signatures: [{ ...one!, signatory: 'someone' }, two!] }))).toContain(
      'signature-list',
    );
    expect(
      complaints(await resigned({ signatures: [{ ...one!, sealedCapture: two!.sealedCapture }, two!] })),
    ).toContain('signature-list');
    expect(complaints(await resigned({ kiosk: 'kiosk-2' }))).toContain('signature-list');
  });
});
