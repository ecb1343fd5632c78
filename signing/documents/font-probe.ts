/**
 * What pdf.js is shown of a document: a small PDF of our own with one page per font, on it nothing but
 * the codes to be decoded. So pdf.js, which knows every encoding and width there is, never sees the
 * document's pages, pictures or scripts, and its work grows with fonts, not with pages. Streams are
 * decoded here, under a limit, and handed over plain.
 */
import { array, dict, isArray, isDict, isName, isRef, isStream, name, ref, type PdfDict } from '../pdf/objects.ts';
import type { PdfObject, PdfStream } from '../pdf/objects.ts';
import { PdfSyntaxError, type PdfFile } from '../pdf/pdf-file.ts';
import { ByteSink, writeTo } from '../pdf/serialize.ts';

export interface ProbeFont {
  readonly dict: PdfDict;
  /** Each is shown with one operator. */
  readonly strings: readonly Uint8Array[];
}

const MAX_FONT_STREAM = 24 * 1024 * 1024;
const MAX_OBJECTS = 20_000;
const MAX_DEPTH = 40;
/** Ways back from a font into the document, and what a Type 3 font draws. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'Parent',
  'StructParent',
  'StructParents',
  'P',
  'Metadata',
  'Resources',
  'CharProcs',
]);

export function buildFontProbe(file: PdfFile, fonts: readonly ProbeFont[]): Uint8Array {
  const probe = new Probe(file);
  const pages = fonts.map((font) => probe.addPage(font));
  return probe.bytes(pages);
}

const FONT_FILES = ['FontFile', 'FontFile2', 'FontFile3'];

class Probe {
  readonly #file: PdfFile;
  readonly #objects = new Map<number, PdfObject>();
  readonly #copied = new Map<number, number>();
  #leftOut = LEFT_OUT;
  #next = 4;

  constructor(file: PdfFile) {
    this.#file = file;
    this.#objects.set(3, stream(new Uint8Array(0)));
  }

  addPage(font: ProbeFont): number {
    const text = font.strings.map((codes) => `<${Buffer.from(codes).toString('hex')}> Tj\n`).join('');
    const contents = this.#add(stream(Buffer.from(`BT /F 10 Tf\n${text}ET`, 'latin1')));
    return this.#add(
      dict({
        Type: name('Page'),
        Parent: ref(2),
        MediaBox: array([0, 0, 100, 100]),
        Resources: dict({ Font: dict({ F: ref(this.#add(this.#copyFont(font.dict))) }) }),
        Contents: ref(contents),
      }),
    );
  }

  bytes(pages: readonly number[]): Uint8Array {
    this.#objects.set(1, dict({ Type: name('Catalog'), Pages: ref(2) }));
    this.#objects.set(
      2,
      dict({ Type: name('Pages'), Count: pages.length, Kids: array(pages.map((page) => ref(page))) }),
    );
    const sink = new ByteSink();
    sink.text('%PDF-1.7\n');
    const offsets: number[] = [];
    for (let number = 1; number < this.#next; number += 1) {
      offsets.push(sink.length);
      sink.text(`${number} 0 obj\n`);
      writeTo(sink, this.#objects.get(number) ?? null);
      sink.text('\nendobj\n');
    }
    const at = sink.length;
    sink.text(`xref\n0 ${this.#next}\n0000000000 65535 f \n`);
    for (const offset of offsets) sink.text(`${String(offset).padStart(10, '0')} 00000 n \n`);
    sink.text(`trailer\n<</Size ${this.#next}/Root 1 0 R>>\nstartxref\n${at}\n%%EOF\n`);
    return sink.bytes();
  }

  #copyFont(font: PdfDict): PdfObject {
    this.#leftOut = this.#speaksForItself(font) ? new Set([...LEFT_OUT, ...FONT_FILES]) : LEFT_OUT;
    // What an earlier font took over without its file must not serve one that needs it.
    this.#copied.clear();
    const copy = this.#copy(font, 0);
    if (!isDict(copy) || !isName(font.entries.get('Subtype'), 'Type3')) return copy;
    // Type 3: the shapes are left out, the names keep their widths.
    const procs = this.#file.resolve(font.entries.get('CharProcs'));
    const names = isDict(procs) ? [...procs.entries.keys()].slice(0, 1000) : [];
    const shapes = new Map<string, PdfObject>(names.map((key) => [key, ref(3)]));
    return { kind: 'dict', entries: new Map([...copy.entries, ['CharProcs', { kind: 'dict', entries: shapes }]]) };
  }

  /**
   * Whether meaning and widths stand in the font's dictionary: then its font program, the largest and most
   * dangerous part, is not needed. Vertical fonts without their file would get other characters.
   */
  #speaksForItself(font: PdfDict): boolean {
    if (!isStream(this.#file.resolve(font.entries.get('ToUnicode')))) return false;
    const encoding = this.#file.resolve(font.entries.get('Encoding'));
    if (isName(this.#file.resolve(font.entries.get('Subtype')), 'Type0')) {
      return isName(encoding) && encoding.name.endsWith('H');
    }
    return font.entries.has('Widths');
  }

  #copy(object: PdfObject, depth: number): PdfObject {
    if (depth > MAX_DEPTH) return null;
    if (isRef(object)) return this.#copyReference(object.number, this.#file.get(object), depth);
    if (isArray(object)) return array(object.items.map((item) => this.#copy(item, depth + 1)));
    if (isDict(object)) return this.#copyDict(object, depth);
    return isStream(object) ? this.#copyStream(object, depth) : object;
  }

  #copyReference(number: number, target: PdfObject, depth: number): PdfObject {
    if (typeof target !== 'object' || target === null) return target;
    const known = this.#copied.get(number);
    if (known !== undefined) return ref(known);
    if (this.#next > MAX_OBJECTS) return null;
    const own = this.#add(null);
    this.#copied.set(number, own);
    this.#objects.set(own, this.#copy(target, depth + 1));
    return ref(own);
  }

  #copyDict(object: PdfDict, depth: number): PdfDict {
    const entries = new Map<string, PdfObject>();
    for (const [key, value] of object.entries) {
      if (!this.#leftOut.has(key)) entries.set(key, this.#copy(value, depth + 1));
    }
    return { kind: 'dict', entries };
  }

  #copyStream(object: PdfStream, depth: number): PdfObject {
    try {
      const data = this.#file.decode(object, MAX_FONT_STREAM);
      const entries = new Map(this.#copyDict(object.dict, depth).entries);
      for (const key of ['Filter', 'DecodeParms', 'Length', 'F']) entries.delete(key);
      return { kind: 'stream', dict: { kind: 'dict', entries }, raw: data };
    } catch (error) {
      // A font file that cannot be read is as good as one that is not embedded.
      if (error instanceof PdfSyntaxError) return null;
      throw error;
    }
  }

  #add(object: PdfObject): number {
    const number = this.#next;
    this.#next += 1;
    this.#objects.set(number, object);
    return number;
  }
}

function stream(raw: Uint8Array): PdfStream {
  return { kind: 'stream', dict: dict({}), raw };
}
