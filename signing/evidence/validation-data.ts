/**
 * The document security store (EN 319 142-1 5.4.2; ISO 32000-2 12.8.4.3) as an increment: certificates, OCSP answers and
 * revocation lists, and per signature which of them are its own (VRI). What is there already stays and is not written again.
 */
import { createHash } from 'node:crypto';
import { toHex } from '../bytes.ts';
import { readFields } from '../pdf/form.ts';
import {
  array,
  dict,
  isArray,
  isDict,
  isRef,
  isStream,
  isString,
  withEntries,
  type PdfDict,
  type PdfObject,
  type PdfRef,
} from '../pdf/objects.ts';
import type { PdfFile } from '../pdf/pdf-file.ts';
import { flateStream, type PdfUpdate } from '../pdf/pdf-update.ts';
import { ok, type Result } from '../result.ts';
import { EvidenceFault, updateRevision, type EvidenceRefusal } from './open-revision.ts';

/** Each DER: certificates, whole OCSPResponses, CertificateLists. */
export interface ValidationMaterial {
  readonly certificates: readonly Uint8Array[];
  readonly ocsps: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
}

/** Of one kind: the key in the DSS, that in a VRI entry, and the material. */
const KINDS = [
  ['Certs', 'Cert', 'certificates'],
  ['OCSPs', 'OCSP', 'ocsps'],
  ['CRLs', 'CRL', 'crls'],
] as const;
/** What an entry may expand to when it is compared with a new one. */
const MAX_ENTRY_BYTES = 16 * 1024 * 1024;

/**
 * The increment that adds `material` to the DSS, with a VRI entry for every signature and time-stamp of the newest
 * revision. @param revision whole; not copied, not changed.
 */
export function addValidationData(
  revision: Uint8Array,
  material: ValidationMaterial,
): Result<Uint8Array, EvidenceRefusal> {
  return updateRevision(revision, (update) => {
    const { file } = update;
    const entry = file.catalog.entries.get('DSS');
    const present = file.resolve(entry);
    if (present !== null && !isDict(present)) {
      throw new EvidenceFault('unreadable', 'The document has a /DSS that is not a dictionary.');
    }
    const before = present ?? dict({});
    const refs = new Map<string, readonly PdfRef[]>();
    const changes: Record<string, PdfObject> = {};
    for (const [key, , kind] of KINDS) {
      const { all, used } = addStreams(update, before.entries.get(key), material[kind]);
      refs.set(key, used);
      if (all.length > 0) changes[key] = array(all);
    }
    const store = update.allocate();
    update.set(store, withEntries(before, { ...changes, VRI: addVri(update, before.entries.get('VRI'), refs) }));
    update.set(file.catalogRef, withEntries(file.catalog, { DSS: store }));
    return ok(update.finish().increment);
  });
}

/** `all` is the list to be: what is there, then what is new; `used` are the references to the material given. */
function addStreams(
  update: PdfUpdate,
  list: PdfObject | undefined,
  material: readonly Uint8Array[],
): { readonly all: readonly PdfObject[]; readonly used: readonly PdfRef[] } {
  const { file } = update;
  const items = file.resolve(list);
  const all = isArray(items) ? [...items.items] : [];
  const known = new Map<string, PdfRef>();
  for (const item of all) {
    const stream = file.resolve(item);
    if (isRef(item) && isStream(stream)) known.set(fingerprint(file.decode(stream, MAX_ENTRY_BYTES)), item);
  }
  const used = material.map((bytes) => {
    const print = fingerprint(bytes);
    const found = known.get(print);
    if (found !== undefined) return found;
    const ref = update.allocate();
    update.set(ref, flateStream({}, bytes));
    known.set(print, ref);
    all.push(ref);
    return ref;
  });
  return { all, used: [...new Map(used.map((ref) => [ref.number, ref])).values()] };
}

function fingerprint(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** An entry per signature (keys as in formats 5.6); those that are there stay as they are. */
function addVri(
  update: PdfUpdate,
  present: PdfObject | undefined,
  refs: ReadonlyMap<string, readonly PdfRef[]>,
): PdfDict {
  const { file } = update;
  const known = file.resolve(present);
  const entries: Record<string, PdfObject> = {};
  for (const key of signatureKeys(file)) {
    if (isDict(known) && known.entries.has(key)) continue;
    const entry = update.allocate();
    const lists = KINDS.flatMap(([list, own]) => {
      const used = refs.get(list) ?? [];
      return used.length === 0 ? [] : [[own, array(used)] as const];
    });
    update.set(entry, dict(Object.fromEntries(lists)));
    entries[key] = entry;
  }
  return withEntries(isDict(known) ? known : dict({}), entries);
}

/** Upper-case hex SHA-1 of each whole decoded /Contents string, the padding included. SHA-1 is a name here, no protection. */
function signatureKeys(file: PdfFile): readonly string[] {
  return readFields(file).flatMap(({ signed, value }) => {
    const contents = signed && isDict(value) ? file.resolve(value.entries.get('Contents')) : null;
    return isString(contents) ? [toHex(createHash('sha1').update(contents.bytes).digest()).toUpperCase()] : [];
  });
}
