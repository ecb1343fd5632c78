import { isDict, isName, isRef, type PdfDict } from '../pdf/objects.ts';
import { formFields } from './form-fields.ts';
import type { Revision } from './revisions.ts';

/** A value some signature field has, or had in an earlier revision. */
export interface SignatureValue {
  readonly fieldName: string;
  readonly kind: 'signature' | 'document-timestamp';
  /** As it read in the revision in which the field got it; null when it is no dictionary. */
  readonly dictionary: PdfDict | null;
  /** Where its object starts; null when it is not an object of its own in the file. */
  readonly offset: number | null;
  readonly revision: Revision;
}

/**
 * Signature values in the order they came, looked for in every revision: one that was replaced or taken
 * away later is reported too. Usage rights (/Perms /UR3) are no field and not counted. @throws Fault, PdfSyntaxError
 */
export function signatureValues(revisions: readonly Revision[]): readonly SignatureValue[] {
  const found = new Map<string, SignatureValue>();
  for (const revision of revisions) {
    const { file } = revision;
    for (const { name, type, value } of formFields(file)) {
      if (type !== 'Sig' || value === undefined || file.resolve(value) === null) continue;
      const target = file.resolve(value);
      const entry = isRef(value) ? file.locate(value.number) : undefined;
      const offset = entry?.type === 'offset' ? entry.offset : null;
      const key = `${name}\0${isRef(value) ? value.number : 'direct'}\0${offset ?? 'inside'}`;
      if (!found.has(key)) {
        const dictionary = isDict(target) ? target : null;
        found.set(key, { fieldName: name, kind: kindOf(dictionary), dictionary, offset, revision });
      }
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
