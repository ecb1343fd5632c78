import type { PermissionLevel } from '../pdf/field-lock.ts';
import { dict, isDict, isRef, name, withEntries, type PdfDict, type PdfObject, type PdfRef } from '../pdf/objects.ts';
import { PdfSyntaxError, type PdfFile } from '../pdf/pdf-file.ts';
import type { PdfUpdate } from '../pdf/pdf-update.ts';
import type { FieldToSeal } from './field-to-seal.ts';
import { coloursFor } from '../documents/colours.ts';
import { readPdfa } from '../documents/pdfa.ts';
import { signatureAppearance, type SignatureLook } from './signature-appearance.ts';
import {
  certificationReference,
  lockReference,
  signatureDictionary,
  type SignatureBytes,
  type SignatureFacts,
} from './signature-dictionary.ts';

export interface Appended {
  readonly increment: Uint8Array;
  readonly signature: SignatureBytes;
  /** Of the signature dictionary's first byte in the whole new revision. */
  readonly signatureOffset: number;
}

export interface Appearance {
  readonly look: Omit<SignatureLook, 'colours'>;
  readonly facts: Omit<SignatureFacts, 'references'>;
  /** /P when this signature certifies the document. */
  readonly certification: PermissionLevel | null;
}

/**
 * The increment with the signature dictionary still unsigned. `update` may already hold changes that belong to the
 * same revision. @throws PdfSyntaxError
 */
export function appendSignature(
  update: PdfUpdate,
  { field, lock, firstSignature }: FieldToSeal,
  { look, facts, certification }: Appearance,
): Appended {
  const { file } = update;
  const resolve = (object?: PdfObject): PdfObject => update.resolve(object);
  const signature = signatureDictionary({
    ...facts,
    references: [
      ...(certification === null ? [] : [certificationReference(certification)]),
      ...(lock === null ? [] : [lockReference(lock, file.catalogRef)]),
    ],
  });
  const signatureRef = update.allocate();
  update.set(signatureRef, { kind: 'raw', bytes: signature.bytes });
  const colours = coloursFor(readPdfa(file) !== null);
  for (const { ref, rect, page } of field.widgets) {
    const widget = dictAt(update, ref);
    const [x0, y0, x1, y1] = rect ?? [0, 0, 0, 0];
    const { rotate, userUnit } = (page === null ? undefined : file.pages()[page]) ?? { rotate: 0, userUnit: 1 };
    const space = { width: x1 - x0, height: y1 - y0, rotate, userUnit };
    const appearance = update.allocate();
    update.set(appearance, signatureAppearance(update, { ...look, colours }, space));
    const turned = resolve(widget.entries.get('MK'));
    update.set(
      ref,
      withEntries(widget, {
        // Print and locked (12.5.3).
        F: 132,
        AP: dict({ N: appearance }),
        ...(rotate === 0 ? {} : { MK: withEntries(isDict(turned) ? turned : dict({}), { R: rotate }) }),
      }),
    );
  }
  update.set(field.ref, withEntries(dictAt(update, field.ref), { V: signatureRef }));
  announceSignatures(update, firstSignature);
  if (certification !== null) announceCertification(update, signatureRef);
  const finished = update.finish();
  return { increment: finished.increment, signature, signatureOffset: finished.offsetOf(signatureRef) };
}

function dictAt(update: PdfUpdate, ref: PdfRef): PdfDict {
  const value = update.get(ref);
  if (!isDict(value)) throw new PdfSyntaxError('object-damaged', 'a form field that is not a dictionary');
  return value;
}

/** SigFlags (12.7.2): signatures exist, append only. The first signature also names the extension PAdES is. */
function announceSignatures(update: PdfUpdate, first: boolean): void {
  const { file } = update;
  const catalog = dictAt(update, file.catalogRef);
  const formEntry = catalog.entries.get('AcroForm');
  const form = update.resolve(formEntry);
  if (!isDict(form)) throw new PdfSyntaxError('object-damaged', 'the form vanished');
  const flags = update.resolve(form.entries.get('SigFlags'));
  const flagged = typeof flags === 'number' && (flags & 3) === 3;
  const newForm = flagged ? form : withEntries(form, { SigFlags: (typeof flags === 'number' ? flags : 0) | 3 });
  const extensions = first ? withExtension(file, update.resolve(catalog.entries.get('Extensions'))) : null;
  if (isRef(formEntry) && !flagged) update.set(formEntry, newForm);
  if (extensions !== null || (!isRef(formEntry) && !flagged)) {
    update.set(
      file.catalogRef,
      withEntries(catalog, {
        AcroForm: isRef(formEntry) ? formEntry : newForm,
        ...(extensions === null ? {} : { Extensions: extensions }),
      }),
    );
  }
}

/** Perms (12.8.4): which signature certifies. Usage rights that stand there stay. */
function announceCertification(update: PdfUpdate, signature: PdfRef): void {
  const catalog = dictAt(update, update.file.catalogRef);
  const permissions = update.resolve(catalog.entries.get('Perms'));
  const changed = withEntries(isDict(permissions) ? permissions : dict({}), { DocMDP: signature });
  update.set(update.file.catalogRef, withEntries(catalog, { Perms: changed }));
}

/** ETSI.CAdES.detached is part of PDF only from 2.0 on; before, /ESIC announces it. Null when nothing is to change. */
function withExtension(file: PdfFile, present: PdfObject): PdfDict | null {
  if (file.version >= '2.0' || (isDict(present) && present.entries.has('ESIC'))) return null;
  return withEntries(isDict(present) ? present : dict({}), {
    ESIC: dict({ BaseVersion: name('1.7'), ExtensionLevel: 1 }),
  });
}
