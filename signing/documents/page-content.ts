/**
 * The streams that make up a page: its /Contents read as one, and every form XObject drawn on it, each
 * with the operations that matter to text.
 */
import { join, utf8 } from '../bytes.ts';
import { isArray, isDict, isName, isRef, isStream, type PdfDict, type PdfObject } from '../pdf/objects.ts';
import type { PdfRef, PdfStream } from '../pdf/objects.ts';
import type { PdfFile, PdfPage } from '../pdf/pdf-file.ts';
import { ContentReader, type Operation } from './content-stream.ts';
import { Operators } from './operation-skipper.ts';
import { ScanLimitError } from './scan-limit.ts';
import type { ShowSink } from './shown-strings.ts';

export interface ContentSource {
  /** `p3` for the page of that index, `f12` for the form XObject of that object number. */
  readonly key: string;
  /** Null for a page: its content is read from one or more streams. */
  readonly form: { readonly ref: PdfRef; readonly stream: PdfStream } | null;
  readonly bytes: Uint8Array;
  readonly operations: Iterable<Operation>;
  /** Null when a form has none of its own. */
  readonly resources: PdfDict | null;
}

const TEXT_OPERATORS = new Operators('q Q cm BT ET Tc Tw Tz TL Tf Tr Ts Td TD Tm T* Tj TJ \' " Do gs BDC BMC EMC');
/** What decides which strings a page shows, in which fonts; where they stand is another question. */
const SHOWING_OPERATORS = new Operators('q Q Tf Tj TJ \' " Do gs');
/** What decides where a page has marks on it. */
const PAINTING_OPERATORS = new Operators(
  'q Q cm w BT Tc Tw Tz TL Tr Ts Tf Td TD Tm T* Tj TJ \' " Do gs BI sh cs g rg k sc scn m l c v y h re n S s f F f* B B* b b* W W*',
);
const LINE_END = utf8('\n');
const MAX_CONTENT = 64 * 1024 * 1024;
const MAX_CONTENT_TOTAL = 512 * 1024 * 1024;
const MAX_OPERATIONS = 8_000_000;

export class ContentLibrary {
  readonly file: PdfFile;
  readonly #forms = new Map<number, ContentSource | null>();
  readonly #pages = new Map<number, ContentSource>();
  #bytes = 0;
  #operations = 0;

  constructor(file: PdfFile) {
    this.file = file;
  }

  /** @throws PdfSyntaxError, ScanLimitError */
  page(page: PdfPage): ContentSource {
    const known = this.#pages.get(page.index) ?? this.#readPage(page);
    this.#pages.set(page.index, known);
    return known;
  }

  /**
   * A page with the operations only that tell what is shown, read one by one and not kept: most pages are
   * never asked for more. Most strings go to `sink`, in their place among the operations.
   * @throws PdfSyntaxError, ScanLimitError
   */
  shownOn(page: PdfPage, sink?: ShowSink): ContentSource {
    const bytes = this.#pageBytes(page);
    const operations = { [Symbol.iterator]: () => readOperations(bytes, SHOWING_OPERATORS, sink) };
    return { key: `p${page.index}`, form: null, bytes, operations, resources: page.resources };
  }

  /** What a page or a form paints, read as it goes and not kept. @throws PdfSyntaxError, ScanLimitError */
  paints(source: Uint8Array): Iterable<Operation> {
    return { [Symbol.iterator]: () => readOperations(source, PAINTING_OPERATORS) };
  }

  /** Pages are kept until this; forms, which pages share, for good. */
  forgetPages(): void {
    this.#pages.clear();
  }

  #readPage(page: PdfPage): ContentSource {
    const bytes = this.#pageBytes(page);
    return { key: `p${page.index}`, form: null, bytes, operations: this.#read(bytes), resources: page.resources };
  }

  #pageBytes(page: PdfPage): Uint8Array {
    const contents = this.file.resolve(page.dict.entries.get('Contents'));
    const streams = isArray(contents) ? contents.items.map((item) => this.file.resolve(item)) : [contents];
    const parts: Uint8Array[] = [];
    for (const stream of streams) {
      // 7.8.2: streams are divided between tokens only.
      if (isStream(stream)) parts.push(this.#decode(stream), LINE_END);
    }
    // Most pages have one stream: it is not copied.
    return parts.length === 2 && parts[0] !== undefined ? parts[0] : join(parts);
  }

  /** The form XObject behind a name, null for pictures and what is missing. @throws PdfSyntaxError, ScanLimitError */
  form(object: PdfObject | undefined): ContentSource | null {
    if (!isRef(object)) return null;
    const known = this.#forms.get(object.number);
    if (known !== undefined) return known;
    const stream = this.file.resolve(object);
    let source: ContentSource | null = null;
    if (isStream(stream) && isName(this.file.resolve(stream.dict.entries.get('Subtype')), 'Form')) {
      const bytes = this.#decode(stream);
      const resources = this.file.resolve(stream.dict.entries.get('Resources'));
      source = {
        key: `f${object.number}`,
        form: { ref: object, stream },
        bytes,
        operations: this.#read(bytes),
        resources: isDict(resources) ? resources : null,
      };
    }
    this.#forms.set(object.number, source);
    return source;
  }

  /** The same source with other bytes, as rewritten. */
  reread(source: ContentSource, bytes: Uint8Array): ContentSource {
    return { ...source, bytes, operations: this.#read(bytes) };
  }

  /** Every execution counts: forms that draw forms multiply. @throws ScanLimitError */
  countOperation(): void {
    this.#operations += 1;
    if (this.#operations > MAX_OPERATIONS) throw new ScanLimitError('the pages draw too much to look through');
  }

  #decode(stream: PdfStream): Uint8Array {
    const bytes = this.file.decode(stream, MAX_CONTENT);
    this.#bytes += bytes.length;
    if (this.#bytes > MAX_CONTENT_TOTAL) throw new ScanLimitError('the pages are too large to look through');
    return bytes;
  }

  #read(bytes: Uint8Array): readonly Operation[] {
    return [...readOperations(bytes, TEXT_OPERATORS)];
  }
}

function* readOperations(bytes: Uint8Array, operators: Operators, sink?: ShowSink): Generator<Operation, void> {
  const reader = new ContentReader(bytes, operators, sink);
  for (let operation = reader.next(); operation !== null; operation = reader.next()) yield operation;
}
