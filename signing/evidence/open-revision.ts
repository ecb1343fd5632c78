import { PdfSyntaxError } from '../pdf/pdf-file.ts';
import { PdfUpdate } from '../pdf/pdf-update.ts';
import { readPdf } from '../pdf/read-pdf.ts';
import { err, type Result } from '../result.ts';

/** Why evidence cannot be added to a document. `detail` is an English sentence without document text. */
export interface EvidenceRefusal {
  readonly code: 'unreadable' | 'encrypted' | 'hybrid' | 'no-page' | 'token-too-large';
  readonly detail: string;
}

/** Ends the work it is thrown in; never leaves this folder. */
export class EvidenceFault extends Error {
  readonly code: EvidenceRefusal['code'];
  constructor(code: EvidenceRefusal['code'], detail: string) {
    super(detail);
    this.name = 'EvidenceFault';
    this.code = code;
  }
}

/**
 * An update of the newest revision, handed to `work`; what the document gets wrong becomes a refusal.
 * @param revision whole; not copied, not changed.
 */
export function updateRevision<T>(
  revision: Uint8Array,
  work: (update: PdfUpdate) => Result<T, EvidenceRefusal>,
): Result<T, EvidenceRefusal> {
  try {
    const file = readPdf(revision);
    if (file.trailer.entries.has('Encrypt')) {
      throw new EvidenceFault(
        'encrypted',
        'The document is encrypted; nothing can be appended that others would read.',
      );
    }
    if (file.hybrid) {
      throw new EvidenceFault(
        'hybrid',
        'The document has hybrid cross-references, which show readers different files.',
      );
    }
    return work(new PdfUpdate(file));
  } catch (error) {
    if (error instanceof EvidenceFault) return err({ code: error.code, detail: error.message });
    if (error instanceof PdfSyntaxError) return err({ code: 'unreadable', detail: `${error.message}.` });
    throw error;
  }
}
