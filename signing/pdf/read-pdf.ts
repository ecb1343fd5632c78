/**
 * Opens a PDF strictly (ISO 32000-1, 7.5): what is not as the standard has it is refused, nothing is
 * repaired, so the bytes mean the same to every reader. Only the end of the file and its
 * cross-reference sections are read here; objects follow when asked for. Left out: decryption.
 */
import { latin1 } from './characters.ts';
import { readStartxref } from './file-end.ts';
import { isDict, isName, isRef, type PdfDict, type PdfObject, type PdfRef, type PdfStream } from './objects.ts';
import { ObjectStore } from './object-store.ts';
import { readPages } from './page-tree.ts';
import { PdfSyntaxError, type PdfFile, type PdfPage, type XrefEntry } from './pdf-file.ts';
import { readSections } from './read-xref.ts';
import type { LazySection } from './xref-section.ts';

const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;

/**
 * `bytes` stay the caller's and are not copied: they must not change while the file is in use.
 * An encrypted file opens (its trailer says so), but its objects are not readable.
 * @throws PdfSyntaxError
 */
export function readPdf(bytes: Uint8Array): PdfFile {
  const header = /^%PDF-([12]\.[0-9])/.exec(latin1(bytes, 0, Math.min(bytes.length, 16)))?.[1];
  if (header === undefined) {
    throw new PdfSyntaxError('header-missing', 'the file does not begin with %PDF- and a version', 0);
  }
  const startxref = readStartxref(bytes);
  const sections = readSections(bytes, startxref);
  const file = new StrictPdfFile(bytes, header, startxref, sections);
  if (!file.encrypted) file.assertCatalog();
  return file;
}

class StrictPdfFile implements PdfFile {
  readonly bytes: Uint8Array;
  readonly startxref: number;
  readonly sections: readonly LazySection[];
  readonly trailer: PdfDict;
  readonly xrefKind: 'table' | 'stream';
  readonly size: number;
  readonly #header: string;
  readonly #store: ObjectStore;
  #catalog: PdfDict | undefined;
  #pages: readonly PdfPage[] | undefined;

  constructor(bytes: Uint8Array, header: string, startxref: number, sections: readonly LazySection[]) {
    const newest = sections[0];
    if (newest === undefined) throw new PdfSyntaxError('xref-damaged', 'no cross-reference section', startxref);
    this.bytes = bytes;
    this.startxref = startxref;
    this.sections = sections;
    this.trailer = newest.trailer;
    this.xrefKind = newest.kind;
    this.size = Math.max(0, ...sections.map((section) => section.highest)) + 1;
    this.#header = header;
    this.#store = new ObjectStore(bytes, sections);
  }

  get encrypted(): boolean {
    return this.sections.some(({ trailer }) => trailer.entries.has('Encrypt'));
  }

  get hybrid(): boolean {
    return this.sections.some(({ companion }) => companion !== null);
  }

  get version(): string {
    const own = this.resolve(this.catalog.entries.get('Version'));
    // 7.5.2: the catalog can only raise it.
    return isName(own) && /^[12]\.[0-9]$/.test(own.name) && own.name > this.#header ? own.name : this.#header;
  }

  get catalogRef(): PdfRef {
    const root = this.trailer.entries.get('Root');
    if (!isRef(root)) throw new PdfSyntaxError('catalog-missing', 'the trailer names no catalog');
    return root;
  }

  get catalog(): PdfDict {
    if (this.#catalog === undefined) {
      const catalog = this.resolve(this.catalogRef);
      if (!isDict(catalog)) throw new PdfSyntaxError('catalog-missing', 'the document has no catalog');
      this.#catalog = catalog;
    }
    return this.#catalog;
  }

  assertCatalog(): void {
    const type = this.resolve(this.catalog.entries.get('Type'));
    if (!isName(type, 'Catalog')) throw new PdfSyntaxError('catalog-missing', 'the catalog is of another type');
  }

  get(ref: PdfRef): PdfObject {
    return this.#store.get(ref);
  }

  resolve(object: PdfObject | undefined): PdfObject {
    return this.#store.resolve(object);
  }

  decode(stream: PdfStream, maxBytes = DEFAULT_MAX_BYTES): Uint8Array {
    return this.#store.decode(stream, maxBytes);
  }

  pages(): readonly PdfPage[] {
    this.#pages ??= readPages(this.catalog, (object) => this.resolve(object));
    return this.#pages;
  }

  locate(number: number): XrefEntry | undefined {
    return this.#store.locate(number);
  }
}
