import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPdf, onePage, stream } from '../pdf/build-pdf.ts';
import { corpus } from '../pdf/corpus.ts';

const MEGABYTE = 1024 * 1024;
/** Just under the limit of intake, so that it is the reader that must hold. */
const LARGE = 49 * MEGABYTE;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'countersign-hostile-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Measured {
  readonly outcome: string;
  readonly detail: string;
  readonly seconds: number;
  readonly peakMegabytes: number;
}
function measure(file: string): Measured {
  const script = path.join(import.meta.dirname, 'measure-preflight.ts');
  const run = spawnSync(process.execPath, ['--no-warnings', script, file], { encoding: 'utf8', timeout: 50_000 });
  if (run.status !== 0) throw new Error(`ended with ${run.status ?? run.signal}: ${run.stderr}`);
  return JSON.parse(run.stdout) as Measured;
}

const repeat = (text: string, bytes: number): string => text.repeat(Math.floor(bytes / text.length));
const inCatalog = (value: string): Uint8Array =>
  buildPdf({ objects: onePage({ 1: `<</Type/Catalog/Pages 2 0 R/X ${value}>>` }) });
const withTable = (table: string): Uint8Array => {
  const text = '%PDF-1.7\n' + table;
  return Buffer.from(`${text}\nstartxref\n9\n%%EOF\n`, 'latin1');
};

/** A catalog, page tree and pages, each page tree node in an object stream of its own. */
function objectStreams(count: number, expanded: number): Uint8Array {
  const data = Buffer.alloc(expanded, 0x20);
  const objects: Record<number, string | Uint8Array> = { 1: '<</Type/Catalog/Pages 2 0 R>>' };
  const kids = Array.from({ length: count }, (_, i) => 1000 + i);
  objects[2] = `<</Type/Pages/Count ${count}/Kids[${kids.map((kid) => `${kid} 0 R`).join(' ')}]>>`;
  kids.forEach((kid, i) => {
    data.write(`${kid} 0 <</Type/Page/MediaBox[0 0 9 9]>>`, 0, 'latin1');
    objects[3 + i] = stream(deflateSync(data), `/Type/ObjStm/N 1/First 7/Filter/FlateDecode`);
  });
  return withStreamTable(objects, new Map(kids.map((kid, i) => [kid, 3 + i])));
}

/** Objects in the file and objects in streams, behind an uncompressed cross-reference stream. */
function withStreamTable(
  objects: Record<number, string | Uint8Array>,
  members: ReadonlyMap<number, number>,
): Uint8Array {
  const plain = Buffer.from(buildPdf({ objects }));
  const start = plain.lastIndexOf('xref\n0 1');
  const size = Math.max(...members.keys()) + 2;
  const rows = Buffer.alloc(size * 7);
  let at = 0;
  for (const number of Object.keys(objects).map(Number)) {
    at = plain.indexOf(`\n${number} 0 obj`, at) + 1;
    rows.writeUInt8(1, number * 7);
    rows.writeUInt32BE(at, number * 7 + 1);
  }
  for (const [number, container] of members) {
    rows.writeUInt8(2, number * 7);
    rows.writeUInt32BE(container, number * 7 + 1);
  }
  const head = `${size - 1} 0 obj\n<</Type/XRef/Size ${size}/Root 1 0 R/W[1 4 2]/Length ${rows.length}>>\nstream\n`;
  return Buffer.concat([
    plain.subarray(0, start),
    Buffer.from(head),
    rows,
    Buffer.from(`\nendstream\nendobj\nstartxref\n${start}\n%%EOF\n`),
  ]);
}

/** Cross-reference streams in a chain, each a small file that expands to `expanded` bytes. */
function tableBombs(count: number, expanded: number): Uint8Array {
  const data = deflateSync(Buffer.alloc(expanded));
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n')];
  let length = 9;
  let previous = -1;
  for (let i = 0; i < count; i += 1) {
    const link = previous < 0 ? '' : `/Prev ${previous}`;
    const dict = `<</Type/XRef/Size 8000000/W[0 1 0]/Filter/FlateDecode/Root 1 0 R/Length ${data.length}${link}>>`;
    const part = Buffer.concat([Buffer.from(`1 0 obj\n${dict}\nstream\n`), data, Buffer.from('\nendstream\nendobj\n')]);
    previous = length;
    length += part.length;
    parts.push(part);
  }
  return Buffer.concat([...parts, Buffer.from(`startxref\n${previous}\n%%EOF\n`)]);
}

/** Every page's head stands in one comment, which each of them must read to its end. */
function nestedComments(count: number): Uint8Array {
  const first = 10;
  const kids = Array.from({ length: count }, (_, i) => `${first + i} 0 R`).join(' ');
  const objects = onePage({ 2: `<</Type/Pages/Count ${count}/Kids[${kids}]>>` });
  const plain = Buffer.from(buildPdf({ objects }));
  const start = plain.lastIndexOf('xref\n0 1');
  const padding = ' '.repeat(60_000);
  let body = '';
  const entries: string[] = [];
  for (let i = 0; i < count; i += 1) {
    entries.push(`${String(start + body.length).padStart(10, '0')} 00000 n \n`);
    body += `${first + i} 0 obj %${padding}`;
  }
  body += '\n<</Type/Page/MediaBox[0 0 9 9]>> endobj\n';
  const table = plain.subarray(start, plain.lastIndexOf('trailer')).toString('latin1');
  const tail = `trailer\n<</Size ${first + count}/Root 1 0 R>>\nstartxref\n${start + body.length}\n%%EOF\n`;
  return Buffer.concat([
    plain.subarray(0, start),
    Buffer.from(`${body}${table}${first} ${count}\n${entries.join('')}${tail}`, 'latin1'),
  ]);
}

/** Trailers one inside the comment of the other, linked by /Prev. */
function nestedTrailers(count: number): Uint8Array {
  const section = (previous: number): string =>
    `xref 0 0 trailer<</Root 1 0 R/Size 1${previous < 0 ? '' : `/Prev ${previous}`} %`.padEnd(64) + ' '.repeat(20_000);
  let text = '%PDF-1.7\n';
  for (let i = 0; i < count; i += 1) {
    // The first one, which is read last, ends the chain.
    text += section(i === 0 ? -1 : 9 + (i - 1) * 20_064);
  }
  return Buffer.from(`${text}\n>>\nstartxref\n${9 + (count - 1) * 20_064}\n%%EOF\n`, 'latin1');
}

const CASES: readonly (readonly [what: string, outcome: string, make: () => Uint8Array])[] = [
  ['an array of 49 million names', 'damaged', () => inCatalog(`[${repeat('/', LARGE)}]`)],
  ['an array of 8 million strings', 'damaged', () => inCatalog(`[${repeat('(\\))()', LARGE)}]`)],
  ['24 million nested arrays', 'damaged', () => inCatalog(repeat('[', LARGE / 2) + repeat(']', LARGE / 2))],
  ['parentheses that never close', 'damaged', () => inCatalog(repeat('(', LARGE))],
  ['a name of 49 MB', 'damaged', () => inCatalog(`/${repeat('#41', LARGE)}`)],
  ['a number of 49 MB', 'damaged', () => inCatalog(repeat('1', LARGE))],
  [
    '49 MB of comments',
    'accepted',
    () => inCatalog(`[${repeat('1 %\n', LARGE / 100)}${repeat('%\n', LARGE - LARGE / 100 - 9_999)}]`),
  ],
  ['one string of 49 MB', 'accepted', () => inCatalog(`(${repeat('\\\\', LARGE)})`)],
  [
    'a table of 2.4 million entries',
    'damaged',
    () => withTable(`xref\n0 2400000\n${repeat('0000000009 00000 n \n', 48_000_000)}trailer<</Root 1 0 R>>`),
  ],
  [
    'a table of 12 million empty subsections',
    'damaged',
    () => withTable(`xref\n${repeat('0 0\n', LARGE)}trailer<</Root 1 0 R>>`),
  ],
  [
    'a table of 2 million subsections',
    'damaged',
    () =>
      withTable(
        `xref\n${Array.from({ length: 1_700_000 }, (_, i) => `${i * 2} 1\n0000000009 00000 n \n`).join('')}trailer<</Root 1 0 R>>`,
      ),
  ],
  ['fifty cross-reference streams of 8 million entries', 'damaged', () => tableBombs(50, 8_000_000)],
  ['an object stream that expands to 200 MB', 'damaged', () => objectStreams(1, 200 * MEGABYTE)],
  ['forty object streams that expand to 60 MB each', 'damaged', () => objectStreams(40, 60 * MEGABYTE)],
  ['400 pages inside one comment', 'damaged', () => nestedComments(400)],
  ['2,000 trailers inside one comment', 'damaged', () => nestedTrailers(2_000)],
];

describe('intake of files made to hurt', () => {
  it.each(CASES)('meets %s within 10 s and 500 MB: %s', (_, outcome, make) => {
    const file = path.join(folder, 'hostile.pdf');
    writeFileSync(file, make());
    const measured = measure(file);
    expect(measured).toMatchObject({ outcome });
    expect(measured.seconds).toBeLessThan(10);
    expect(measured.peakMegabytes).toBeLessThan(500);
  });

  it.each([...corpus('hostile')].filter(([file]) => /bomb|loop|tree/.test(file)))(
    'meets %s of the corpus within 10 s and 500 MB',
    (_, file) => {
      const measured = measure(file);
      expect(measured.seconds).toBeLessThan(10);
      expect(measured.peakMegabytes).toBeLessThan(500);
    },
  );
});
