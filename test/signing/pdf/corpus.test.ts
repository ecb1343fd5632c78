import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PDFDocument } from 'pdf-lib';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { concat } from '../../../signing/bytes.ts';
import { isDict, isStream, textString, withEntries, dict, type PdfObject } from '../../../signing/pdf/objects.ts';
import { flateStream, PdfUpdate } from '../../../signing/pdf/pdf-update.ts';
import { readPdf } from '../../../signing/pdf/read-pdf.ts';
import { requireTool } from '../../support/tools.ts';
import { corpus, corpusBytes } from './corpus.ts';

/** Sound files that are not encrypted: pages, and whether the newest section is a table or a stream. */
const OPENS: readonly (readonly [file: string, pages: number, kind: 'table' | 'stream', version: string])[] = [
  ['dss-certified-P3-plus-empty-field.pdf', 1, 'table', '1.4'],
  ['dss-documentEmptySignature.pdf', 10, 'table', '1.4'],
  ['dss-fieldmdp-lock-exclude.pdf', 2, 'stream', '1.6'],
  ['dss-invisible-signature-field.pdf', 1, 'stream', '1.6'],
  ['dss-negative-mediabox-rotate90.pdf', 1, 'stream', '1.6'],
  ['dss-not_signed_pdfa.pdf', 1, 'table', '1.5'],
  ['dss-pdf-2.0.pdf', 1, 'table', '2.0'],
  ['dss-pdf-xref-streams.pdf', 1, 'stream', '1.6'],
  ['dss-pdfa2a-rgb.pdf', 1, 'stream', '1.7'],
  ['dss-rotate90.pdf', 1, 'table', '1.4'],
  ['dss-signed-pades-b.pdf', 1, 'table', '1.4'],
  ['dss-signed-pades-lta.pdf', 1, 'table', '1.4'],
  ['pdfjs-160F-2019.pdf', 1, 'stream', '1.7'],
  ['pdfjs-arabic-cid.pdf', 1, 'table', '1.3'],
  ['pdfjs-attachment.pdf', 1, 'table', '1.5'],
  ['pdfjs-copy_paste_ligatures.pdf', 1, 'stream', '1.5'],
  ['pdfjs-cropbox-offset.pdf', 1, 'stream', '1.6'],
  ['pdfjs-czech-diacritics.pdf', 1, 'table', '1.7'],
  ['pdfjs-find_all.pdf', 1, 'table', '1.4'],
  ['pdfjs-rotation.pdf', 2, 'table', '1.4'],
  ['pdflib-fancy_fields.pdf', 1, 'stream', '1.6'],
  ['pdflib-linearized_with_object_streams.pdf', 206, 'stream', '1.7'],
  ['pdflib-sample_form.pdf', 1, 'stream', '1.6'],
  ['pdflib-standard_fonts_demo.pdf', 5, 'stream', '1.7'],
  ['pdflib-us_constitution.pdf', 19, 'table', '1.3'],
  ['pdflib-with_cropbox.pdf', 2, 'table', '1.4'],
  ['pdflib-with_update_sections.pdf', 1, 'table', '1.7'],
  ['pdflib-with_xfa_fields.pdf', 2, 'stream', '1.7'],
  ['pyhanko-certified-P1.pdf', 1, 'table', '1.7'],
  ['pyhanko-compacted-syntax.pdf', 1, 'table', '1.7'],
  ['pyhanko-minimal-hybrid-xref.pdf', 1, 'table', '1.7'],
  ['pyhanko-minimal-two-fields.pdf', 1, 'table', '1.7'],
  ['pyhanko-pades-lta.pdf', 1, 'table', '1.7'],
  ['pyhanko-signed-twice.pdf', 1, 'stream', '1.7'],
];
const ENCRYPTED = [
  'dss-owner-protected-signing-allowed.pdf',
  'qpdf-V4-aes-empty-user-password.pdf',
  'qpdf-aes256-R6-user-view-owner-master.pdf',
];
const PAYLOAD = Buffer.from('q 0 0 1 rg Q\n');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'countersign-pdf-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('the reader on sound files of other products', () => {
  it('knows every file of the corpus', () => {
    expect([...OPENS.map(([file]) => file), ...ENCRYPTED].sort()).toEqual([...corpus('valid').keys()].sort());
  });

  it.each(OPENS)('opens %s with %i pages', (file, pages, kind, version) => {
    const pdf = readPdf(corpusBytes('valid', file));
    expect({ pages: pdf.pages().length, kind: pdf.xrefKind, version: pdf.version }).toEqual({ pages, kind, version });
  });

  it.each(ENCRYPTED)('opens %s far enough to see that it is encrypted', (file) => {
    expect(readPdf(corpusBytes('valid', file)).trailer.entries.has('Encrypt')).toBe(true);
  });

  it('reads every object of every sound file', () => {
    const unreadable: string[] = [];
    for (const [file] of OPENS.filter(([, pages]) => pages < 100)) {
      const pdf = readPdf(corpusBytes('valid', file));
      for (let number = 0; number < pdf.size; number += 1) {
        const entry = pdf.locate(number);
        const generation = entry === undefined || entry.type === 'compressed' ? 0 : entry.generation;
        try {
          pdf.get({ kind: 'ref', number, generation });
        } catch {
          unreadable.push(`${file} ${number}`);
        }
      }
    }
    expect(unreadable).toEqual([]);
  });

  it('takes an object without any value for null', () => {
    const pdf = readPdf(corpusBytes('valid', 'pyhanko-compacted-syntax.pdf'));
    expect(pdf.get({ kind: 'ref', number: 2, generation: 0 })).toBeNull();
  });

  it('takes crop, rotation and inheritance into account', () => {
    const [page] = readPdf(corpusBytes('valid', 'pdfjs-cropbox-offset.pdf')).pages();
    expect(page?.cropBox.map((edge) => Math.round(edge * 100) / 100)).toEqual([102.11, 111.93, 274.92, 465.39]);
    const [turned] = readPdf(corpusBytes('valid', 'dss-negative-mediabox-rotate90.pdf')).pages();
    expect(turned).toMatchObject({ mediaBox: [-100, -300, 512, 492], rotate: 90 });
    expect(
      readPdf(corpusBytes('valid', 'pdfjs-rotation.pdf'))
        .pages()
        .map(({ rotate }) => rotate),
    ).toContain(90);
  });
});

/** The file with one more revision: a new title, a new stream. */
function appended(file: string): { readonly original: Uint8Array; readonly bytes: Uint8Array; readonly added: number } {
  const original = corpusBytes('valid', file);
  const pdf = readPdf(original);
  const update = new PdfUpdate(pdf);
  const added = update.allocate();
  update.set(added, flateStream({ Type: { kind: 'name', name: 'Countersign Test' } }, PAYLOAD));
  const info = pdf.trailer.entries.get('Info');
  if (typeof info === 'object' && info?.kind === 'ref') {
    const old: PdfObject = pdf.resolve(info);
    update.set(info, withEntries(isDict(old) ? old : dict({}), { Title: textString('Pogodba č š ž') }));
  }
  const { increment } = update.finish();
  return { original, bytes: concat(original, increment), added: added.number };
}

describe('the appender on sound files of other products', () => {
  it.each(OPENS)('appends a revision to %s that this reader reads', (file, pages, kind) => {
    const { original, bytes, added } = appended(file);
    expect(Buffer.compare(bytes.subarray(0, original.length), original)).toBe(0);
    const again = readPdf(bytes);
    const object = again.get({ kind: 'ref', number: added, generation: 0 });
    expect({ pages: again.pages().length, kind: again.xrefKind }).toEqual({ pages, kind });
    expect(isStream(object) && Buffer.from(again.decode(object)).equals(PAYLOAD)).toBe(true);
    expect(again.trailer.entries.get('Size')).toBe(again.size);
  });

  it.each(OPENS)('appends a revision to %s that pdf.js reads with a new title', async (file, pages) => {
    const { bytes } = appended(file);
    const loading = getDocument({ data: Uint8Array.from(bytes), verbosity: 0, stopAtErrors: true });
    const pdf = await loading.promise;
    try {
      const hasInfo = readPdf(bytes).trailer.entries.has('Info');
      const { info } = await pdf.getMetadata();
      expect(pdf.numPages).toBe(pages);
      if (hasInfo) expect(info).toHaveProperty('Title', 'Pogodba č š ž');
      await pdf.getPage(pages);
    } finally {
      await loading.destroy();
    }
  });

  it.each(OPENS.filter(([, pages]) => pages < 100))(
    'appends a revision to %s that pdf-lib reads',
    async (file, pages) => {
      const { bytes } = appended(file);
      const pdf = await PDFDocument.load(bytes, { updateMetadata: false });
      expect(pdf.getPageCount()).toBe(pages);
    },
  );

  it.for(OPENS)('leaves qpdf with no more to say about %s than before', ([file], ctx) => {
    requireTool(ctx, 'qpdf');
    const { original, bytes } = appended(file);
    const after = qpdfCheck(bytes, `after-${file}`);
    // 3 is "warnings": allowed only where the original had some.
    if (after === 3) expect(qpdfCheck(original, `before-${file}`)).toBe(3);
    else expect(after).toBe(0);
  });
});

function qpdfCheck(bytes: Uint8Array, name: string): number | null {
  const file = path.join(folder, name);
  writeFileSync(file, bytes);
  return spawnSync('qpdf', ['--check', file]).status;
}
