import { isDict, isName, isRef, type PdfDict } from '../pdf/objects.ts';
import { Fault } from './checks.ts';
import { formFields } from './form-fields.ts';
import type { Revision } from './revisions.ts';

/** Each is held against the whole file: a hostile one may not ask for thousands. */
const MAX_VALUES = 300;

/** A value some signature field has, or had in an earlier revision. */
export interface SignatureValue {
  readonly fieldName: string;
  readonly kind: 'signature' | 'document-timestamp';
  /** As it read in the revision in which the field got it; null when it is no dictionary. */
  readonly dictionary: PdfDict | null;
  /** Where its object starts; null when it is not an object of its own in the file. */
  readonly offset: number | null;
  readonly revision: Revision;
  /** Another field of the same revision has the same value. */
  readonly shared: boolean;
}

/**
 * Signature values in the order they came, looked for in every revision: one that was replaced or taken
 * away later is reported too. Usage rights (/Perms /UR3) are no field and not counted. @throws Fault, PdfSyntaxError
 */
export function signatureValues(revisions: readonly Revision[]): readonly SignatureValue[] {
  const found = new Map<string, SignatureValue>();
  for (const revision of revisions) {
    const { file } = revision;
    const fields = formFields(file);
    const uses = new Map<number, number>();
    for (const { value } of fields) if (isRef(value)) uses.set(value.number, (uses.get(value.number) ?? 0) + 1);
    for (const { name, type, value } of fields) {
      if (type !== 'Sig' || value === undefined) continue;
      const entry = isRef(value) ? file.locate(value.number) : undefined;
      const offset = entry?.type === 'offset' ? entry.offset : null;
      const key = `${name}\0${isRef(value) ? value.number : 'direct'}\0${offset ?? 'inside'}`;
      // Values are long: each is read in the revision it came with, not again in every later one.
      const target = found.has(key) ? null : file.resolve(value);
      if (target === null) continue;
      const dictionary = isDict(target) ? target : null;
      const shared = isRef(value) && (uses.get(value.number) ?? 0) > 1;
      if (found.size >= MAX_VALUES) {
        const words = `The file has more than ${MAX_VALUES} signatures, which are not judged.`;
        throw new Fault('too-many-signatures', words, 'indeterminate');
      }
      found.set(key, { fieldName: name, kind: kindOf(dictionary), dictionary, offset, revision, shared });
    }
  }
  return [...found.values()];
}

function kindOf(dictionary: PdfDict | null): SignatureValue['kind'] {
  const stamp =
    isName(dictionary?.entries.get('Type'), 'DocTimeStamp') ||
    isName(dictionary?.entries.get('SubFilter'), 'ETSI.RFC3161');
  return stamp ? 'document-timestamp' : 'signature';
}
