import { beforeAll, describe, expect, it } from 'vitest';
import { concat, utf8 } from '../../../signing/bytes.ts';
import { fillDocument } from '../../../signing/documents/fill.ts';
import { array, dict, isArray, name, withEntries, type PdfObject } from '../../../signing/pdf/objects.ts';
import { flateStream } from '../../../signing/pdf/pdf-update.ts';
import { verifyPdf } from '../../../signing/verification/verify-pdf.ts';
import { makePki, samplePdf, type TestPki } from '../../support/seal-fixtures.ts';
import { addAnnotation, addField, appended, change, dictOf, field, page, widget, type Change } from './pdf-edits.ts';
import { FIRST, sealOne } from './samples.ts';

const NOTE = { name: 'note', box: [60, 500, 200, 20] } as const;
const TICK = [60, 450, 74, 464] as const;
let pki: TestPki;
let blank: Uint8Array;
beforeAll(async () => {
  pki = makePki('p256');
  blank = await samplePdf({ fields: [FIRST], texts: [NOTE] });
});

/** A form with that printed on its page, a text field NOTE and a tick box with these states. */
function form(printed: string, states: { readonly on: string; readonly off: string }): Uint8Array {
  const look = (content: string): PdfObject => {
    const check = dict({ Type: name('Font'), Subtype: name('Type1'), BaseFont: name('ZapfDingbats') });
    const entries = { Subtype: name('Form'), BBox: array([0, 0, 14, 14]) };
    return flateStream({ ...entries, Resources: dict({ Font: dict({ ZaDb: check }) }) }, utf8(content));
  };
  const prepare: Change = (update, file) => {
    const [content, on, off] = [update.allocate(), update.allocate(), update.allocate()];
    update.set(content, flateStream({}, utf8(printed)));
    update.set(on, look(states.on));
    update.set(off, look(states.off));
    const list = dictOf(file, page(file)).entries.get('Contents');
    const print = dict({ Type: name('Font'), Subtype: name('Type1'), BaseFont: name('Helvetica') });
    change(update, page(file), {
      Contents: array([...(isArray(list) ? list.items : []), content]),
      Resources: withEntries(file.pages()[0]!.resources, { Font: dict({ P: print }) }),
    });
    change(update, widget(file, NOTE.name), { AP: undefined });
    const entries = { FT: name('Btn'), F: 4, Rect: array([...TICK]), AS: name('Off') };
    addField(update, file, { ...entries, AP: dict({ N: dict({ Yes: on, Off: off }) }) });
  };
  const annotated: Change = (update, file) => addAnnotation(update, file, field(file, 'extra'));
  return appended(appended(blank, prepare), annotated);
}

async function laterChanges(bytes: Uint8Array, later: (signed: Uint8Array) => Promise<Uint8Array> | Uint8Array) {
  const signed = (await sealOne(pki, bytes, FIRST)).bytes;
  const report = await verifyPdf(await later(signed), { name: 'x', roots: [pki.root.certificate] });
  return report.signatures[0]!.laterChanges;
}
async function filled(bytes: Uint8Array): Promise<Uint8Array> {
  const result = await fillDocument(bytes, [{ fieldName: NOTE.name, value: 'Ana Čuk' }]);
  if (!result.ok) throw new Error(result.error.code);
  return concat(bytes, result.value.increment);
}
const ticked = (bytes: Uint8Array): Uint8Array =>
  appended(bytes, (update, file) => change(update, field(file, 'extra'), { V: name('Yes'), AS: name('Yes') }));

const CHECK = 'q 0 g BT /ZaDb 12 Tf 2 3 Td (4) Tj ET Q';
const BACKGROUND = '1 g 0 0 14 14 re f 0 G 0.5 0.5 13 13 re s';
const PLAIN = { on: CHECK, off: '' };
const PASSED = { outcome: 'passed', level: 'form-filling' };
const UNDECIDED = { outcome: 'indeterminate', code: 'later-filling-over-content' };

describe('a text field filled after a signature', () => {
  it.each([
    ['a ruling', '60 502 m 260 502 l S'],
    ['dots to write on', 'BT /P 10 Tf 60 504 Td (..................................) Tj ET'],
    ['a line of underscores', 'BT /P 10 Tf 60 504 Td (__________________) Tj (__________) Tj ET'],
    ['a shaded box', '0.9 g 55 495 210 30 re f 0 G 55 495 210 30 re S'],
    ['a ground that ends within it', '0.9 g 62 502 190 16 re f'],
    ['a label that reaches into it from above', 'BT /P 10 Tf 62 517 Td (Ime) Tj ET'],
    ['a scanned page', 'q 595 0 0 842 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q'],
  ])('passes over %s', async (_, printed) => {
    expect(await laterChanges(form(printed, PLAIN), filled)).toMatchObject(PASSED);
  });

  it('is undecided over text', async () => {
    const printed = 'BT /P 10 Tf 80 505 Td (9.000 EUR) Tj ET';
    expect(await laterChanges(form(printed, PLAIN), filled)).toMatchObject(UNDECIDED);
  });
});

describe('a box ticked after a signature', () => {
  it.each([
    ['a printed square', '0 G 60 450 14 14 re S', PLAIN],
    ['a printed circle', '0 G 60 457 m 60 467 74 467 74 457 c 74 447 60 447 60 457 c h S', PLAIN],
    ['a square that is a glyph', 'BT /P 14 Tf 61 453 Td (o) Tj ET', PLAIN],
    ['a square, with a background', '0 G 60 450 14 14 re S', { on: `${BACKGROUND} ${CHECK}`, off: '' }],
    [
      'text that its background covered before',
      'BT /P 12 Tf 50 453 Td (9.000 EUR) Tj ET',
      { on: `${BACKGROUND} ${CHECK}`, off: BACKGROUND },
    ],
    ['nothing, beside a gradient', 'q 200 450 20 20 re W n /S sh Q', { on: `${BACKGROUND} ${CHECK}`, off: '' }],
  ])('passes over %s', async (_, printed, states) => {
    expect(await laterChanges(form(printed, states), ticked)).toMatchObject(PASSED);
  });

  it.each([
    ['a background over text', 'BT /P 12 Tf 50 453 Td (9.000 EUR) Tj ET', { on: BACKGROUND, off: '' }],
    [
      'a background that was clipped away before',
      'BT /P 12 Tf 50 453 Td (9.000 EUR) Tj ET',
      { on: BACKGROUND, off: `0 0 0 0 re W n ${BACKGROUND}` },
    ],
    ['a wide line over text', 'BT /P 12 Tf 50 453 Td (9.000 EUR) Tj ET', { on: '14 w 0 7 m 14 7 l S', off: '' }],
    ['a glyph that is no check', 'BT /P 12 Tf 50 453 Td (9.000 EUR) Tj ET', { on: CHECK.replace('4', 'n'), off: '' }],
    ['a background over a gradient', 'q 50 440 50 50 re W n /S sh Q', { on: BACKGROUND, off: '' }],
    ['what is not known', 'BT /P 12 Tf 50 453 Td (9.000 EUR) Tj ET', { on: '/None gs 0 0 m 9 9 l S', off: '' }],
  ])('is undecided for %s', async (_, printed, states) => {
    expect(await laterChanges(form(printed, states), ticked)).toMatchObject(UNDECIDED);
  });
});
