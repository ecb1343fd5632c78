import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { verifyPackage } from '../../../signing/verification/verify-package.ts';
import { verifyPdf } from '../../../signing/verification/verify-pdf.ts';
import { makePki, type KeyKind, type TestPki } from '../../support/seal-fixtures.ts';
import { FIRST, packaged, sealed, SECOND } from './samples.ts';

/** Flips a region gets; a nightly run asks for more. The seed is fixed, so that a failure comes again. */
const RUNS = Number(process.env['COUNTERSIGN_FLIPS'] ?? 25);
const SEED = 20_261_123;

interface Region {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

async function findsFlips(
  original: Uint8Array,
  { start, end }: Region,
  isFound: (bytes: Uint8Array) => Promise<boolean>,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: start, max: end - 1 }), fc.integer({ min: 0, max: 7 }), async (at, bit) => {
      const bytes = Uint8Array.from(original);
      bytes[at]! ^= 1 << bit;
      return isFound(bytes);
    }),
    { seed: SEED, numRuns: RUNS },
  );
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

function pdfRegions(bytes: Uint8Array): readonly Region[] {
  const text = latin1(bytes);
  const gap = text.search(/<[0-9a-f]{60000,}>/);
  const close = text.indexOf('>', gap);
  const cms = gap + 1 + 2 * (4 + Buffer.from(text.slice(gap + 5, gap + 9), 'hex').readUInt16BE(0));
  const table = text.lastIndexOf('xref', text.lastIndexOf('startxref') - 1);
  return [
    { name: 'the header', start: 0, end: 16 },
    { name: 'the original', start: 0, end: text.indexOf('%%EOF') },
    { name: 'the end of the original', start: text.indexOf('%%EOF') - 40, end: text.indexOf('%%EOF') + 8 },
    { name: 'the signature dictionary', start: text.lastIndexOf('/Type /Sig', gap), end: gap + 1 },
    { name: 'the CMS', start: gap, end: cms },
    { name: 'the padding', start: cms, end: close + 1 },
    { name: 'what follows the signature', start: close, end: table },
    { name: 'cross-reference and trailer', start: table, end: bytes.length },
    { name: 'the whole file', start: 0, end: bytes.length },
  ];
}

const REGION_NAMES = [
  'the header',
  'the original',
  'the end of the original',
  'the signature dictionary',
  'the CMS',
  'the padding',
  'what follows the signature',
  'cross-reference and trailer',
  'the whole file',
];

describe.each<KeyKind>(['p256', 'rsa'])('one bit flipped in a document sealed with a %s key', (kind) => {
  const pki = makePki(kind);
  let bytes: Uint8Array;
  beforeAll(async () => {
    ({ bytes } = await sealed(pki, [FIRST]));
  });
  const isFound = async (flipped: Uint8Array): Promise<boolean> =>
    (await verifyPdf(flipped, { name: 'x', roots: [pki.root.certificate] })).verdict !== 'passed';

  it('is the only thing wrong with it', async () => {
    expect(await isFound(bytes)).toBe(false);
  });
  it.each(REGION_NAMES)('is found in %s', async (name) => {
    await findsFlips(
      bytes,
      pdfRegions(bytes).find((region) => region.name === name)!,
      isFound,
    );
  });
});

describe('one bit flipped in a package', () => {
  let pki: TestPki;
  let bytes: Uint8Array;
  beforeAll(async () => {
    pki = makePki('p256');
    ({ bytes } = await packaged(pki, await sealed(pki, [FIRST, SECOND])));
  });
  const isFound = async (flipped: Uint8Array): Promise<boolean> =>
    (await verifyPackage(flipped, { name: 'x', roots: [pki.root.certificate] })).verdict !== 'passed';
  const regionOf = (name: string): Region => {
    const text = latin1(bytes);
    const directory = text.indexOf('PK\x01\x02');
    // The header of an entry, 30 bytes before its name: names also stand in other files.
    const entry = (path: string): number => text.search(new RegExp(`PK\\x03\\x04.{26}${path}`, 's'));
    switch (name) {
      case 'the first header':
        return { name, start: 0, end: 80 };
      case 'the header of the package':
        return { name, start: entry('countersign.json'), end: entry('documents/001.pdf') };
      case 'the audit trail':
        return { name, start: entry('audit.json'), end: entry('META-INF/ASiCManifest001.xml') };
      case 'manifests and signatures':
        return { name, start: entry('META-INF/ASiCManifest001.xml'), end: entry('captures/001.p7m') };
      case 'the captures':
        return { name, start: entry('captures/001.p7m'), end: directory };
      case 'the directory':
        return { name, start: directory, end: bytes.length };
      default:
        return { name, start: 0, end: bytes.length };
    }
  };

  it('is the only thing wrong with it', async () => {
    expect(await isFound(bytes)).toBe(false);
  });
  it.each([
    'the first header',
    'the header of the package',
    'the audit trail',
    'manifests and signatures',
    'the captures',
    'the directory',
    'the whole file',
  ])('is found in %s', async (name) => {
    await findsFlips(bytes, regionOf(name), isFound);
  });
});
