import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat } from '../../../signing/bytes.ts';
import { isDict, isStream, ref } from '../../../signing/pdf/objects.ts';
import { PdfSyntaxError, type PdfFile } from '../../../signing/pdf/pdf-file.ts';
import { readPdf } from '../../../signing/pdf/read-pdf.ts';
import { buildPdf, onePage, stream } from './build-pdf.ts';
import { corpusBytes } from './corpus.ts';

function codeOf(bytes: Uint8Array, use: (file: PdfFile) => unknown = (file) => file.pages()): string {
  try {
    use(readPdf(bytes));
  } catch (cause) {
    if (cause instanceof PdfSyntaxError) return cause.code;
    throw cause;
  }
  return 'none';
}
const get = (number: number) => (file: PdfFile) => file.get(ref(number));
const replaced = (bytes: Uint8Array, from: string, to: string): Uint8Array =>
  Buffer.from(Buffer.from(bytes).toString('latin1').replace(from, to), 'latin1');
/** An update in plain text behind `bytes`; `@` stands for the offset of its cross-reference section. */
function revision(bytes: Uint8Array, text: string, xref = bytes.length): Uint8Array {
  return concat(bytes, Buffer.from(text.replaceAll('@', String(xref)), 'latin1'));
}

describe('opening a file', () => {
  it.each(['table', 'stream'] as const)('reads objects through a cross-reference %s', (xref) => {
    const file = readPdf(buildPdf({ xref, objects: onePage({ 5: '(five)' }) }));
    expect(file).toMatchObject({ xrefKind: xref, version: '1.7', hybrid: false, catalogRef: ref(1) });
    expect(file.get(ref(5))).toMatchObject({ kind: 'string' });
    expect(file.get(ref(4))).toBeNull();
    expect(file.get(ref(5, 1))).toBeNull();
    expect(file.get(ref(4_000_000))).toBeNull();
  });

  it('takes the version of the catalog when it is higher', () => {
    const version = (name: string): string =>
      readPdf(buildPdf({ objects: onePage({ 1: `<</Type/Catalog/Pages 2 0 R/Version/${name}>>` }) })).version;
    expect([version('2.0'), version('1.4'), version('x')]).toEqual(['2.0', '1.7', '1.7']);
  });

  it.each<[string, (startxref: number) => string]>([
    ['no line end at the end', (at) => `startxref\n${at}\n%%EOF`],
    ['white space behind the end', (at) => `startxref\n${at}\n%%EOF\r\n\0\0 \n`],
    ['white space around startxref', (at) => `\r\n  startxref  \r\n ${at}  \r\n%%EOF\n`],
    ['a comment before the end', (at) => `startxref\n${at}\n% made by hand\n%%EOF\n`],
  ])('tolerates %s', (_, tail) => {
    expect(codeOf(buildPdf({ objects: onePage(), tail }))).toBe('none');
  });

  it('tolerates a wrong /Size and counts for itself', () => {
    expect(readPdf(buildPdf({ objects: onePage(), size: 99 })).size).toBe(4);
  });

  it('reads objects out of object streams', () => {
    const members = Buffer.from('5 0 6 6 (five) <</Six 6>>');
    const bytes = compressed(members, 2, 8);
    expect(readPdf(bytes).get(ref(6))).toMatchObject({ kind: 'dict' });
    expect(readPdf(bytes).locate(6)).toEqual({ type: 'compressed', stream: 4, index: 1 });
  });

  it('reads a stream whose length is another object, and keeps it encoded', () => {
    const file = readPdf(buildPdf({ objects: onePage({ 4: '<</Length 5 0 R>>\nstream\nq Q\nendstream', 5: '3' }) }));
    const object = file.get(ref(4));
    expect(isStream(object) && Buffer.from(object.raw).toString()).toBe('q Q');
    expect(isStream(object) && object.raw.buffer === file.bytes.buffer).toBe(true);
  });

  it('follows /Prev, newest first, and lets a later revision free an object', () => {
    const bytes = revision(
      buildPdf({ objects: onePage({ 4: '(old)', 5: '(gone)' }) }),
      'xref\n5 1\n0000000000 00001 f \ntrailer\n<</Size 6/Root 1 0 R/Prev PREV>>\nstartxref\n@\n%%EOF\n'.replace(
        'PREV',
        String(readPdf(buildPdf({ objects: onePage({ 4: '(old)', 5: '(gone)' }) })).startxref),
      ),
    );
    const file = readPdf(bytes);
    expect(file.sections).toHaveLength(2);
    expect([file.get(ref(4)), file.get(ref(5))]).toMatchObject([{ kind: 'string' }, null]);
  });

  it('recognises a hybrid file and finds what only its stream lists', () => {
    const file = readPdf(corpusBytes('valid', 'pyhanko-minimal-hybrid-xref.pdf'));
    expect(file.hybrid).toBe(true);
    const numbers = [...file.sections[0]!.numbers()];
    expect(numbers.every((number) => file.locate(number) !== undefined)).toBe(true);
  });

  it('gives the entries of a section as a map as well', () => {
    const [section] = readPdf(buildPdf({ objects: onePage() })).sections;
    expect([...section!.entries.keys()].sort()).toEqual([0, 1, 2, 3]);
    expect(section!.entries.get(2)).toEqual(section!.find(2));
  });

  it('finds its way through many revisions', () => {
    let bytes: Uint8Array = buildPdf({ objects: onePage({ 4: '0' }) });
    for (let i = 1; i <= 40; i += 1) {
      const previous = readPdf(bytes).startxref;
      const offset = String(bytes.length).padStart(10, '0');
      const object = `4 0 obj\n${i}\nendobj\n`;
      bytes = revision(
        bytes,
        `${object}xref\n4 1\n${offset} 00000 n \ntrailer\n<</Size 5/Root 1 0 R/Prev ${previous}>>\nstartxref\n@\n%%EOF\n`,
        bytes.length + object.length,
      );
    }
    expect([readPdf(bytes).get(ref(4)), readPdf(bytes).pages().length]).toEqual([40, 1]);
  });
});

function compressed(members: Uint8Array, count: number, first: number): Uint8Array {
  const objects = onePage({
    4: stream(deflateSync(members), `/Type/ObjStm/N ${count}/First ${first}/Filter/FlateDecode`),
  });
  const plain = buildPdf({ objects });
  const offsets = [0, ...[1, 2, 3, 4].map((number) => Buffer.from(plain).indexOf(`\n${number} 0 obj`) + 1)];
  const rows = Buffer.alloc(8 * 7);
  offsets.forEach((offset, number) => {
    rows.writeUInt8(number === 0 ? 0 : 1, number * 7);
    rows.writeUInt32BE(offset, number * 7 + 1);
  });
  [5, 6].forEach((number, index) => {
    rows.writeUInt8(2, number * 7);
    rows.writeUInt32BE(4, number * 7 + 1);
    rows.writeUInt16BE(index, number * 7 + 5);
  });
  const start = Buffer.from(plain).indexOf('xref\n0 1');
  const head = `7 0 obj\n<</Type/XRef/Size 8/Root 1 0 R/W[1 4 2]/Length ${rows.length}>>\nstream\n`;
  const tail = `\nendstream\nendobj\nstartxref\n${start}\n%%EOF\n`;
  return concat(plain.subarray(0, start), Buffer.from(head), rows, Buffer.from(tail));
}

const ofLength = (length: string): Uint8Array =>
  buildPdf({ objects: onePage({ 4: `<</Length ${length}>>\nstream\nq Q\nendstream` }) });

describe('files that are refused', () => {
  const sound = buildPdf({ objects: onePage({ 4: stream(Buffer.from('q Q')) }) });
  const cases: readonly (readonly [string, string, Uint8Array, ((file: PdfFile) => unknown)?])[] = [
    ['header-missing', 'a header that is not at the first byte', concat(Buffer.from('\n'), sound)],
    ['header-missing', 'an unknown version', replaced(sound, '%PDF-1.7', '%PDF-x.7')],
    ['startxref-missing', 'no end', sound.subarray(0, sound.length - 8)],
    ['startxref-missing', 'something behind the end', concat(sound, Buffer.from('x'))],
    [
      'startxref-missing',
      'startxref beyond the file',
      buildPdf({ objects: onePage(), tail: () => 'startxref\n99999\n%%EOF' }),
    ],
    ['startxref-missing', 'startxref without number', buildPdf({ objects: onePage(), tail: () => 'startxref\n%%EOF' })],
    [
      'xref-damaged',
      'startxref beside the table',
      buildPdf({ objects: onePage(), tail: (at) => `startxref\n${at + 1}\n%%EOF` }),
    ],
    [
      'xref-damaged',
      'entries of 19 bytes',
      Buffer.from(Buffer.from(sound).toString('latin1').replaceAll(' n \n', ' n\n'), 'latin1'),
    ],
    ['xref-damaged', 'a table without trailer', replaced(sound, 'trailer', 'Trailer')],
    ['xref-damaged', 'a table that lists an object twice', replaced(sound, '2 1\n', '1 1\n')],
    ['xref-damaged', 'a table longer than the file', replaced(sound, '2 1\n', '2 9\n9999999\n')],
    ['xref-damaged', 'a /Prev that is no offset', buildPdf({ objects: onePage(), trailer: '/Prev 1.5' })],
    ['xref-damaged', 'a /Prev that leads nowhere', buildPdf({ objects: onePage(), trailer: '/Prev 20' })],
    [
      'xref-damaged',
      'a cross-reference stream without /W',
      replaced(buildPdf({ objects: onePage(), xref: 'stream' }), '/W[1 4 2]', '/X[1 4 2]'),
    ],
    [
      'xref-damaged',
      'a cross-reference stream too short for its /Size',
      buildPdf({ objects: onePage(), xref: 'stream', size: 50 }),
    ],
    ['catalog-missing', 'a root that is no reference', buildPdf({ objects: onePage(), root: '<<>>' })],
    ['catalog-missing', 'a root that is not there', buildPdf({ objects: onePage(), root: '9 0 R' })],
    ['catalog-missing', 'a root of another type', buildPdf({ objects: onePage(), root: '2 0 R' })],
    ['object-damaged', 'another object in its place', replaced(sound, '2 0 obj', '8 0 obj')],
    ['object-damaged', 'an object without endobj', replaced(sound, '/Count 1>>\nendobj', '/Count 1>>\nendob ')],
    ['stream-damaged', 'a length that is too short', replaced(sound, '/Length 3', '/Length 2'), get(4)],
    ['stream-damaged', 'a length beyond the file', ofLength('9999'), get(4)],
    [
      'stream-damaged',
      'a stream keyword with a bare carriage return',
      replaced(sound, 'stream\nq', 'stream\rq'),
      get(4),
    ],
    ['object-damaged', 'a stream that is its own length', ofLength('4 0 R'), get(4)],
    [
      'object-damaged',
      'an object stream that does not hold the object',
      compressed(Buffer.from('5 0 9 6 (five) (nine)'), 2, 8),
      get(6),
    ],
    [
      'object-damaged',
      'an object stream with a damaged head',
      compressed(Buffer.from('5 0 x 6 (five) (nine)'), 2, 8),
      get(6),
    ],
    [
      'object-damaged',
      'an object stream with too many members',
      compressed(Buffer.from('5 0 6 6 (five) (six)'), 900, 8),
      get(6),
    ],
    ['page-tree-damaged', 'a page tree that is not there', buildPdf({ objects: onePage({ 1: '<</Type/Catalog>>' }) })],
    [
      'page-tree-damaged',
      'a wrong page count',
      buildPdf({ objects: onePage({ 2: '<</Type/Pages/Kids[3 0 R]/Count 2>>' }) }),
    ],
    ['page-tree-damaged', 'a page without size', buildPdf({ objects: onePage({ 3: '<</Type/Page>>' }) })],
    [
      'page-tree-damaged',
      'a page without area',
      buildPdf({ objects: onePage({ 3: '<</Type/Page/MediaBox[0 0 0 9]>>' }) }),
    ],
    [
      'page-tree-damaged',
      'a page turned by 45 degrees',
      buildPdf({ objects: onePage({ 3: '<</Type/Page/MediaBox[0 0 9 9]/Rotate 45>>' }) }),
    ],
    [
      'page-tree-damaged',
      'a page that is not there',
      buildPdf({ objects: onePage({ 2: '<</Type/Pages/Kids[9 0 R]/Count 1>>' }) }),
    ],
    [
      'page-tree-damaged',
      'a page inside the page tree node',
      buildPdf({ objects: onePage({ 2: '<</Type/Pages/Kids[<</Type/Page>>]/Count 1>>' }) }),
    ],
    [
      'page-tree-damaged',
      'a page of another type',
      buildPdf({ objects: onePage({ 3: '<</Type/Font/MediaBox[0 0 9 9]>>' }) }),
    ],
    [
      'page-tree-loop',
      'a page that comes twice',
      buildPdf({ objects: onePage({ 2: '<</Type/Pages/Kids[3 0 R 3 0 R]/Count 2>>' }) }),
    ],
    ['xref-loop', 'a /Prev that leads to itself', selfLinked()],
    ['nested-too-deep', 'an object nested too deeply', buildPdf({ objects: onePage({ 4: '['.repeat(500) }) }), get(4)],
    [
      'nested-too-deep',
      'references in a circle',
      buildPdf({ objects: onePage({ 4: '5 0 R', 5: '4 0 R' }) }),
      (file) => file.resolve(ref(4)),
    ],
    [
      'filter-unknown',
      'a filter nobody here undoes',
      buildPdf({ objects: onePage({ 4: stream(Buffer.from('x'), '/Filter/DCTDecode') }) }),
      decode(4),
    ],
    [
      'expands-too-far',
      'data beyond the limit of the caller',
      buildPdf({ objects: onePage({ 4: stream(deflateSync(Buffer.alloc(5000)), '/Filter/FlateDecode') }) }),
      decode(4, 4999),
    ],
  ];
  it.each(cases.map(([code, what, bytes, use]) => ({ code, what, bytes, use })))(
    '$code: $what',
    ({ code, bytes, use }) => {
      expect(codeOf(bytes, use)).toBe(code);
    },
  );

  it('has a case for every code', () => {
    expect(new Set(cases.map(([code]) => code)).size).toBe(12);
  });

  it('throws nothing but its own error when any byte of a file is another', () => {
    const original = corpusBytes('valid', 'pyhanko-minimal-two-fields.pdf');
    fc.assert(
      fc.property(fc.nat(original.length - 1), fc.nat(255), (at, value) => {
        const bytes = Uint8Array.from(original);
        bytes[at] = value;
        codeOf(bytes, (file) => {
          file.pages();
          for (let number = 0; number < file.size && number < 50; number += 1) file.get(ref(number));
        });
      }),
      { seed: 20261123, numRuns: 2_000 },
    );
  });
});

function decode(number: number, max?: number): (file: PdfFile) => unknown {
  return (file) => {
    const object = file.get(ref(number));
    return isStream(object) ? file.decode(object, max) : null;
  };
}

function selfLinked(): Uint8Array {
  const { startxref } = readPdf(buildPdf({ objects: onePage() }));
  return buildPdf({ objects: onePage(), trailer: `/Prev ${startxref}` });
}

describe('pages', () => {
  it('inherit size, crop, rotation and resources, and cut the crop box to the page', () => {
    const file = readPdf(
      buildPdf({
        objects: onePage({
          2: '<</Type/Pages/Kids[4 0 R 3 0 R]/Count 2/MediaBox[612 0 0 792]/Rotate 450/Resources<</A 1>>>>',
          3: '<</Type/Page/CropBox[-50 -50 900 100]>>',
          4: '<</Type/Pages/Kids[5 0 R]/Count 1/Rotate 0/CropBox[2000 0 3000 9]>>',
          5: '<</Type/Page/UserUnit 2.5/MediaBox 6 0 R>>',
          6: '[0 0 10 10]',
        }),
      }),
    );
    expect(file.pages()).toMatchObject([
      { index: 0, ref: ref(5), mediaBox: [0, 0, 10, 10], cropBox: [0, 0, 10, 10], rotate: 0, userUnit: 2.5 },
      { index: 1, ref: ref(3), mediaBox: [0, 0, 612, 792], cropBox: [0, 0, 612, 100], rotate: 90, userUnit: 1 },
    ]);
    expect(file.pages().every(({ resources }) => isDict(resources) && resources.entries.get('A') === 1)).toBe(true);
  });
});
