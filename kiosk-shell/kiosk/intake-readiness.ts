/** What can be said of files before a transaction is made of them: whether there are too many, and who is to sign where. */
import { deriveSignatories, type SignatoriesFault } from '../../signing/ceremony/signatories.ts';
import { DOCUMENT_LIMITS, type DocumentFacts, type DocumentRefusal } from '../../signing/documents/document.ts';
import type { DocumentId } from '../../signing/ids.ts';

export interface IntakeFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}
export interface IntakeRefusal {
  readonly file: string;
  readonly refusal: DocumentRefusal;
}
export interface Arrived extends IntakeFile {
  readonly facts: DocumentFacts;
}

type Signatories = ReturnType<typeof deriveSignatories>;

/** Documents that are not in the vault yet have no id; their place in the list stands for it. */
export function signatoriesOf(files: readonly { readonly facts: DocumentFacts }[]): Signatories {
  return deriveSignatories(
    files.map(({ facts }, i) => ({ document: String(i) as DocumentId, placements: facts.placements })),
  );
}

/** Whether it is clear who signs where, a clerk can make it clear, or nobody at the counter can and why. */
export function readiness(
  files: readonly Arrived[],
): 'ready' | 'to-place' | { readonly file: IntakeFile; readonly refusal: DocumentRefusal } {
  if (files.some(({ facts }) => facts.unassigned.length > 0)) return 'to-place';
  const signatories = signatoriesOf(files);
  if (signatories.ok) return 'ready';
  const fault = signatories.error;
  if (fault.code === 'no-signature' || fault.code === 'role-without-signature') return 'to-place';
  const file = files[Number(fault.document)];
  if (file === undefined) throw new Error('a fault is in one of the files');
  const code = fault.code === 'order-conflict' ? 'roles-unclear' : fault.code;
  return { file, refusal: { code, detail: faultDetail(fault) } };
}

/** Counts only: roles are words of the document. */
export function faultDetail(fault: SignatoriesFault): string {
  switch (fault.code) {
    case 'no-signature':
      return 'nothing is to be signed';
    case 'role-without-signature':
      return `${fault.roles.length} roles fill in and sign nowhere`;
    case 'order-conflict':
      return `one role has the turns ${fault.orders.join(', ')}`;
    case 'too-many-signatories':
      return `${fault.count} people; ${DOCUMENT_LIMITS.signatories} are allowed`;
    case 'too-many-signatures':
      return `${fault.count} signatures; ${DOCUMENT_LIMITS.signaturesPerDocument} in a document, ${DOCUMENT_LIMITS.signaturesPerTransaction} in all are allowed`;
  }
}

/** What is told before any file is read, with the first file that is too many. */
export function beyondLimits(files: readonly IntakeFile[]): IntakeRefusal | null {
  const { documentsPerTransaction, transactionBytes } = DOCUMENT_LIMITS;
  const extra = files[documentsPerTransaction];
  if (extra !== undefined) {
    const detail = `${files.length} files; ${documentsPerTransaction} are allowed`;
    return { file: extra.name, refusal: { code: 'too-many-documents', detail } };
  }
  let bytes = 0;
  for (const file of files) {
    bytes += file.bytes.length;
    // A file too large by itself is refused as such.
    if (bytes > transactionBytes && file.bytes.length <= DOCUMENT_LIMITS.bytes) {
      const detail = `more than ${transactionBytes} bytes in ${files.length} files`;
      return { file: file.name, refusal: { code: 'too-large-together', detail } };
    }
  }
  return null;
}

export function tooLarge(bytes: number): DocumentRefusal {
  return { code: 'too-large', detail: `${bytes} bytes; ${DOCUMENT_LIMITS.bytes} are allowed` };
}
