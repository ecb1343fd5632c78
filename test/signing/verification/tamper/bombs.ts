import { deflateSync } from 'node:zlib';
import { concat, utf8 } from '../../../../signing/bytes.ts';
import { array, dict, literal, name, type PdfObject } from '../../../../signing/pdf/objects.ts';
import { appended, change, changeForm, contents, page, refIn, type Change } from '../pdf-edits.ts';
import type { Tampering, TamperWorld } from './tampering.ts';

const bomb = (title: string, make: (world: TamperWorld) => Uint8Array): Tampering => ({
  class: 'bomb',
  name: title,
  make: (world) => ({ bytes: make(world) }),
});
const later = (title: string, alter: Change): Tampering => bomb(title, ({ once }) => appended(once, alter));

/** 256 MiB of zeros in a quarter of a megabyte. */
const swollen = (): Uint8Array => deflateSync(Buffer.alloc(2 ** 28));

export const BOMBS: readonly Tampering[] = [
  bomb('a cross-reference that comes before itself', ({ once }) => {
    const root = /\/Root \d+ 0 R/.exec(Buffer.from(once).toString('latin1'))![0];
    const at = String(once.length);
    const table = `xref\n0 0\ntrailer\n<< /Size 60 ${root} /Prev ${at} >>\nstartxref\n${at}\n%%EOF\n`;
    return concat(once, utf8(table));
  }),
  later('a page tree that loops', (update, file) => {
    const pages = refIn(file, page(file), 'Parent');
    change(update, pages, { Kids: array([pages, page(file)]) });
  }),
  later('form fields that loop', (update, file) => {
    const loop = update.allocate();
    update.set(loop, dict({ T: literal(utf8('loop')), Kids: array([loop]) }));
    changeForm(update, file, { Fields: array([loop]) });
  }),
  later('page content that swells to 256 MiB', (update, file) =>
    update.set(contents(file), { kind: 'stream', dict: dict({ Filter: name('FlateDecode') }), raw: swollen() }),
  ),
  bomb('a cross-reference stream that swells to 256 MiB', ({ once }) => {
    const raw = swollen();
    const head = utf8(
      `99 0 obj\n<< /Type /XRef /Size 100 /W [1 5 2] /Root 2 0 R /Filter /FlateDecode /Length ${String(raw.length)} >>\nstream\n`,
    );
    return concat(once, head, raw, utf8(`\nendstream\nendobj\nstartxref\n${String(once.length)}\n%%EOF\n`));
  }),
  later('arrays in arrays, a hundred thousand deep', (update, file) => {
    const raw = utf8(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    const deep = update.allocate();
    update.set(deep, { kind: 'raw', bytes: raw });
    const value: PdfObject = deep;
    change(update, file.catalogRef, { PieceInfo: value });
  }),
];
