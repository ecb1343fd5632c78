import { beforeAll, describe, expect, it } from 'vitest';
import { concat, utf8 } from '../../../signing/bytes.ts';
import { fillDocument } from '../../../signing/documents/fill.ts';
import { preflight } from '../../../signing/documents/preflight.ts';
import {
  array,
  dict,
  isDict,
  isRef,
  isStream,
  name,
  ref as toRef,
  textString,
  withEntries,
  type PdfObject,
  type PdfRef,
  type PdfStream,
} from '../../../signing/pdf/objects.ts';
import type { PdfFile } from '../../../signing/pdf/pdf-file.ts';
import { flateStream, PdfUpdate } from '../../../signing/pdf/pdf-update.ts';
import { readPdf } from '../../../signing/pdf/read-pdf.ts';
import { verifyPdf } from '../../../signing/verification/verify-pdf.ts';
import type { SignatureReport } from '../../../signing/verification/verification-report.ts';
import { makePki, samplePdf, type TestPki } from '../../support/seal-fixtures.ts';
import {
  addAnnotation,
  addField,
  appended,
  change,
  changeForm,
  contents,
  dictOf,
  field,
  page,
  refIn,
  STAMP,
  widget,
  type Change,
} from './pdf-edits.ts';
import { withoutOurEntry } from './tamper/tampering.ts';
import { FIRST, fixture, sealed, sealOne, SECOND, type SealedSample } from './samples.ts';

const TEXT = { name: 'note', box: [60, 500, 120, 20] } as const;
let pki: TestPki;
let sample: SealedSample;
/** FIRST is signed; SECOND and the text field are still empty. */
let once: Uint8Array;
beforeAll(async () => {
  pki = makePki('p256');
  sample = await sealed(pki, [FIRST, SECOND], { sample: { texts: [TEXT] } });
  once = sample.revisions[1]!;
});

async function first(bytes: Uint8Array): Promise<SignatureReport> {
  const report = await verifyPdf(bytes, { name: 'x', roots: [pki.root.certificate] });
  return report.signatures[0]!;
}

const HARMLESS: readonly (readonly [string, SignatureReport['laterChanges']['level'], Change])[] = [
  ['nothing new', 'none', () => undefined],
  ['an object written again as it was', 'none', (update, file) => update.set(page(file), dictOf(file, page(file)))],
  [
    'other document information',
    'signing',
    (update, file) => {
      const info = file.trailer.entries.get('Info');
      if (isRef(info)) change(update, info, { Producer: textString('another') });
    },
  ],
  [
    'long-term validation data',
    'long-term',
    (update, file) => {
      const certificate = update.allocate();
      update.set(certificate, { kind: 'stream', dict: dict({}), raw: pki.issuing.certificate });
      change(update, file.catalogRef, { DSS: dict({ Certs: array([certificate]) }) });
    },
  ],
  [
    'an invisible signature field',
    'signing',
    (update, file) =>
      addAnnotation(update, file, addField(update, file, { FT: name('Sig'), Rect: array([0, 0, 0, 0]), F: 132 })),
  ],
];

const HARMFUL: readonly (readonly [string, Change])[] = [
  ['page content replaced', (update, file) => update.set(contents(file), flateStream({}, utf8('0 0 9 9 re f')))],
  ['another page size', (update, file) => change(update, page(file), { MediaBox: array([0, 0, 300, 300]) })],
  ['a turned page', (update, file) => change(update, page(file), { Rotate: 90 })],
  ['other resources', (update, file) => change(update, page(file), { Resources: dict({}) })],
  [
    'another font behind the same name',
    (update, file) => {
      const fonts = file.resolve(file.pages()[0]!.resources.entries.get('Font'));
      const font = isDict(fonts) ? [...fonts.entries.values()].find(isRef) : undefined;
      update.set(font!, dict({ Type: name('Font'), Subtype: name('Type1'), BaseFont: name('Symbol') }));
    },
  ],
  [
    'a page more',
    (update, file) => {
      const pages = refIn(file, page(file), 'Parent');
      const added = update.allocate();
      update.set(added, withEntries(dictOf(file, page(file)), { Annots: undefined }));
      change(update, pages, { Kids: array([page(file), added]), Count: 2 });
    },
  ],
  [
    'another catalog',
    (update, file) => change(update, file.catalogRef, { OpenAction: dict({ S: name('JavaScript') }) }),
  ],
  ['another page tree', (update, file) => change(update, file.catalogRef, { Pages: update.allocate() })],
  [
    'an annotation drawn over the page',
    (update, file) => {
      const [annotation, look] = [update.allocate(), update.allocate()];
      update.set(look, STAMP);
      const entries = { Subtype: name('FreeText'), Rect: array([0, 0, 500, 500]), AP: dict({ N: look }) };
      update.set(annotation, dict({ Type: name('Annot'), ...entries }));
      addAnnotation(update, file, annotation);
    },
  ],
  ['an annotation taken away', (update, file) => change(update, page(file), { Annots: array([]) })],
  [
    'the signature dictionary written over',
    (update, file) =>
      change(update, refIn(file, field(file, FIRST.name), 'V'), { Reason: textString('something else') }),
  ],
  ['the signature taken out of its field', (update, file) => change(update, field(file, FIRST.name), { V: undefined })],
  [
    'the signature field taken out of the form',
    (update, file) => changeForm(update, file, { Fields: array([field(file, SECOND.name)]) }),
  ],
  [
    'the signature field moved',
    (update, file) => change(update, field(file, FIRST.name), { Rect: array([0, 0, 9, 9]) }),
  ],
  [
    'the picture of the signature replaced',
    (update, file) => {
      const look = file.resolve(dictOf(file, field(file, FIRST.name)).entries.get('AP'));
      const stream = isDict(look) ? look.entries.get('N') : undefined;
      update.set(stream as PdfRef, STAMP);
    },
  ],
  [
    'a picture in an empty field, unsigned',
    (update, file) => {
      const look = update.allocate();
      update.set(look, STAMP);
      change(update, field(file, SECOND.name), { AP: dict({ N: look }) });
    },
  ],
  [
    'the same signature in a second field',
    (update, file) => change(update, field(file, SECOND.name), { V: refIn(file, field(file, FIRST.name), 'V') }),
  ],
  ['a text field more', (update, file) => void addField(update, file, { FT: name('Tx'), Rect: array([0, 0, 9, 9]) })],
  [
    'a signature field that runs a script',
    (update, file) =>
      void addField(update, file, { FT: name('Sig'), Rect: array([0, 0, 0, 0]), AA: dict({ E: dict({}) }) }),
  ],
  ['a form that asks for new appearances', (update, file) => changeForm(update, file, { NeedAppearances: true })],
  ['no flag that it is signed', (update, file) => changeForm(update, file, { SigFlags: 0 })],
];

describe('what was appended after a signature', () => {
  it.each(HARMLESS)('accepts %s', async (_, level, alter) => {
    const report = await first(appended(once, alter));
    expect(report.laterChanges).toMatchObject({ outcome: 'passed', level });
    expect(report.verdict).toBe('passed');
  });

  it.each(HARMFUL)('finds %s', async (_, alter) => {
    const report = await first(appended(once, alter));
    expect(report.laterChanges).toMatchObject({ outcome: 'failed', code: 'later-content-change', level: 'other' });
    expect(report.integrity.outcome).toBe('passed');
    expect(report.verdict).toBe('failed');
  });

  it('finds a remark, which nobody permitted, and says what it is', async () => {
    const remark: Change = (update, file) => {
      const note = update.allocate();
      update.set(note, dict({ Type: name('Annot'), Subtype: name('Text'), Rect: array([9, 9, 29, 29]) }));
      addAnnotation(update, file, note);
    };
    const report = await first(appended(once, remark));
    expect(report.laterChanges).toMatchObject({ outcome: 'failed', code: 'later-annotation', level: 'annotation' });
    const certified = appended(fixture('lgpl/pdf/valid/dss-certified-P3-plus-empty-field.pdf'), remark);
    const { signatures } = await verifyPdf(certified, { name: 'x', roots: [] });
    expect(signatures[0]!.laterChanges).toMatchObject({ outcome: 'indeterminate', code: 'later-annotation' });
  });

  it('does not pass a later signature of another product that shows where no field was', async () => {
    const box = [300, 600, 200, 60] as const;
    const [x, y, width, height] = box;
    const rect = array([x, y, x + width, y + height]);
    const withField = appended(once, (update, file) =>
      addAnnotation(update, file, addField(update, file, { FT: name('Sig'), Rect: rect, F: 4 })),
    );
    expect((await first(withField)).laterChanges).toMatchObject({ outcome: 'passed', level: 'signing' });
    const signed = (await sealOne(pki, withField, { name: 'extra', box })).bytes;
    const foreign = await withoutOurEntry(signed, pki.signer);
    expect((await first(foreign)).laterChanges).toMatchObject({
      outcome: 'indeterminate',
      code: 'later-visible-field',
    });
    // A kiosk draws ink and nothing else, and its seal is judged by itself.
    expect((await first(signed)).laterChanges).toMatchObject({ outcome: 'passed', level: 'signing' });
  });

  it('finds a change that a later revision takes back', async () => {
    const original = readPdf(once).get(contents(readPdf(once)));
    const changed = appended(once, (update, file) => update.set(contents(file), flateStream({}, utf8('0 0 9 9 re f'))));
    const restored = appended(changed, (update, file) => update.set(contents(file), original));
    expect((await first(restored)).laterChanges.code).toBe('later-content-change');
  });

  it('reports a signature that a later revision removed, and one that took its place', async () => {
    const removed = appended(once, (update, file) => change(update, field(file, FIRST.name), { V: undefined }));
    const again = (await sealOne(pki, removed, FIRST)).bytes;
    const report = await verifyPdf(again, { name: 'x', roots: [pki.root.certificate] });
    expect(report.signatures.map(({ fieldName }) => fieldName)).toEqual([FIRST.name, FIRST.name]);
    expect(report.signatures.map(({ laterChanges }) => laterChanges.level)).toEqual(['other', 'none']);
    expect(report.verdict).toBe('failed');
  });

  it('finds bytes behind the end and objects that no table lists', async () => {
    for (const tail of ['% more\n%%EOF\n', ' \n ']) {
      const { laterChanges } = await first(concat(once, utf8(tail)));
      expect(laterChanges.detail).toContain('Bytes follow the end');
    }
    const { increment } = new PdfUpdate(readPdf(once)).finish();
    const hidden = utf8('4 0 obj\n<< /Length 0 >>\nstream\n\nendstream\nendobj\n');
    const moved = Buffer.from(increment)
      .toString('latin1')
      .replace(/startxref\n(\d+)/, (_, offset: string) => `startxref\n${String(Number(offset) + hidden.length)}`);
    const stray = await first(concat(once, hidden, Buffer.from(moved, 'latin1')));
    expect(stray.laterChanges.detail).toContain('no listed object');
  });

  it('finds an object that was pointed to, missing, and supplied later', async () => {
    const base = await samplePdf({ fields: [FIRST] });
    const missing = toRef(900);
    const prepared = appended(base, (update, file) =>
      change(update, page(file), { Contents: array([contents(file), missing]) }),
    );
    const signed = (await sealOne(pki, prepared, FIRST)).bytes;
    expect((await first(signed)).verdict).toBe('passed');
    const supplied = appended(signed, (update) => update.set(missing, flateStream({}, utf8('0 0 500 500 re f'))));
    expect((await first(supplied)).laterChanges.detail).toContain('missing');
  });
});

describe('object streams written over after a signature', () => {
  let signed: Uint8Array;
  beforeAll(async () => {
    const packed = await samplePdf({ fields: [FIRST], objectStreams: true });
    // How the stream is to be read stands in an object of its own.
    const indirect = appended(packed, (update, file) => {
      const first = update.allocate();
      const stream = container(file);
      update.set(first, stream.value.dict.entries.get('First') ?? null);
      update.set(stream.ref, { ...stream.value, dict: withEntries(stream.value.dict, { First: first }) });
    });
    signed = (await sealOne(pki, indirect, FIRST)).bytes;
  });

  function container(file: PdfFile): { readonly ref: PdfRef; readonly value: PdfStream } {
    const fonts = file.resolve(file.pages()[0]!.resources.entries.get('Font'));
    const font = isDict(fonts) ? [...fonts.entries.values()].find(isRef) : undefined;
    const entry = file.locate(font?.number ?? 0);
    const ref = toRef(entry?.type === 'compressed' ? entry.stream : 0);
    const value = file.get(ref);
    if (!isStream(value)) throw new Error('the font is in no object stream');
    return { ref, value };
  }

  it('leaves a document alone in which nothing was', async () => {
    expect((await first(signed)).verdict).toBe('passed');
    expect(preflight(signed).ok).toBe(true);
  });

  it.each<[string, Change]>([
    [
      'what stands in one',
      (update, file) => {
        const { ref, value } = container(file);
        const text = Buffer.from(file.decode(value)).toString('latin1');
        const other = text.replaceAll('/Helvetica', '/Symbol   ');
        expect(other).not.toBe(text);
        update.set(ref, { kind: 'stream', dict: withEntries(value.dict, { Filter: undefined }), raw: utf8(other) });
      },
    ],
    [
      'where its objects begin',
      (update, file) => {
        const place = container(file).value.dict.entries.get('First');
        update.set(place as PdfRef, Number(file.resolve(place)) + 1);
      },
    ],
  ])('finds %s, though no object in it is listed again, and takes no such document in', async (_, alter) => {
    const bytes = appended(signed, alter);
    expect((await first(bytes)).laterChanges).toMatchObject({ outcome: 'failed', level: 'other' });
    expect(preflight(bytes)).toMatchObject({ ok: false, error: { code: 'signatures-damaged' } });
  });
});

describe('filling in after a signature', () => {
  /** A text field without an appearance, as our own preparation makes them. */
  const plain: Change = (update, file) => change(update, widget(file, TEXT.name), { AP: undefined });

  async function prepared(alter: Change): Promise<Uint8Array> {
    const base = await samplePdf({ fields: [FIRST, SECOND], texts: [TEXT] });
    return (await sealOne(pki, appended(base, alter), FIRST)).bytes;
  }
  async function filled(bytes: Uint8Array, value: string): Promise<Uint8Array> {
    const result = await fillDocument(bytes, [{ fieldName: TEXT.name, value }]);
    if (!result.ok) throw new Error(result.error.code);
    return concat(bytes, result.value.increment);
  }

  it('accepts a value in an empty field, and a second signature over it', async () => {
    const signed = await sealOne(pki, await filled(await prepared(plain), 'Ana Čuk'), SECOND);
    const report = await verifyPdf(signed.bytes, { name: 'x', roots: [pki.root.certificate] });
    expect(report.signatures.map(({ laterChanges }) => laterChanges.level)).toEqual(['form-filling', 'none']);
    expect(report.verdict).toBe('passed');
  });

  it('accepts a date that is written in the same revision as a second signature', async () => {
    const dates = [{ fieldName: TEXT.name, value: '23. 11. 2026' }];
    const signed = await sealOne(pki, await prepared(plain), SECOND, { dates });
    expect((await first(signed.bytes)).laterChanges.outcome).toBe('passed');
  });

  it('finds a value that was there before and is another now', async () => {
    const bytes = await filled(await filled(await prepared(plain), 'one'), 'two');
    expect((await first(bytes)).laterChanges.detail).toContain('had a value');
  });

  it('finds an empty field whose cover is lifted by filling it', async () => {
    const covered = await prepared((update, file) => {
      const cover = update.allocate();
      update.set(cover, flateStream({ Subtype: name('Form') }, utf8('1 g 0 0 120 20 re f')));
      change(update, widget(file, TEXT.name), { AP: dict({ N: cover }) });
    });
    const bytes = appended(covered, (update, file) => {
      const look = update.allocate();
      update.set(look, flateStream({ Subtype: name('Form') }, utf8('/Tx BMC EMC')));
      change(update, field(file, TEXT.name), { V: textString('x') });
      change(update, widget(file, TEXT.name), { AP: dict({ N: look }) });
    });
    expect((await first(bytes)).laterChanges.detail).toContain('showed something');
  });

  it('accepts a background that filling keeps', async () => {
    const around = (text: string): PdfObject =>
      flateStream({ BBox: array([0, 0, 120, 20]) }, utf8(`1 g 0 0 120 20 re f /Tx BMC q ${text} Q EMC`));
    const look = (
      update: PdfUpdate,
      file: PdfFile,
      text: string,
      entries: Readonly<Record<string, PdfObject>>,
    ): void => {
      const stream = update.allocate();
      update.set(stream, around(text));
      change(update, field(file, TEXT.name), entries);
      change(update, widget(file, TEXT.name), { AP: dict({ N: stream }) });
    };
    const empty = await prepared((update, file) => look(update, file, 'BT <> Tj ET', {}));
    const bytes = appended(empty, (update, file) => look(update, file, 'BT <41> Tj ET', { V: textString('A') }));
    expect((await first(bytes)).laterChanges).toMatchObject({ outcome: 'passed', level: 'form-filling' });
  });

  const LABEL = 'BT /L 6 Tf 2 14 Td (Datum) Tj ET';
  function labelled(update: PdfUpdate, file: PdfFile, content: string, font = 'Helvetica'): void {
    const look = update.allocate();
    const fonts = dict({ L: dict({ Type: name('Font'), Subtype: name('Type1'), BaseFont: name(font) }) });
    const entries = { Subtype: name('Form'), BBox: array([-5, 0, 115, 20]), Resources: dict({ Font: fonts }) };
    update.set(look, flateStream(entries, utf8(content)));
    change(update, widget(file, TEXT.name), { AP: dict({ N: look }) });
  }

  it.each([
    ['with an empty text section', `q 1 g -5 0 120 20 re f ${LABEL} Q /Tx BMC EMC`],
    ['with text in its section that is nothing', `1 g -5 0 120 20 re f\n${LABEL}\n/Tx BMC\nBT () Tj ET\nEMC q Q`],
    ['without a text section', `1 g -5 0 120 20 re f ${LABEL}`],
    ['that pdf-lib drew', null],
  ])('keeps background and label of a field %s, and calls that form filling', async (_, content) => {
    const base = await prepared((update, file) => {
      if (content !== null) labelled(update, file, content);
    });
    const bytes = await filled(base, 'Ana Čuk');
    expect((await first(bytes)).laterChanges).toMatchObject({ outcome: 'passed', level: 'form-filling' });
    const look = (file: PdfFile): PdfStream => {
      const states = file.resolve(dictOf(file, widget(file, TEXT.name)).entries.get('AP'));
      const normal = isDict(states) ? file.resolve(states.entries.get('N')) : null;
      if (!isStream(normal)) throw new Error('no appearance');
      return normal;
    };
    const [before, after] = [readPdf(base), readPdf(bytes)];
    expect(look(after).dict.entries.get('BBox')).toEqual(look(before).dict.entries.get('BBox'));
    if (content !== null) {
      const drawn = Buffer.from(after.decode(look(after))).toString('latin1');
      expect(drawn).toContain(content.split('/Tx')[0]!.trim());
      expect(drawn.match(/\/Tx BMC/g)).toHaveLength(1);
    }
  });

  it.each<[string, string, string?]>([
    ['another label', LABEL.replace('Datum', 'Vsota')],
    ['a label in another font', LABEL, 'Symbol'],
    ['a label that hides behind a mark in a string', `(/Tx BMC) pop ${LABEL.replace('Datum', 'Vsota')} EMC`],
  ])('finds %s around the text of a filled field', async (_, label, font) => {
    const base = await prepared((update, file) => labelled(update, file, `${LABEL} /Tx BMC EMC`));
    const bytes = appended(base, (update, file) => {
      labelled(update, file, `${label} /Tx BMC BT (x) Tj ET EMC`, font);
      change(update, field(file, TEXT.name), { V: textString('x') });
    });
    expect((await first(bytes)).laterChanges.detail).toContain('showed something');
  });

  it('finds a field that the signature locked', async () => {
    const locking = { ...FIRST, lock: [TEXT.name] };
    const base = appended(await samplePdf({ fields: [locking], texts: [TEXT] }), plain);
    const signed = (await sealOne(pki, base, FIRST)).bytes;
    expect((await first(signed)).verdict).toBe('passed');
    expect((await first(await filled(signed, 'late'))).laterChanges.code).toBe('field-locked');
  });

  it('finds any filling after a certification against changes', async () => {
    const { signatures } = await verifyPdf(certified(), { name: 'x', roots: [] });
    expect(signatures[0]!.laterChanges).toMatchObject({ code: 'certified-no-changes', level: 'signing' });
  });
});

/** A document certified with P 1 by another product, to which a signature field with a value was added. */
function certified(): Uint8Array {
  return appended(fixture('pdf/valid/pyhanko-certified-P1.pdf'), (update, file) => {
    const value = update.allocate();
    update.set(value, dict({ Type: name('Sig') }));
    addAnnotation(update, file, addField(update, file, { FT: name('Sig'), Rect: array([0, 0, 0, 0]), V: value }));
  });
}
