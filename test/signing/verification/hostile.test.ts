import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { concat, utf8 } from '../../../signing/bytes.ts';
import { readZip } from '../../../signing/container/zip.ts';
import { writeZip } from '../../../signing/container/zip-writer.ts';
import { array, dict, isDict, isRef, literal, name, withEntries, type PdfRef } from '../../../signing/pdf/objects.ts';
import { readFields } from '../../../signing/pdf/form.ts';
import { flateStream, PdfUpdate } from '../../../signing/pdf/pdf-update.ts';
import { readPdf } from '../../../signing/pdf/read-pdf.ts';
import { readValidationData } from '../../../signing/verification/validation-data.ts';
import { verifyPackage } from '../../../signing/verification/verify-package.ts';
import { verifyPdf } from '../../../signing/verification/verify-pdf.ts';
import { makePki, samplePdf, type TestPki } from '../../support/seal-fixtures.ts';
import { FIRST, fixture, packaged, sealed, sealOne, SECOND, type SealedSample } from './samples.ts';

const RUNS = Number(process.env['COUNTERSIGN_FLIPS'] ?? 60);
let pki: TestPki;
let sample: SealedSample;
let container: Uint8Array;
beforeAll(async () => {
  pki = makePki('p256');
  sample = await sealed(pki, [FIRST, SECOND], { sample: { objectStreams: true } });
  container = (await packaged(pki, sample)).bytes;
});

/** Cuts, repeats and overwrites: what a damaged disk or a clumsy forger makes of a file. */
const damage = fc.record({
  kind: fc.constantFrom('cut', 'repeat', 'overwrite', 'drop'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 1, max: 3_000 }),
  fill: fc.integer({ min: 0, max: 255 }),
});
type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never;
function apply(bytes: Uint8Array, { kind, at, length, fill }: Damage): Uint8Array {
  const from = Math.floor(at * (bytes.length - 1));
  const end = Math.min(bytes.length, from + length);
  if (kind === 'cut') return bytes.slice(0, Math.max(1, from));
  if (kind === 'drop') return concat(bytes.subarray(0, from), bytes.subarray(end));
  if (kind === 'repeat') return concat(bytes.subarray(0, end), bytes.subarray(from));
  return Uint8Array.from(bytes).fill(fill, from, end);
}

describe('damaged input', () => {
  it('is judged, never thrown at the caller, and never a passed original', async () => {
    const roots = [pki.root.certificate];
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 3 }), async (damages) => {
        const pdf = damages.reduce(apply, sample.bytes);
        const report = await verifyPdf(pdf, { name: 'x', roots });
        const whole = sample.revisions.some((revision) => Buffer.compare(revision, pdf) === 0);
        if (!whole) expect(report.verdict).not.toBe('passed');
        const broken = damages.reduce(apply, container);
        if (Buffer.compare(broken, container) !== 0) {
          expect((await verifyPackage(broken, { name: 'x', roots })).verdict).not.toBe('passed');
        }
      }),
      { seed: 7_331, numRuns: RUNS },
    );
  });

  it.each([
    'lgpl/pdf/valid/dss-signed-pades-lta.pdf',
    'pdf/valid/pyhanko-pades-lta.pdf',
    'pdf/valid/pyhanko-signed-twice.pdf',
  ])('of other products is judged too: %s', async (file) => {
    const bytes = fixture(file);
    await fc.assert(
      fc.asyncProperty(damage, async (one) => {
        const report = await verifyPdf(apply(bytes, one), { name: 'x', roots: [] });
        expect(report.verdict).not.toBe('passed');
      }),
      { seed: 99, numRuns: RUNS },
    );
  });
});

describe('hostile input', () => {
  const altered = (bytes: Uint8Array, change: (update: PdfUpdate) => void): Uint8Array => {
    const update = new PdfUpdate(readPdf(bytes));
    change(update);
    return concat(bytes, update.finish().increment);
  };
  const putFields = (update: PdfUpdate, fields: readonly PdfRef[]): void => {
    const { catalog } = update.file;
    const place = catalog.entries.get('AcroForm');
    const form = update.resolve(place);
    if (!isDict(form) || !isRef(place)) throw new Error('no form');
    update.set(place, withEntries(form, { Fields: array(fields) }));
  };

  it('ends for a file of very many revisions, undecided', async () => {
    let bytes = await samplePdf({ fields: [FIRST] });
    for (let i = 0; i < 301; i += 1) bytes = altered(bytes, () => undefined);
    const report = await verifyPdf(bytes, { name: 'x', roots: [] });
    expect(report).toMatchObject({ verdict: 'indeterminate', structure: { code: 'too-many-revisions' } });
  });

  it('ends for more signatures than anybody makes, each over the whole file, undecided', async () => {
    const bytes = altered(await samplePdf({ fields: [FIRST] }), (update) => {
      const fields = Array.from({ length: 301 }, (_, i) => {
        const [field, value] = [update.allocate(), update.allocate()];
        update.set(value, dict({ Type: name('Sig') }));
        update.set(field, dict({ FT: name('Sig'), T: literal(utf8(`f${String(i)}`)), V: value }));
        return field;
      });
      putFields(update, fields);
    });
    const report = await verifyPdf(bytes, { name: 'x', roots: [] });
    expect(report).toMatchObject({ verdict: 'indeterminate', structure: { code: 'too-many-signatures' } });
  });

  it('reads no more revocation lists of a document than it can hold against its certificates', () => {
    const bytes = altered(sample.bytes, (update) => {
      const list = update.allocate();
      update.set(list, flateStream({}, Buffer.alloc(3 * 2 ** 20)));
      const { catalog, catalogRef } = update.file;
      update.set(
        catalogRef,
        withEntries(catalog, { DSS: dict({ CRLs: array([list, list, list, list, list, list]) }) }),
      );
    });
    // Sixteen megabytes together: five of three, and none of what would not fit.
    expect(readValidationData(readPdf(bytes)).crls).toHaveLength(5);
  });

  it('ends for more certificates in a signature than anybody needs, undecided', async () => {
    const chain = [...pki.signer.chain, ...Array.from({ length: 49 }, () => pki.root.certificate)];
    const base = await samplePdf({ fields: [FIRST] });
    const { bytes } = await sealOne({ ...pki, signer: { ...pki.signer, chain } }, base, FIRST);
    const report = await verifyPdf(bytes, { name: 'x', roots: [pki.root.certificate] });
    expect(report.signatures.map(({ integrity }) => integrity.code)).toEqual(['too-many-certificates']);
    expect(report.verdict).toBe('indeterminate');
  });

  it('ends for form fields nested in each other without end', async () => {
    const base = await samplePdf({ fields: [FIRST] });
    for (const depth of [2, 5_000]) {
      const bytes = altered(base, (update) => {
        const refs = Array.from({ length: depth }, () => update.allocate());
        refs.forEach((ref, i) => {
          const kid = refs[(i + 1) % depth]!;
          update.set(ref, dict({ T: literal(utf8('f')), Kids: array([kid]) }));
        });
        putFields(update, [refs[0]!]);
      });
      const report = await verifyPdf(bytes, { name: 'x', roots: [] });
      expect(report.structure.code).toBe('form-damaged');
    }
  });

  it('fails one signature that is the value of two fields', async () => {
    const base = await samplePdf({ fields: [FIRST, SECOND] });
    const { bytes } = await sealOne(pki, base, FIRST);
    const [first, second] = readFields(readPdf(bytes));
    const value = first!.dict.entries.get('V')!;
    const twice = altered(bytes, (update) => update.set(second!.ref, withEntries(second!.dict, { V: value })));
    const report = await verifyPdf(twice, { name: 'x', roots: [pki.root.certificate] });
    expect(report.signatures.map(({ fieldName, integrity }) => [fieldName, integrity.code])).toContainEqual([
      SECOND.name,
      'signature-shared',
    ]);
    expect(report.verdict).toBe('failed');
  });

  it('fails a signature whose value is not a dictionary, or not an object of its own', async () => {
    const base = await samplePdf({ fields: [FIRST] });
    const [field] = readFields(readPdf(base));
    for (const [value, code] of [
      [7, 'signature-dictionary'],
      [dict({ Type: name('Sig') }), 'signature-not-indirect'],
    ] as const) {
      const bytes = altered(base, (update) => update.set(field!.ref, withEntries(field!.dict, { V: value })));
      const report = await verifyPdf(bytes, { name: 'x', roots: [] });
      expect(report.signatures.map(({ integrity }) => integrity.code)).toEqual([code]);
      expect(report.verdict).toBe('failed');
    }
  });

  it('refuses text without a canonical form instead of stumbling over it', async () => {
    const read = readZip(container);
    const entries = read.ok ? read.value.entries : [];
    for (const target of ['countersign.json', 'audit.json', 'bindings/001.json']) {
      for (const text of ['{"a":"\\ud800"}', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'null', '\u00ff']) {
        const bytes = writeZip(
          entries.map((entry) => (entry.name === target ? { name: target, bytes: utf8(text) } : entry)),
        );
        expect((await verifyPackage(bytes, { name: 'x', roots: [] })).verdict).toBe('failed');
      }
    }
  });
});
