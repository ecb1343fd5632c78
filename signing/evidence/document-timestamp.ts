/**
 * A document time-stamp (EN 319 142-1 5.4.3; ISO 32000-2 12.8.5) as an increment: a signature field that shows nothing,
 * whose value is an RFC 3161 token over the ByteRange. Earlier bytes are never touched; permitted after any
 * certification (formats 5.5). In two steps, because the token comes from outside: `prepareTimestamp` says what is to
 * be stamped, `completeTimestamp` takes the token in.
 */
import { createHash } from 'node:crypto';
import { readFields } from '../pdf/form.ts';
import {
  array,
  dict,
  isArray,
  isDict,
  isName,
  isRef,
  name,
  textString,
  withEntries,
  type PdfRef,
} from '../pdf/objects.ts';
import { PdfSyntaxError, type PdfFile, type PdfPage } from '../pdf/pdf-file.ts';
import type { PdfUpdate } from '../pdf/pdf-update.ts';
import { ByteSink } from '../pdf/serialize.ts';
import { byteRangeText } from '../sealing/signature-dictionary.ts';
import { err, ok, type Result } from '../result.ts';
import { EvidenceFault, updateRevision, type EvidenceRefusal } from './open-revision.ts';

/** 16 KiB for the token: one with a chain of three RSA-4096 certificates takes about 7 KiB. */
export const TOKEN_BYTES = 16 * 1024;

export interface PreparedTimestamp {
  /** What is appended; the token still missing. */
  readonly increment: Uint8Array;
  /** SHA-256 of the two ranges, 32 bytes: what the authority is to stamp. */
  readonly digest: Uint8Array;
  /** Of `<` of /Contents in `increment`. */
  readonly contentsAt: number;
}

/** The increment without its token. `revision` is the newest one, whole; not copied, not changed. */
export function prepareTimestamp(revision: Uint8Array): Result<PreparedTimestamp, EvidenceRefusal> {
  return updateRevision(revision, (update) => {
    const { bytes, byteRangeAt, contentsAt } = timestampDictionary();
    const value = update.allocate();
    update.set(value, { kind: 'raw', bytes });
    addField(update, value);
    const finished = update.finish();
    const { increment } = finished;
    const start = finished.offsetOf(value) - revision.length;
    const before = start + contentsAt;
    const after = before + 2 + 2 * TOKEN_BYTES;
    const range = byteRangeText(revision.length + before, revision.length + after, increment.length - after);
    Buffer.from(increment.buffer, increment.byteOffset).write(range, start + byteRangeAt, 'latin1');
    const hash = createHash('sha256').update(revision).update(increment.subarray(0, before));
    return ok({ increment, digest: hash.update(increment.subarray(after)).digest(), contentsAt: before });
  });
}

/** The increment with its token. The caller has checked that the token is over `prepared.digest`. */
export function completeTimestamp(prepared: PreparedTimestamp, token: Uint8Array): Result<Uint8Array, EvidenceRefusal> {
  if (token.length > TOKEN_BYTES) {
    return err({ code: 'token-too-large', detail: `The token has ${token.length} bytes, more than ${TOKEN_BYTES}.` });
  }
  const increment = Uint8Array.from(prepared.increment);
  Buffer.from(increment.buffer).write(Buffer.from(token).toString('hex'), prepared.contentsAt + 1, 'latin1');
  return ok(increment);
}

function timestampDictionary(): { bytes: Uint8Array; byteRangeAt: number; contentsAt: number } {
  const sink = new ByteSink();
  sink.text('<<\n/Type /DocTimeStamp\n/Filter /Adobe.PPKLite\n/SubFilter /ETSI.RFC3161\n/V 0\n/ByteRange ');
  const byteRangeAt = sink.length;
  sink.text(byteRangeText(0, 0, 0));
  sink.text('\n/Contents ');
  const contentsAt = sink.length;
  sink.text(`<${'0'.repeat(2 * TOKEN_BYTES)}>\n>>`);
  return { bytes: sink.bytes(), byteRangeAt, contentsAt };
}

/**
 * A field of its own with a widget without area (12.7.4.5), just outside of what its page shows: there PDF/UA asks no
 * structure element of it (ISO 14289-1, 7.18.1 and 7.18.4), and a screen reader meets nothing. The Hidden flag, which would
 * do as well, is not allowed in PDF/A (ISO 19005-2, 6.3.2).
 */
function addField(update: PdfUpdate, value: PdfRef): void {
  const { file } = update;
  const page = pageFor(file);
  if (page === undefined) throw new EvidenceFault('no-page', 'The document has no page a field could stand on.');
  const [x, y] = [Math.floor(page.cropBox[0]) - 1, Math.floor(page.cropBox[1]) - 1];
  const field = update.allocate();
  const nothing = update.allocate();
  update.set(
    field,
    dict({
      Type: name('Annot'),
      Subtype: name('Widget'),
      FT: name('Sig'),
      T: textString(freeName(file)),
      Rect: array([x, y, x, y]),
      // Print and locked (12.5.3), as for every signature.
      F: 132,
      P: page.ref,
      // ISO 19005-1 6.9 wants an appearance of every field, also of one that shows nothing.
      AP: dict({ N: nothing }),
      V: value,
    }),
  );
  update.set(nothing, {
    kind: 'stream',
    dict: dict({ Type: name('XObject'), Subtype: name('Form'), BBox: array([0, 0, 0, 0]), Resources: dict({}) }),
    raw: new Uint8Array(),
  });
  appendTo(update, page.ref, 'Annots', field);
  const form = file.catalog.entries.get('AcroForm');
  if (isRef(form) && isDict(file.resolve(form))) {
    appendTo(update, form, 'Fields', field);
    markSigned(update, form);
    return;
  }
  const direct = isDict(form) ? form : dict({});
  const fields = direct.entries.get('Fields');
  const isShared = isRef(fields) && isArray(file.resolve(fields));
  if (isShared) appendItem(update, fields, field);
  const list = isArray(fields) ? fields.items : [];
  update.set(
    file.catalogRef,
    withEntries(file.catalog, {
      AcroForm: withEntries(direct, { Fields: isShared ? fields : array([...list, field]), SigFlags: 3 }),
    }),
  );
}

/** One whose annotations are read in the order of the structure, as 7.18.3 asks of each that has any; else the first. */
function pageFor(file: PdfFile): PdfPage | undefined {
  const pages = file.pages();
  return pages.find(({ dict: page }) => isName(file.resolve(page.entries.get('Tabs')), 'S')) ?? pages[0];
}

/** Adds to an array that is an entry of an object, wherever the array itself stands. */
function appendTo(update: PdfUpdate, owner: PdfRef, key: string, item: PdfRef): void {
  const dictionary = update.get(owner);
  if (!isDict(dictionary)) throw new PdfSyntaxError('object-damaged', `the owner of /${key} is not a dictionary`);
  const list = dictionary.entries.get(key);
  if (isRef(list) && isArray(update.resolve(list))) {
    appendItem(update, list, item);
    return;
  }
  const items = isArray(list) ? list.items : [];
  update.set(owner, withEntries(dictionary, { [key]: array([...items, item]) }));
}

function appendItem(update: PdfUpdate, list: PdfRef, item: PdfRef): void {
  const present = update.get(list);
  if (!isArray(present)) throw new PdfSyntaxError('object-damaged', 'a list behind two references');
  update.set(list, array([...present.items, item]));
}

/** SigFlags (12.7.2): signatures exist, append only. */
function markSigned(update: PdfUpdate, form: PdfRef): void {
  const dictionary = update.get(form);
  if (!isDict(dictionary)) return;
  const flags = update.resolve(dictionary.entries.get('SigFlags'));
  if (typeof flags === 'number' && (flags & 3) === 3) return;
  update.set(form, withEntries(dictionary, { SigFlags: (typeof flags === 'number' ? flags : 0) | 3 }));
}

/** A name no field has; two fields of one name would be one field. */
function freeName(file: PdfFile): string {
  const taken = new Set(readFields(file).map((field) => field.name));
  for (let number = 1; ; number += 1) {
    const candidate = `Timestamp-${number}`;
    if (!taken.has(candidate)) return candidate;
  }
}
