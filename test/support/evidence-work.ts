import { prepareTimestamp } from '../../signing/evidence/document-timestamp.ts';
import { addValidationData } from '../../signing/evidence/validation-data.ts';
import { ok } from '../../signing/result.ts';
import { inspectPdf } from '../../signing/verification/verify-pdf.ts';
import type { EvidenceWork } from '../../sync/evidence/raise-document.ts';

/** In this thread: for tests that are about services and documents. */
export const evidenceWorkHere: EvidenceWork = {
  judge: (bytes, { roots }) => {
    const { report, longTerm } = inspectPdf(bytes, { name: 'document', roots });
    return Promise.resolve(ok({ verdict: report.verdict, longTerm }));
  },
  prepareTimestamp: (revision) => Promise.resolve(prepareTimestamp(revision)),
  addValidationData: (revision, material) => Promise.resolve(addValidationData(revision, material)),
};
