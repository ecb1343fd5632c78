/**
 * PDF objects as values (ISO 32000-1, 7.3). Containers are read-only: a changed object is a new
 * object handed to `PdfUpdate`.
 */
export type PdfObject = null | boolean | number | PdfName | PdfString | PdfRef | PdfArray | PdfDict | PdfStream;

export interface PdfName {
  readonly kind: 'name';
  /** Decoded (`#20` is a space), without the slash. */
  readonly name: string;
}
export interface PdfString {
  readonly kind: 'string';
  readonly bytes: Uint8Array;
  /** Written as `<...>`. */
  readonly hex: boolean;
}
export interface PdfRef {
  readonly kind: 'ref';
  readonly number: number;
  readonly generation: number;
}
export interface PdfArray {
  readonly kind: 'array';
  readonly items: readonly PdfObject[];
}
export interface PdfDict {
  readonly kind: 'dict';
  readonly entries: ReadonlyMap<string, PdfObject>;
}
export interface PdfStream {
  readonly kind: 'stream';
  readonly dict: PdfDict;
  /** Still encoded, as in the file. */
  readonly raw: Uint8Array;
}

export function name(value: string): PdfName {
  return { kind: 'name', name: value };
}
export function ref(number: number, generation = 0): PdfRef {
  return { kind: 'ref', number, generation };
}
export function array(items: readonly PdfObject[]): PdfArray {
  return { kind: 'array', items };
}
export function dict(entries: Readonly<Record<string, PdfObject>>): PdfDict {
  return { kind: 'dict', entries: new Map(Object.entries(entries)) };
}
/** A copy with entries replaced; `undefined` removes. */
export function withEntries(base: PdfDict, changes: Readonly<Record<string, PdfObject | undefined>>): PdfDict {
  const entries = new Map(base.entries);
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) entries.delete(key);
    else entries.set(key, value);
  }
  return { kind: 'dict', entries };
}
export function literal(bytes: Uint8Array): PdfString {
  return { kind: 'string', bytes, hex: false };
}
/** A text string (7.9.2.2): PDFDocEncoding where plain ASCII suffices, else UTF-16BE with its mark. */
export function textString(value: string): PdfString {
  if (/^[\x20-\x7e]*$/.test(value)) return literal(Buffer.from(value, 'latin1'));
  const bytes = Buffer.alloc(2 + value.length * 2);
  bytes.writeUInt16BE(0xfeff, 0);
  for (let i = 0; i < value.length; i += 1) bytes.writeUInt16BE(value.charCodeAt(i), 2 + i * 2);
  return literal(bytes);
}

export function isName(object: PdfObject | undefined, value?: string): object is PdfName {
  return isKind(object, 'name') && (value === undefined || object.name === value);
}
export function isDict(object: PdfObject | undefined): object is PdfDict {
  return isKind(object, 'dict');
}
export function isArray(object: PdfObject | undefined): object is PdfArray {
  return isKind(object, 'array');
}
export function isRef(object: PdfObject | undefined): object is PdfRef {
  return isKind(object, 'ref');
}
export function isString(object: PdfObject | undefined): object is PdfString {
  return isKind(object, 'string');
}
export function isStream(object: PdfObject | undefined): object is PdfStream {
  return isKind(object, 'stream');
}

type Kinded = Extract<PdfObject, { readonly kind: string }>;
function isKind<K extends Kinded['kind']>(
  object: PdfObject | undefined,
  kind: K,
): object is Extract<Kinded, { readonly kind: K }> {
  return typeof object === 'object' && object !== null && object.kind === kind;
}
