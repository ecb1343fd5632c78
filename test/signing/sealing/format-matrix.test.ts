import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { concat } from '../../../signing/bytes.ts';
import { intakeDocument } from '../../../signing/documents/intake.ts';
import { prepareDocument } from '../../../signing/documents/prepare.ts';
import { sealField } from '../../../signing/sealing/seal-field.ts';
import { verifyPdf } from '../../../signing/verification/verify-pdf.ts';
import { samplePdf } from '../../support/sample-pdf.ts';
import { makePki, scratch, sealInput, trustDatabase } from '../../support/seal-fixtures.ts';
import { requireTool } from '../../support/tools.ts';
import { buildPdf, onePage } from '../pdf/build-pdf.ts';

const work = scratch();
afterAll(() => work.end());
const pki = makePki('p256');

const VERSIONS = ['1.3', '1.4', '1.5', '1.6', '1.7', '2.0'] as const;
/** How a file can be built, as options of qpdf; object and cross-reference streams came with 1.5. */
const SHAPES: Readonly<Record<string, { readonly options: readonly string[]; readonly since: string }>> = {
  'a table': { options: ['--object-streams=disable'], since: '1.3' },
  'object and cross-reference streams': { options: ['--object-streams=generate'], since: '1.5' },
  'a table, linearized': { options: ['--object-streams=disable', '--linearize'], since: '1.3' },
  'streams, linearized': { options: ['--object-streams=generate', '--linearize'], since: '1.5' },
  'streams not compressed': {
    options: ['--object-streams=generate', '--stream-data=uncompress'],
    since: '1.5',
  },
};
const LOCKED: Readonly<Record<string, readonly string[]>> = {
  'owner-restricted, RC4 of 40 bits': ['--allow-weak-crypto', '--encrypt', '', 'owner', '40', '--modify=n', '--'],
  'owner-restricted, RC4 of 128 bits': ['--allow-weak-crypto', '--encrypt', '', 'owner', '128', '--modify=none', '--'],
  'owner-restricted to signing, AES of 128 bits': [
    ...['--allow-weak-crypto', '--encrypt', '', 'owner', '128', '--modify=form', '--use-aes=y', '--'],
  ],
  'owner-restricted to signing, AES of 256 bits': ['--encrypt', '', 'owner', '256', '--modify=form', '--'],
  'with a password to open it': ['--encrypt', 'user', 'owner', '256', '--'],
};

let files = 0;
/** A page with two empty fields, written anew by qpdf. */
async function writtenBy(options: readonly string[]): Promise<Uint8Array> {
  const plain = await samplePdf([
    {
      texts: [{ text: 'Agreement', x: 60, y: 760 }],
      fields: [
        { name: 'customer_1', rect: [60, 300, 220, 360] },
        { name: 'clerk_2', rect: [300, 300, 460, 360] },
      ],
    },
  ]);
  files += 1;
  const [source, target] = [work.file(`source-${files}.pdf`, plain), work.file(`target-${files}.pdf`)];
  execFileSync('qpdf', [...options, source, target]);
  return new Uint8Array(readFileSync(target));
}

/** Field by field what pdfsig says, and whether qpdf has anything to say of the whole. */
function judged(bytes: Uint8Array, name: string): readonly string[] {
  const dir = path.join(work.dir, `trust-${name}`);
  mkdirSync(dir);
  const file = work.file(`${name}.pdf`, bytes);
  execFileSync('qpdf', ['--check', file], { stdio: 'pipe' });
  const said = execFileSync('pdfsig', ['-nssdir', trustDatabase(dir, pki), file], { encoding: 'utf8' });
  return [...said.matchAll(/- (?:Signature|Certificate) Validation: (.*)/g)].map(([, words]) => words ?? '');
}

async function sealBoth(original: Uint8Array, name: string): Promise<void> {
  const facts = await intakeDocument(original, () => 'id', pki.signer.chain);
  if (!facts.ok) throw new Error(facts.error.detail);
  const prepared = await prepareDocument(original, facts.value.placements, pki.signer.chain);
  if (!prepared.ok) throw new Error(prepared.error.detail);
  let bytes = concat(original, prepared.value.increment);
  for (const { fieldName, page, box } of facts.value.placements) {
    const field = { name: fieldName, page, box: [box.x, box.y, box.width, box.height] as const };
    const sealed = await sealField(sealInput(pki, bytes, field, { caption: ['Žiga Čšćđ'], certify: 2 }));
    if (!sealed.ok) throw new Error(sealed.error.detail);
    bytes = concat(bytes, sealed.value.increment);
  }
  const good = ['Signature is Valid.', 'Certificate is Trusted.'];
  expect(judged(bytes, name)).toEqual([...good, ...good]);
  expect(Buffer.from(bytes.subarray(0, original.length)).equals(original)).toBe(true);
  const report = await verifyPdf(bytes, { name, roots: [pki.root.certificate] });
  expect(
    report.signatures.map(({ fieldName, integrity, laterChanges, binding }) => {
      return [fieldName, integrity.outcome, laterChanges.outcome, binding.outcome];
    }),
  ).toEqual(['customer_1', 'clerk_2'].map((field) => [field, 'passed', 'passed', 'passed']));
}

const MATRIX = VERSIONS.flatMap((version) =>
  Object.entries(SHAPES)
    .filter(([, { since }]) => version >= since)
    .map(([shape, { options }]) => [version, shape, options] as const),
);

describe('a document of PDF', () => {
  it.for(MATRIX)('%s with %s is signed twice, and pdfsig and qpdf agree', async ([version, shape, options], ctx) => {
    requireTool(ctx, 'qpdf', 'pdfsig', 'certutil');
    const original = await writtenBy([...options, `--force-version=${version}`]);
    expect(Buffer.from(original.subarray(0, 8)).toString()).toBe(`%PDF-${version}`);
    await sealBoth(original, `${version}-${shape.replaceAll(' ', '-')}`);
  });

  it.for(Object.entries(LOCKED))('%s is refused for it', async ([, options], ctx) => {
    requireTool(ctx, 'qpdf');
    const facts = await intakeDocument(await writtenBy(options), () => 'id');
    expect(facts.ok ? 'taken' : facts.error.code).toBe('encrypted');
  });

  it.each([
    ['a hybrid cross-reference', { trailer: '/XRefStm 15' }, 'damaged'],
    ['another version than there is', { header: '%PDF-3.0\n' }, 'not-a-pdf'],
    ['no version', { header: '%PDF-\n' }, 'not-a-pdf'],
    ['no catalog', { root: '9 0 R' }, 'damaged'],
    ['no pages', { objects: onePage({ 2: '<</Type/Pages/Kids[]/Count 0>>' }) }, 'no-pages'],
    ['an XFA form', { objects: onePage({ 1: '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[]/XFA[]>>>>' }) }, 'xfa'],
  ])('with %s is refused for its reason', async (_, changes, code) => {
    const facts = await intakeDocument(buildPdf({ objects: onePage(), ...changes }), () => 'id');
    expect(facts.ok ? 'taken' : facts.error.code).toBe(code);
  });
});
