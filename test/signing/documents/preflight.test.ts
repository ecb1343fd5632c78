import { describe, expect, it } from 'vitest';
import { concat } from '../../../signing/bytes.ts';
import { sha256 } from '../../../signing/digest.ts';
import type { DocumentRefusalCode } from '../../../signing/documents/document.ts';
import { preflight } from '../../../signing/documents/preflight.ts';
import { array, dict, isRef, name, withEntries } from '../../../signing/pdf/objects.ts';
import { readFields } from '../../../signing/pdf/form.ts';
import { PdfUpdate } from '../../../signing/pdf/pdf-update.ts';
import { readPdf } from '../../../signing/pdf/read-pdf.ts';
import { buildPdf, onePage, stream } from '../pdf/build-pdf.ts';
import { corpus, corpusBytes } from '../pdf/corpus.ts';

interface Accepted {
  readonly signatures?: number;
  readonly certified?: 1 | 2 | 3;
  readonly pdfa?: string;
  readonly warnings?: readonly string[];
  readonly emptySignatureFields?: number;
}
type Expected = Accepted | DocumentRefusalCode;

/** What the manifests of the corpus expect, as far as intake is concerned. */
const VALID: Readonly<Record<string, Expected>> = {
  'dss-certified-P3-plus-empty-field.pdf': { signatures: 1, certified: 3, emptySignatureFields: 1 },
  'dss-documentEmptySignature.pdf': { emptySignatureFields: 1 },
  'dss-fieldmdp-lock-exclude.pdf': { emptySignatureFields: 3 },
  'dss-invisible-signature-field.pdf': { emptySignatureFields: 1 },
  'dss-negative-mediabox-rotate90.pdf': { warnings: ['size-entry-wrong'] },
  'dss-not_signed_pdfa.pdf': { pdfa: 'PDF/A-1b' },
  'dss-owner-protected-signing-allowed.pdf': 'encrypted',
  'dss-pdf-2.0.pdf': {},
  'dss-pdf-xref-streams.pdf': {},
  'dss-pdfa2a-rgb.pdf': { pdfa: 'PDF/A-2a' },
  'dss-rotate90.pdf': {},
  'dss-signed-pades-b.pdf': { signatures: 1 },
  'dss-signed-pades-lta.pdf': { signatures: 1 },
  'pdfjs-160F-2019.pdf': { warnings: ['javascript', 'usage-rights'] },
  'pdfjs-arabic-cid.pdf': {},
  'pdfjs-attachment.pdf': { warnings: ['attachments'] },
  'pdfjs-copy_paste_ligatures.pdf': {},
  'pdfjs-cropbox-offset.pdf': {},
  'pdfjs-czech-diacritics.pdf': {},
  'pdfjs-find_all.pdf': {},
  'pdfjs-rotation.pdf': {},
  'pdflib-fancy_fields.pdf': {},
  'pdflib-linearized_with_object_streams.pdf': {},
  'pdflib-sample_form.pdf': { warnings: ['javascript', 'usage-rights'], emptySignatureFields: 1 },
  'pdflib-standard_fonts_demo.pdf': {},
  'pdflib-us_constitution.pdf': {},
  'pdflib-with_cropbox.pdf': {},
  'pdflib-with_update_sections.pdf': { warnings: ['javascript'] },
  'pdflib-with_xfa_fields.pdf': 'xfa',
  'pyhanko-certified-P1.pdf': 'certified-no-changes',
  'pyhanko-compacted-syntax.pdf': { warnings: ['javascript'] },
  'pyhanko-minimal-hybrid-xref.pdf': 'hybrid',
  'pyhanko-minimal-two-fields.pdf': { emptySignatureFields: 2 },
  'pyhanko-pades-lta.pdf': { signatures: 1 },
  'pyhanko-signed-twice.pdf': { signatures: 2 },
  'qpdf-V4-aes-empty-user-password.pdf': 'encrypted',
  'qpdf-aes256-R6-user-view-owner-master.pdf': 'encrypted',
};
const HOSTILE: Readonly<Record<string, Expected>> = {
  'dss-byterange-overlap.pdf': 'signatures-damaged',
  // The CMS inside is the verifier's to judge: intake looks at structure.
  'dss-double-signerinfo.pdf': { signatures: 1 },
  'dss-infinite-loop-xref.pdf': 'damaged',
  'dss-isa-added-page.pdf': 'signatures-damaged',
  'dss-isa-replaced-sigdict.pdf': 'signatures-damaged',
  'dss-not-a-pdf-header.pdf': 'damaged',
  'dss-shadow-hide.pdf': 'signatures-damaged',
  'dss-signed-corrupted.pdf': 'damaged',
  'pdfjs-javascript-doc-actions.pdf': { warnings: ['javascript'] },
  'pdfjs-jbig2-bomb.pdf': {},
  'pdfjs-not-really-pdf.pdf': 'damaged',
  'pdfjs-pages-tree-refs.pdf': 'damaged',
  'pdfjs-xref-keyword-missing.pdf': 'damaged',
  'pdflib-invalid-objects.pdf': 'damaged',
  'pyhanko-byterange-gap-too-big.pdf': 'signatures-damaged',
  'pyhanko-byterange-single-range.pdf': 'signatures-damaged',
  'pyhanko-byterange-tail-uncovered.pdf': 'signatures-damaged',
  'pyhanko-circular-page-tree.pdf': 'damaged',
  'pyhanko-detached-with-econtent.pdf': { signatures: 1 },
  'pyhanko-malformed-encrypt-dict.pdf': 'encrypted',
  'pyhanko-no-signed-attributes.pdf': { signatures: 1 },
  'pyhanko-shadow-appearance-clobber.pdf': 'signatures-damaged',
  'qpdf-pages-loop.pdf': 'damaged',
  'qpdf-prev-loop.pdf': 'damaged',
  'qpdf-trailer-recovery-bomb.pdf': 'not-a-pdf',
};

describe('intake of other products’ files', () => {
  it('has an expectation for every file', () => {
    expect(Object.keys(VALID).sort()).toEqual([...corpus('valid').keys()].sort());
    expect(Object.keys(HOSTILE).sort()).toEqual([...corpus('hostile').keys()].sort());
  });

  it.each(Object.entries(VALID))('meets the sound file %s as its manifest expects', (file, expected) => {
    meets(corpusBytes('valid', file), expected);
  });

  it.each(Object.entries(HOSTILE))('meets the hostile file %s as expected', (file, expected) => {
    meets(corpusBytes('hostile', file), expected);
  });
});

function meets(bytes: Uint8Array, expected: Expected): void {
  const result = preflight(bytes);
  if (typeof expected === 'string') {
    expect(result).toMatchObject({ ok: false, error: { code: expected } });
    return;
  }
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.detail}`);
  const { facts, fields } = result.value;
  expect({
    signatures: facts.existingSignatures,
    certified: facts.certified,
    pdfa: facts.pdfa,
    warnings: facts.warnings.map(({ code }) => code),
    emptySignatureFields: fields.filter(({ type, signed }) => type === 'Sig' && !signed).length,
  }).toEqual({
    signatures: expected.signatures ?? 0,
    certified: expected.certified ?? null,
    pdfa: expected.pdfa ?? null,
    warnings: expected.warnings ?? [],
    emptySignatureFields: expected.emptySignatureFields ?? 0,
  });
  expect(facts).toMatchObject({ digest: sha256(bytes), byteLength: bytes.length });
}

describe('facts of a document', () => {
  it('gives page sizes as displayed: cropped, turned, in points', () => {
    const turned = preflight(corpusBytes('valid', 'dss-negative-mediabox-rotate90.pdf'));
    expect(turned).toMatchObject({ ok: true, value: { facts: { pages: [{ width: 792, height: 612, rotate: 90 }] } } });
    const large = buildPdf({
      objects: onePage({ 3: '<</Type/Page/MediaBox[0 0 100 200]/CropBox[10 10 60 500]/UserUnit 2/Rotate -180>>' }),
    });
    expect(preflight(large)).toMatchObject({
      ok: true,
      value: { facts: { pages: [{ width: 100, height: 380, rotate: 180, cropBox: [10, 10, 60, 200], userUnit: 2 }] } },
    });
  });

  it.each([
    ['the document', '<</Type/Catalog/Pages 2 0 R/Names<</JavaScript<</Kids[4 0 R]>>>>>>'],
    [
      'opening, in the second action',
      '<</Type/Catalog/Pages 2 0 R/OpenAction<</S/GoTo/Next[<</S/JavaScript/JS(x)>>]>>>>',
    ],
    ['an event', '<</Type/Catalog/Pages 2 0 R/AA<</WC<</S/JavaScript/JS(x)>>>>>>'],
  ])('warns of JavaScript at %s', (_, catalog) => {
    const bytes = buildPdf({ objects: onePage({ 1: catalog, 4: '<</Names[(a)<</S/JavaScript/JS(x)>>]>>' }) });
    expect(preflight(bytes)).toMatchObject({ ok: true, value: { facts: { warnings: [{ code: 'javascript' }] } } });
  });

  it('warns of a file attached to a page', () => {
    const bytes = buildPdf({
      objects: onePage({
        3: '<</Type/Page/MediaBox[0 0 9 9]/Annots[<</Type/Annot/Subtype/FileAttachment/Rect[0 0 1 1]>>]>>',
      }),
    });
    expect(preflight(bytes)).toMatchObject({ ok: true, value: { facts: { warnings: [{ code: 'attachments' }] } } });
  });
});

describe('refusals of intake', () => {
  const cases: readonly (readonly [string, Uint8Array, DocumentRefusalCode])[] = [
    ['more than 50 MB', new Uint8Array(50 * 1024 * 1024 + 1), 'too-large'],
    ['no bytes at all', new Uint8Array(0), 'not-a-pdf'],
    ['a header behind other bytes', concat(Buffer.from('HTTP\n'), buildPdf({ objects: onePage() })), 'not-a-pdf'],
    ['no pages', buildPdf({ objects: onePage({ 2: '<</Type/Pages/Kids[]/Count 0>>' }) }), 'no-pages'],
    [
      'too many pages',
      buildPdf({ objects: onePage({ 2: '<</Type/Pages/Kids[3 0 R]/Count 501>>' }) }),
      'too-many-pages',
    ],
    [
      'an empty XFA entry',
      buildPdf({ objects: onePage({ 1: '<</Type/Catalog/Pages 2 0 R/AcroForm<</XFA[]>>>>' }) }),
      'xfa',
    ],
    ['an object in the wrong place', misplaced(), 'damaged'],
    ['bytes behind the end', concat(buildPdf({ objects: onePage() }), Buffer.from('<html>')), 'damaged'],
  ];
  it.each(cases)('refuses a file with %s', (_, bytes, code) => {
    expect(preflight(bytes)).toMatchObject({ ok: false, error: { code } });
  });

  it('names the code and the place of damage', () => {
    const result = preflight(misplaced());
    expect(result.ok ? '' : result.error.detail).toMatch(/^object-damaged: object 4 .*\(at byte \d+\)$/);
  });

  it.each(['dss-signed-pades-b.pdf', 'pyhanko-signed-twice.pdf'])(
    'refuses %s once the content of a page is overwritten behind its signature',
    (file) => {
      const bytes = withRevision(file, (update) => {
        const [page] = update.file.pages();
        const contents = page?.dict.entries.get('Contents');
        const first = isRef(contents) ? contents : null;
        if (first === null) throw new Error('content is not one stream');
        update.set(first, { kind: 'stream', dict: dict({}), raw: Buffer.from('q Q') });
      });
      expect(preflight(bytes)).toMatchObject({ ok: false, error: { code: 'signatures-damaged' } });
    },
  );

  it('refuses a signed file whose page was given other content', () => {
    const bytes = withRevision('dss-signed-pades-b.pdf', (update) => {
      const page = update.file.pages()[0]!;
      const other = update.allocate();
      update.set(other, { kind: 'stream', dict: dict({}), raw: Buffer.from('q Q') });
      update.set(page.ref, withEntries(page.dict, { Contents: other }));
    });
    expect(preflight(bytes)).toMatchObject({ ok: false, error: { code: 'signatures-damaged' } });
  });

  it('refuses a signed file whose signature was moved to another dictionary', () => {
    const bytes = withRevision('pyhanko-signed-twice.pdf', (update) => {
      const [first, second] = readFields(update.file);
      update.set(first!.ref, withEntries(first!.dict, { V: second!.dict.entries.get('V') }));
    });
    expect(preflight(bytes)).toMatchObject({ ok: false, error: { code: 'signatures-damaged' } });
  });

  it('takes a signed file to which a further field and its page entry were added', () => {
    const bytes = withRevision('dss-signed-pades-b.pdf', (update) => {
      const page = update.file.pages()[0]!;
      const field = update.allocate();
      update.set(field, dict({ Type: name('Annot'), Subtype: name('Widget'), FT: name('Sig') }));
      update.set(page.ref, withEntries(page.dict, { Annots: array([field]) }));
    });
    expect(preflight(bytes)).toMatchObject({ ok: true, value: { facts: { existingSignatures: 1 } } });
  });
});

function withRevision(file: string, change: (update: PdfUpdate) => void): Uint8Array {
  const original = corpusBytes('valid', file);
  const update = new PdfUpdate(readPdf(original));
  change(update);
  return concat(original, update.finish().increment);
}

/** The table has object 4 begin one byte too late. */
function misplaced(): Uint8Array {
  const bytes = Buffer.from(buildPdf({ objects: onePage({ 4: stream(Buffer.from('q Q')) }) }));
  const text = bytes.toString('latin1');
  const offset = text.indexOf('4 0 obj');
  const entry = text.indexOf(String(offset).padStart(10, '0'));
  bytes.write(String(offset + 1).padStart(10, '0'), entry, 'latin1');
  return bytes;
}
