import type { DocumentRefusalCode } from '../../signing/documents/document.ts';
import { DOCUMENT_LIMITS } from '../../signing/documents/document.ts';

/** Refusals of intake as sentences for the command line; screens word them in `app/_i18n`. */
const WORDS: Readonly<Record<DocumentRefusalCode, string>> = {
  'not-a-pdf': 'is not a PDF file. Export it as PDF again from the program that made it.',
  damaged: 'is a damaged PDF. Export it again; a repaired copy would not be what its author made.',
  encrypted: 'is encrypted or protected. Save it without a password or restrictions.',
  xfa: 'is a dynamic XFA form, which shows differently in every program. Print it to PDF first.',
  'certified-no-changes': 'was certified by its author against any change, also against signing.',
  hybrid: 'has two cross-references that may disagree (hybrid PDF). Save it again in a current program.',
  'too-large': `is larger than ${DOCUMENT_LIMITS.bytes / 1024 / 1024} MB.`,
  'too-many-pages': `has more than ${DOCUMENT_LIMITS.pages} pages.`,
  'no-pages': 'has no pages.',
  'no-tags':
    'says nowhere who signs where: it has no tag such as {{Signature;role=customer;type=signature;order=1}} and no empty signature field.',
  'roles-unclear':
    'gives one role two different turns, and one person signs in one sitting. Give each role one order number, in all documents the same.',
  'too-many-documents': `is more than the ${DOCUMENT_LIMITS.documentsPerTransaction} documents one transaction may have. Bring the rest in as another transaction.`,
  'too-large-together': `makes its transaction larger than ${DOCUMENT_LIMITS.transactionBytes / 1024 / 1024} MB. Bring fewer files in at once.`,
  'too-many-signatories': `asks more than ${DOCUMENT_LIMITS.signatories} people to sign. Let some of them sign another document.`,
  'too-many-signatures': `has too many places to sign: ${DOCUMENT_LIMITS.signaturesPerDocument} in a document, ${DOCUMENT_LIMITS.signaturesPerTransaction} in a transaction are the most.`,
  'signed-before-tags':
    'was already signed, so its tags can no longer be taken out of the text. Sign the version without signatures.',
  'signatures-damaged': 'carries signatures that do not fit its bytes. Ask for the file as it was signed.',
  'tag-not-removable': 'has a tag whose text cannot be taken out of the page safely. Type the tag again in one piece.',
  'duplicate-field': 'names the same signature field twice.',
  'placement-outside-page': 'has a tag whose box lies outside its page.',
  'placement-over-content':
    'was already signed, and a new box lies over something on the page. Place it where the page is empty.',
  'signatures-overlap': 'has two places to sign that lie over each other on a page. Move one of them.',
  'signing-forbidden':
    'has signature fields that its own locks, or a signature already in it, forbid to sign in the order asked for.',
  'seed-value-unmet': 'has a signature field whose author asks for another kind of signature (seed values).',
  'takes-too-long': 'needs too much time or memory to read; it is refused to keep the counter running.',
};

export function describeRefusal(file: string, code: string): string {
  const words = (WORDS as Readonly<Record<string, string | undefined>>)[code];
  return words === undefined ? `${file} was not taken in (${code}).` : `${file} ${words}`;
}
