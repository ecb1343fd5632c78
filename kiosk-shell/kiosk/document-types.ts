import type { DocumentMetadata } from '../../signing/documents/document.ts';
import { ANY_DEVICE, strictest, type DevicePolicy } from '../device-policy.ts';
import type { KioskEnrolment } from '../enrolment.ts';

export type DocumentType = KioskEnrolment['documentTypes'][number];
/** The tenant's document types, in the order in which their rules are tried. */
export interface DocumentTypes {
  readonly types: readonly DocumentType[];
  /** Id of the type of a document that no rule fits; null asks nothing of it. */
  readonly fallback: string | null;
}

/** The type whose rule fits first. A rule fits when one of its phrases is in the entry it names, whatever its accents. */
export function typeOf(
  { types, fallback }: DocumentTypes,
  document: { readonly fileName: string; readonly metadata: DocumentMetadata | undefined },
): string | null {
  const { title = '', subject = '', keywords = '' } = document.metadata ?? {};
  const entries = { fileName: document.fileName, title, subject, keywords };
  const fitting = types.find(({ match = {} }) =>
    (['fileName', 'title', 'subject', 'keywords'] as const).some((entry) =>
      match[entry]?.some((phrase) => plain(entries[entry]).includes(plain(phrase))),
    ),
  );
  return fitting?.id ?? fallback;
}

/** What the documents of one transaction ask together. A type that the configuration no longer has asks nothing. */
export function policyOf({ types }: DocumentTypes, ids: readonly (string | null)[]): DevicePolicy {
  const policies = ids.map((id) => types.find((type) => type.id === id)?.devices ?? ANY_DEVICE);
  return strictest(policies);
}

/** The certification (ISO 32000-1, 12.8.2.2) that the first signature of such a document is to be: 2 fill in and sign. */
export function certificationOf({ types }: DocumentTypes, id: string | null): 2 | null {
  return types.find((type) => type.id === id)?.certify === true ? 2 : null;
}

function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
