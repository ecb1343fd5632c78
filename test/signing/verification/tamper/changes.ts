import { concat, utf8 } from '../../../../signing/bytes.ts';
import {
  array,
  dict,
  isArray,
  isDict,
  isRef,
  name,
  textString,
  withEntries,
  type PdfObject,
  type PdfRef,
} from '../../../../signing/pdf/objects.ts';
import type { PdfFile } from '../../../../signing/pdf/pdf-file.ts';
import { flateStream, PdfUpdate } from '../../../../signing/pdf/pdf-update.ts';
import { readPdf } from '../../../../signing/pdf/read-pdf.ts';
import {
  addAnnotation,
  addField,
  appended,
  change,
  contents,
  dictOf,
  field,
  page,
  refIn,
  widget,
  type Change,
} from '../pdf-edits.ts';
import { FIRST, sealOne, SECOND } from '../samples.ts';
import { samplePdf, type SampleField } from '../../../support/seal-fixtures.ts';
import { added, FORGED_SUM, look, OTHER_TEXT } from './looks.ts';
import { NOTE, signedBytes, withCms, withoutOurEntry, type Tampering, type TamperWorld } from './tampering.ts';

/** A revision appended behind the signed one. */
function later(group: Tampering['class'], title: string, alter: Change): Tampering {
  return { class: group, name: title, make: ({ once }) => ({ bytes: appended(once, alter) }) };
}
/** Prepared before it is signed, altered after. */
function planned(title: string, before: Change, after: Change): Tampering {
  const make = async ({ pki, unsigned }: TamperWorld) => {
    const signed = (await sealOne(pki, appended(unsigned, before), FIRST)).bytes;
    return { bytes: appended(signed, after), signed };
  };
  return { class: 'shadow', name: title, make };
}
function font(file: PdfFile): PdfRef {
  const fonts = file.resolve(file.pages()[0]!.resources.entries.get('Font'));
  return (isDict(fonts) ? [...fonts.entries.values()].find(isRef) : undefined)!;
}

const INCREMENTS: readonly Tampering[] = [
  later('ISA', 'page content replaced', (update, file) => update.set(contents(file), flateStream({}, OTHER_TEXT))),
  later('ISA', 'another MediaBox', (update, file) => change(update, page(file), { MediaBox: array([0, 0, 300, 300]) })),
  later('ISA', 'a page turned', (update, file) => change(update, page(file), { Rotate: 90 })),
  later('ISA', 'a page more', (update, file) => {
    const extra = added(update, withEntries(dictOf(file, page(file)), { Annots: undefined }));
    change(update, refIn(file, page(file), 'Parent'), { Kids: array([page(file), extra]), Count: 2 });
  }),
  {
    class: 'ISA',
    name: 'objects behind the end without a cross-reference',
    make: ({ once }) => {
      const { number } = contents(readPdf(once));
      const stream = `${String(number)} 0 obj\n<< /Length ${String(OTHER_TEXT.length)} >>\nstream\n`;
      return { bytes: concat(once, utf8(stream), OTHER_TEXT, utf8('\nendstream\nendobj\n')) };
    },
  },
  {
    class: 'ISA',
    name: 'an object that the appended table does not list',
    make: ({ once }) => {
      const { number } = contents(readPdf(once));
      const hidden = utf8(`${String(number)} 0 obj\n<< /Length 0 >>\nstream\n\nendstream\nendobj\n`);
      const { increment } = new PdfUpdate(readPdf(once)).finish();
      const moved = Buffer.from(increment)
        .toString('latin1')
        .replace(/startxref\n(\d+)/, (_, at: string) => `startxref\n${String(Number(at) + hidden.length)}`);
      return { bytes: concat(once, hidden, Buffer.from(moved, 'latin1')) };
    },
  },
  later('ISA', 'a script that runs on opening', (update, file) =>
    change(update, file.catalogRef, { OpenAction: dict({ S: name('JavaScript'), JS: textString('app.alert(1)') }) }),
  ),
];

const SHADOWS: readonly Tampering[] = [
  planned(
    'hide: a field that covered text is filled, and the cover is gone',
    (update, file) => {
      const cover = added(update, look('1 g 0 0 240 20 re f', 240, 20));
      change(update, widget(file, NOTE.name), { AP: dict({ N: cover }) });
    },
    (update, file) => {
      change(update, field(file, NOTE.name), { V: textString('x') });
      change(update, widget(file, NOTE.name), { AP: dict({ N: added(update, look('/Tx BMC EMC', 240, 20)) }) });
    },
  ),
  planned(
    'hide: a picture over the text is taken out of the cross-reference',
    (update, file) => {
      const cover = added(update, look('1 g 0 0 500 500 re f'));
      const list = dictOf(file, page(file)).entries.get('Contents');
      const items = isArray(list ?? null) && isArray(list) ? list.items : [];
      const paint = added(update, flateStream({}, utf8('/Cover Do')));
      change(update, page(file), {
        Contents: array([...items, paint]),
        Resources: withEntries(file.pages()[0]!.resources, { XObject: dict({ Cover: cover }) }),
      });
    },
    (update, file) => {
      const covers = file.resolve(file.pages()[0]!.resources.entries.get('XObject'));
      update.set((isDict(covers) ? covers.entries.get('Cover') : null) as PdfRef, null);
    },
  ),
  planned(
    'hide: content that was pointed to and missing is supplied',
    (update, file) => {
      const missing = update.allocate();
      const items = dictOf(file, page(file)).entries.get('Contents');
      change(update, page(file), { Contents: array([...(isArray(items) ? items.items : []), missing]) });
      // The number is never written: it stands for an object that is not there.
    },
    (update, file) => {
      const items = dictOf(file, page(file)).entries.get('Contents');
      update.set((isArray(items) ? items.items.at(-1) : null) as PdfRef, flateStream({}, OTHER_TEXT));
    },
  ),
  later('shadow', 'replace: another font behind the same name', (update, file) =>
    update.set(font(file), dict({ Type: name('Font'), Subtype: name('Type1'), BaseFont: name('Symbol') })),
  ),
  later('shadow', 'replace: a field shows what is not its value', (update, file) =>
    change(update, widget(file, NOTE.name), { AP: dict({ N: added(update, look('0 g 0 0 100 20 re f', 120, 20)) }) }),
  ),
  planned(
    'hide and replace: a second page, hidden at signing, is switched in',
    (update, file) => {
      const hidden = added(update, flateStream({}, OTHER_TEXT));
      const second = added(update, withEntries(dictOf(file, page(file)), { Contents: hidden, Annots: undefined }));
      change(update, file.catalogRef, { PieceInfo: dict({ Hidden: second }) });
    },
    (update, file) => {
      const info = file.resolve(file.catalog.entries.get('PieceInfo'));
      const second = isDict(info) ? (info.entries.get('Hidden') ?? null) : null;
      change(update, refIn(file, page(file), 'Parent'), { Kids: array([second]) });
    },
  ),
];

const annotation =
  (subtype: string): Change =>
  (update, file) => {
    const entries = {
      Subtype: name(subtype),
      Rect: array([40, 300, 540, 800]),
      AP: dict({ N: added(update, FORGED_SUM) }),
    };
    addAnnotation(update, file, added(update, dict({ Type: name('Annot'), F: 4, ...entries })));
  };

/** A field that came in after the signature and shows something on the page. */
const newField =
  (entries: Readonly<Record<string, PdfObject>> = {}): Change =>
  (update, file) => {
    const place = { FT: name('Sig'), Rect: array([40, 300, 540, 800]), F: 4 };
    addAnnotation(
      update,
      file,
      addField(update, file, { ...place, AP: dict({ N: added(update, FORGED_SUM) }), ...entries }),
    );
  };

const DRAWN: readonly Tampering[] = [
  ...['FreeText', 'Stamp', 'Highlight', 'Redact'].map((kind) =>
    later('EAA', `a ${kind} annotation over the text`, annotation(kind)),
  ),
  later('SSA', 'an empty signature field that draws over the text', newField()),
  {
    class: 'SSA',
    name: 'a signed field of a later signer that draws over the text',
    make: async ({ once, pki }) => {
      const box = [40, 300, 500, 500] as const;
      const withField = appended(once, newField({ AP: null }));
      const signed = (await sealOne(pki, withField, { name: 'extra', box })).bytes;
      return { bytes: await withoutOurEntry(signed, pki.signer) };
    },
  },
  byAnotherKiosk('over the picture of the signature', FIRST.box),
  byAnotherKiosk('over a line of the text', [40, 745, 300, 45]),
  {
    class: 'SSA',
    name: 'a document time-stamp that draws over the text',
    make: async (world) => ({ bytes: await withVisibleStamp(world) }),
  },
];

/** A signer whom the tenant trusts, with the very marks of our fields, in a place that was not there for it. */
function byAnotherKiosk(where: string, box: readonly [number, number, number, number]): Tampering {
  const [x, y, width, height] = box;
  const empty: Change = (update, file) => {
    const rect = array([x, y, x + width, y + height]);
    addAnnotation(update, file, addField(update, file, { FT: name('Sig'), Rect: rect, F: 4 }));
  };
  return {
    class: 'SSA',
    name: `a kiosk's seal in a new field ${where}`,
    make: async ({ once, pki }) => ({
      bytes: (await sealOne(pki, appended(once, empty), { name: 'extra', box })).bytes,
    }),
  };
}

/** A document time-stamp as ours are, but for its field, which has a place on the page and a look. */
async function withVisibleStamp({ once, stamp }: TamperWorld): Promise<Uint8Array> {
  const range = '/ByteRange [0 0 0 0]'.padEnd(60);
  const entries = `/Type /DocTimeStamp /Filter /Adobe.PPKLite /SubFilter /ETSI.RFC3161 ${range}`;
  const made = appended(once, (update, file) => {
    const value = update.allocate();
    update.set(value, { kind: 'raw', bytes: utf8(`<< ${entries} /Contents <${'0'.repeat(32_768)}> >>`) });
    newField({ V: value })(update, file);
  });
  const text = Buffer.from(made).toString('latin1');
  const at = text.lastIndexOf('/Contents <0000') + '/Contents '.length;
  const after = text.indexOf('>', at) + 1;
  const bytes = Buffer.from(made);
  bytes.write(`/ByteRange [0 ${at} ${after} ${bytes.length - after}]`.padEnd(60), text.lastIndexOf(range), 'latin1');
  return withCms(bytes, await stamp(signedBytes(bytes)));
}

/** Two fields in one place from the beginning; the second is used after the first was signed. */
const PREPARED_OVER: readonly Tampering[] = [
  {
    class: 'shadow',
    name: 'hide: a signature field prepared over the place of another is signed after it',
    make: async ({ pki }) => {
      const over: SampleField = { name: 'over', box: [80, 310, 180, 60] };
      const signed = (await sealOne(pki, await samplePdf({ fields: [FIRST, over] }), FIRST)).bytes;
      return { bytes: (await sealOne(pki, signed, over)).bytes, signed };
    },
  },
  {
    class: 'shadow',
    name: 'hide: a text field prepared over the signature is filled after it',
    make: async ({ pki }) => {
      const over: SampleField = { name: 'over', box: [80, 310, 180, 60] };
      const prepared = appended(await samplePdf({ fields: [FIRST], texts: [over] }), (update, file) =>
        change(update, widget(file, over.name), { AP: undefined }),
      );
      const signed = (await sealOne(pki, prepared, FIRST)).bytes;
      const filled = appended(signed, (update, file) => {
        change(update, field(file, over.name), { V: textString('x') });
        change(update, widget(file, over.name), {
          AP: dict({ N: added(update, look('0 g 0 0 180 60 re f', 180, 60)) }),
        });
      });
      return { bytes: filled, signed };
    },
  },
];

/** A box over the title that was there when the document was signed, and showed nothing; `NOTE` hides the line below by itself. */
const TITLE = [60, 752, 300, 780] as const;
const TITLE_COVER = '1 g 0 0 240 28 re f';
const SIDE_BY_SIDE = Array.from({ length: 14 }, (_, i) => `0 ${2 * i + 1} m 240 ${2 * i + 1} l`).join(' ');
const COVER = '1 g 0 0 240 20 re f';
const tickBox =
  (rect: readonly number[], ticked: string): Change =>
  (update, file) => {
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = rect;
    const size = [x1 - x0, y1 - y0] as const;
    const states = dict({ Yes: added(update, look(ticked, ...size)), Off: added(update, look('', ...size)) });
    const entries = { FT: name('Btn'), F: 4, Rect: array([...rect]), AS: name('Off'), AP: dict({ N: states }) };
    addAnnotation(update, file, addField(update, file, entries));
  };
const tick =
  (value = 'Yes'): Change =>
  (update, file) =>
    change(update, field(file, 'extra'), { V: name(value), AS: name('Yes') });
const noLook =
  (entries: Readonly<Record<string, PdfObject>> = {}): Change =>
  (update, file) =>
    change(update, widget(file, NOTE.name), { AP: undefined, ...entries });
const fillNote =
  (content: string, ownFont: boolean): Change =>
  (update, file) => {
    const drawn = look(content, 240, 20);
    const type = ownFont ? { Subtype: name('Type3') } : { Subtype: name('Type1'), BaseFont: name('Helvetica') };
    const resources = dict({ Font: dict({ F: dict({ Type: name('Font'), ...type }) }) });
    change(update, field(file, NOTE.name), { V: textString('x') });
    change(update, widget(file, NOTE.name), {
      AP: dict({ N: added(update, { ...drawn, dict: withEntries(drawn.dict, { Resources: resources }) }) }),
    });
  };
const FILLED_OVER: readonly Tampering[] = [
  planned('hide: a tick box over the text, whose ticked state covers it', tickBox(TITLE, TITLE_COVER), tick()),
  planned(
    'hide: a tick box over half of the page, whose ticked state covers a line',
    tickBox([0, 500, 595, 842], `1 0 0 1 60 252 cm ${TITLE_COVER}`),
    tick(),
  ),
  planned(
    'hide: a tick box over the text that shows its cover, and is not ticked',
    tickBox(TITLE, TITLE_COVER),
    tick('Off'),
  ),
  planned(
    'hide: a tick box over the text, covered with strokes side by side',
    tickBox(TITLE, `1 G 2.1 w ${SIDE_BY_SIDE} S`),
    tick(),
  ),
  planned(
    'hide: a text field over the text, whose background comes when it is filled',
    noLook({ MK: dict({ BG: array([1]) }) }),
    fillNote(`${COVER} /Tx BMC BT 0 g /F 10 Tf 2 6 Td (x) Tj ET EMC`, false),
  ),
  planned(
    'replace: a text field over the text, filled with other text',
    noLook(),
    fillNote('/Tx BMC BT 0 g /F 12 Tf 2 6 Td (Read from right to left) Tj ET EMC', false),
  ),
  planned(
    'replace: a text field over the text, filled in a font of its own',
    noLook(),
    fillNote('/Tx BMC BT 0 g /F 12 Tf 2 6 Td (x) Tj ET EMC', true),
  ),
];

const OVERRIDES: readonly Tampering[] = [
  later('override', 'one signature as the value of two fields', (update, file) =>
    change(update, field(file, SECOND.name), { V: refIn(file, field(file, FIRST.name), 'V') }),
  ),
  later('override', 'the signature dictionary cloned for a second field', (update, file) => {
    const value = dictOf(file, refIn(file, field(file, FIRST.name), 'V'));
    change(update, field(file, SECOND.name), { V: added(update, value) });
  }),
  later('override', 'the signature dictionary written over', (update, file) =>
    change(update, refIn(file, field(file, FIRST.name), 'V'), { Name: textString('Somebody else') }),
  ),
  later('override', 'the signature taken out of its field', (update, file) =>
    change(update, field(file, FIRST.name), { V: undefined }),
  ),
  later('override', 'the picture of the signature replaced', (update, file) => {
    const states = file.resolve(dictOf(file, field(file, FIRST.name)).entries.get('AP'));
    update.set((isDict(states) ? states.entries.get('N') : null) as PdfRef, look('0 g 0 0 220 80 re f', 220, 80));
  }),
  later('override', 'the field of the signature moved', (update, file) =>
    change(update, field(file, FIRST.name), { Rect: array([300, 600, 520, 680]) }),
  ),
];

export const CHANGES: readonly Tampering[] = [
  ...INCREMENTS,
  ...SHADOWS,
  ...PREPARED_OVER,
  ...FILLED_OVER,
  ...DRAWN,
  ...OVERRIDES,
];
