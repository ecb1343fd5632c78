import type { DocumentId } from '../../signing/ids.ts';
import type { DocumentRefusal, DocumentRefusalCode } from '../../signing/documents/document.ts';
import type { ActRefusal, PlacingRefusal } from '../kiosk-api/acts.ts';

/** What preparing may say of a document that intake took, once a clerk has placed its boxes. */
const CODES: Readonly<Partial<Record<DocumentRefusalCode, PlacingRefusal>>> = {
  'placement-over-content': 'box-over-content',
  'signatures-overlap': 'signatures-overlap',
  'placement-outside-page': 'box-outside-page',
  'certified-no-changes': 'boxes-forbidden',
  'signing-forbidden': 'signing-forbidden',
  'seed-value-unmet': 'seed-value-unmet',
  'tag-not-removable': 'tag-not-removable',
  'takes-too-long': 'takes-too-long',
  damaged: 'damaged',
};

/** As the clerk can act on it, with the document and, where one is meant, its page. */
export function placingRefusal({ code, detail, page }: DocumentRefusal, document: DocumentId): ActRefusal {
  const where = { document, ...(page === undefined ? {} : { page }) };
  return { code: CODES[code] ?? 'invalid', detail: `${code}: ${detail}`, where };
}
