import { concat, utf8 } from '../../../../signing/bytes.ts';
import {
  array,
  dict,
  isArray,
  isDict,
  name,
  textString,
  withEntries,
  type PdfObject,
  type PdfRef,
} from '../../../../signing/pdf/objects.ts';
import { flateStream } from '../../../../signing/pdf/pdf-update.ts';
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
import { FIRST, sealOne } from '../samples.ts';
import { added, FORGED_SUM, look, OTHER_TEXT } from './looks.ts';
import { lastSignature, NOTE, rewritten, signedBytes, withCms, type Tampering, type TamperWorld } from './tampering.ts';

/**
 * Ways to get a change past a comparison of revisions: what changes is made to look as if nobody pointed to it, as if it
 * belonged to something that may change, as if it had not changed, or as if it drew nothing.
 */
/** Prepared before it is signed, altered after. */
function planned(title: string, before: Change, after: (signed: Uint8Array) => Uint8Array): Tampering {
  const make = async ({ pki, unsigned }: TamperWorld) => {
    const signed = (await sealOne(pki, appended(unsigned, before), FIRST)).bytes;
    return { bytes: after(signed), signed };
  };
  return { class: 'shadow', name: title, make };
}
const byChange =
  (alter: Change) =>
  (signed: Uint8Array): Uint8Array =>
    appended(signed, alter);

/** A picture over the text of the page: an object of its own. */
const covered: Change = (update, file) => {
  const cover = added(update, look('1 g 0 0 500 760 re f', 500, 800));
  const list = dictOf(file, page(file)).entries.get('Contents');
  const paint = added(update, flateStream({}, utf8('/Cover Do')));
  change(update, page(file), {
    Contents: array([...(isArray(list) ? list.items : []), paint]),
    Resources: withEntries(file.pages()[0]!.resources, { XObject: dict({ Cover: cover }) }),
  });
};
function coverOf(signed: Uint8Array): PdfRef {
  const file = readPdf(signed);
  const covers = file.resolve(file.pages()[0]!.resources.entries.get('XObject'));
  return (isDict(covers) ? covers.entries.get('Cover') : null) as PdfRef;
}

/** The increment of a change, with its text altered at the same length. */
function altered(signed: Uint8Array, alter: Change, edit: (text: string) => string): Uint8Array {
  return concat(signed, rewritten(appended(signed, alter).subarray(signed.length), edit));
}

const replaceContent = byChange((update, file) => update.set(contents(file), flateStream({}, OTHER_TEXT)));

const POINTERS: readonly Tampering[] = [
  planned('hide: a picture over the text is written again in another generation', covered, (signed) => {
    const cover = coverOf(signed);
    return altered(
      signed,
      (update, file) => update.set(cover, file.get(cover)),
      (text) => text.replace(`${cover.number} 0 obj`, `${cover.number} 1 obj`).replace('00000 n', '00001 n'),
    );
  }),
  planned(
    'replace: content of a page that is first pointed to in a generation that is not there',
    (update, file) => {
      const { number } = page(file);
      change(update, file.catalogRef, { PieceInfo: dict({ Old: { kind: 'ref', number, generation: 1 } }) });
    },
    replaceContent,
  ),
  planned(
    'replace: page content that the validation data points to as well',
    (update, file) => {
      const pages = refIn(file, page(file), 'Parent');
      change(update, file.catalogRef, { DSS: dict({ Certs: array([]), Pages: pages }) });
    },
    replaceContent,
  ),
  planned(
    'replace: a picture that is the empty look of a field as well',
    (update, file) => {
      const blank = added(update, look('', 500, 800));
      const pictures = added(update, dict({ Cover: blank }));
      const list = dictOf(file, page(file)).entries.get('Contents');
      const paint = added(update, flateStream({}, utf8('/Cover Do')));
      change(update, page(file), {
        Contents: array([...(isArray(list) ? list.items : []), paint]),
        Resources: withEntries(file.pages()[0]!.resources, { XObject: pictures }),
      });
      change(update, widget(file, NOTE.name), { AP: dict({ N: pictures }) });
    },
    byChange((update, file) => {
      const covers = file.resolve(file.pages()[0]!.resources.entries.get('XObject'));
      const cover = (isDict(covers) ? covers.entries.get('Cover') : null) as PdfRef;
      update.set(cover, look('0 g 40 640 400 120 re f', 500, 800));
      change(update, field(file, NOTE.name), { V: textString('x') });
    }),
  ),
  planned('hide: a picture over the text is left out by a smaller /Size', covered, (signed) => {
    const { number } = coverOf(signed);
    return altered(
      signed,
      () => undefined,
      (text) => text.replace(/\/Size (\d+)/, (old) => `/Size ${number}`.padEnd(old.length)),
    );
  }),
];

/** The field `NOTE` covers text with a look; filling it lifts the cover. */
function lifted(title: string, cover: string, after = '/Tx BMC EMC'): Tampering {
  return planned(
    title,
    (update, file) => change(update, widget(file, NOTE.name), { AP: dict({ N: added(update, look(cover, 240, 20)) }) }),
    byChange((update, file) => {
      change(update, field(file, NOTE.name), { V: textString('x') });
      change(update, widget(file, NOTE.name), { AP: dict({ N: added(update, look(after, 240, 20)) }) });
    }),
  );
}

const COVER = '1 g 0 0 240 20 re f';
const COVERS: readonly Tampering[] = [
  lifted('hide: a cover whose last operator ends at a slash', `${COVER}/Note MP`),
  lifted('hide: a cover behind a percent sign in a string', `(%) pop ${COVER}`),
  lifted('hide: a cover whose operators stand between zero bytes', `1 g 0 0 240 20 re\0f\0`),
  lifted(
    'hide: a cover that stays, behind text that clips it away',
    `/Tx BMC EMC ${COVER}`,
    `/Tx BMC 0 0 0 0 re W n EMC ${COVER}`,
  ),
  lifted('hide: a cover that stays, behind a string that clips it away', COVER, `(%) 0 0 0 0 re W n\n${COVER}`),
];

/** A new field with an area, and a look over the text. */
const placed = (entries: Readonly<Record<string, PdfObject>>): Change => {
  return (update, file) => {
    const rect = added(update, array([40, 300, 540, 800]));
    const place = { FT: name('Sig'), F: 4, Rect: rect, AP: dict({ N: added(update, FORGED_SUM) }) };
    addAnnotation(update, file, addField(update, file, { ...place, ...entries }));
  };
};

const STAMP_VALUE = utf8(
  `<< /Type /DocTimeStamp /Filter /Adobe.PPKLite /SubFilter /ETSI.RFC3161 ${'/ByteRange [0 0 0 0]'.padEnd(60)} /Contents <${'0'.repeat(32_768)}> >>`,
);

/** A document time-stamp that is right, in the field that `place` makes or takes. */
async function stamped(
  { once, stamp }: TamperWorld,
  place: (value: PdfRef) => Change,
): Promise<{ readonly bytes: Uint8Array }> {
  const empty = appended(once, (update, file) => {
    const value = update.allocate();
    update.set(value, { kind: 'raw', bytes: STAMP_VALUE });
    place(value)(update, file);
  });
  const before = Buffer.from(empty).indexOf('<0000', once.length);
  const after = Buffer.from(empty).indexOf('>', before) + 1;
  const ranged = rewritten(empty, (text) =>
    text.replace(/\/ByteRange \[0 0 0 0\] +/, (old) =>
      `/ByteRange [0 ${before} ${after} ${empty.length - after}]`.padEnd(old.length),
    ),
  );
  if (lastSignature(ranged).before !== before) throw new Error('the range was not written');
  return { bytes: withCms(ranged, await stamp(signedBytes(ranged))) };
}

const DRAWN: readonly Tampering[] = [
  {
    class: 'SSA',
    name: 'an empty signature field, its rectangle an object of its own, that draws over the text',
    make: ({ once }) => ({ bytes: appended(once, placed({})) }),
  },
  {
    class: 'SSA',
    name: 'a document time-stamp in a field that draws over the text',
    make: async (world) => stamped(world, (value) => placed({ V: value, Rect: array([40, 300, 540, 800]) })),
  },
  lifted('replace: a field is filled with a picture instead of text', '', `/Tx BMC ${COVER} EMC`),
];

export const DISGUISES: readonly Tampering[] = [...POINTERS, ...COVERS, ...DRAWN];
