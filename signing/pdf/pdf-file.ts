import type { PdfDict, PdfObject, PdfRef, PdfStream } from './objects.ts';

/** A PDF opened strictly: nothing is repaired (formats 5.4). Read-only and lazy. */
export interface PdfFile {
  readonly bytes: Uint8Array;
  /** Header version, raised by the catalog's /Version: '1.7', '2.0'. */
  readonly version: string;
  /** Of the newest section. */
  readonly trailer: PdfDict;
  /** Kind of the newest cross-reference section: an appended one must be of the same kind. */
  readonly xrefKind: 'table' | 'stream';
  /** Offset of the newest cross-reference section. */
  readonly startxref: number;
  /** Highest object number in use, plus one (not the possibly wrong /Size). */
  readonly size: number;
  /** Newest first. */
  readonly sections: readonly XrefSection[];
  /** Whether any section is hybrid (table + /XRefStm). */
  readonly hybrid: boolean;
  readonly catalog: PdfDict;
  readonly catalogRef: PdfRef;
  /** The object behind a reference, null when free or absent. @throws PdfSyntaxError */
  get(ref: PdfRef): PdfObject;
  /** Follows references (with a depth limit); undefined becomes null. @throws PdfSyntaxError */
  resolve(object: PdfObject | undefined): PdfObject;
  /** Decoded stream data. @throws PdfSyntaxError for unknown filters or over `maxBytes` (default 64 MiB). */
  decode(stream: PdfStream, maxBytes?: number): Uint8Array;
  /** In order, inherited attributes resolved. @throws PdfSyntaxError on loops or over-long trees. */
  pages(): readonly PdfPage[];
  /** Where an object lives now: file offset, or object stream and index. */
  locate(number: number): XrefEntry | undefined;
}

export interface XrefSection {
  readonly offset: number;
  /** After its trailer dictionary, or after its `endobj`. */
  readonly end: number;
  readonly kind: 'table' | 'stream';
  readonly trailer: PdfDict;
  /** Made when first asked for. @throws PdfSyntaxError 'xref-damaged', or 'expands-too-far' over a million */
  readonly entries: ReadonlyMap<number, XrefEntry>;
  /** One entry, without making the map. @throws PdfSyntaxError 'xref-damaged' */
  find(number: number): XrefEntry | undefined;
  /** The numbers listed, without making the map. */
  numbers(): Iterable<number>;
}
export type XrefEntry =
  | { readonly type: 'free'; readonly generation: number }
  | { readonly type: 'offset'; readonly offset: number; readonly generation: number }
  | { readonly type: 'compressed'; readonly stream: number; readonly index: number };

export interface PdfPage {
  readonly index: number;
  readonly ref: PdfRef;
  readonly dict: PdfDict;
  /** Default user space units, normalised to [x0, y0, x1, y1] with x0 < x1, y0 < y1. */
  readonly mediaBox: Box4;
  /** CropBox cut to the MediaBox. */
  readonly cropBox: Box4;
  readonly rotate: 0 | 90 | 180 | 270;
  /** Points per unit, 1 unless /UserUnit says otherwise. */
  readonly userUnit: number;
  readonly resources: PdfDict;
}
export type Box4 = readonly [number, number, number, number];

export type PdfSyntaxCode =
  | 'header-missing'
  | 'startxref-missing'
  | 'xref-damaged'
  | 'xref-loop'
  | 'object-damaged'
  | 'stream-damaged'
  | 'filter-unknown'
  | 'expands-too-far'
  | 'page-tree-damaged'
  | 'page-tree-loop'
  | 'catalog-missing'
  | 'nested-too-deep';

/** The file is not a PDF this reader accepts: `code` says what, `offset` where (bytes). */
export class PdfSyntaxError extends Error {
  readonly code: PdfSyntaxCode;
  readonly offset: number | undefined;
  constructor(code: PdfSyntaxCode, message: string, offset?: number) {
    super(offset === undefined ? message : `${message} (at byte ${String(offset)})`);
    this.name = 'PdfSyntaxError';
    this.code = code;
    this.offset = offset;
  }
}
