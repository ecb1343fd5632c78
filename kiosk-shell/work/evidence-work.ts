import { err, type Result } from '../../signing/result.ts';
import type { EvidenceReason } from '../../sync/evidence/evidence-client.ts';
import type { EvidenceWork } from '../../sync/evidence/raise-document.ts';
import { WorkAborted, type WorkBench } from './work-bench.ts';

/** Evidence is added in a thread of the bench; a document that takes too long or too much memory stays as it is. */
export function evidenceWorkOn(bench: WorkBench, timeoutMs: number): EvidenceWork {
  const limit = { timeoutMs };
  return {
    judge: (bytes, { roots }) =>
      bounded(async () => ({ ok: true, value: await bench.run('judgeLongTerm', { bytes, roots }, limit) })),
    prepareTimestamp: (bytes) => bounded(() => bench.run('prepareTimestamp', { bytes }, limit)),
    addValidationData: (bytes, material) => bounded(() => bench.run('addValidationData', { bytes, material }, limit)),
  };
}

async function bounded<T>(work: () => Promise<Result<T, EvidenceReason>>): Promise<Result<T, EvidenceReason>> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof WorkAborted) || error.reason === 'crashed') throw error;
    return err({
      code: 'too-heavy',
      detail: `The document takes too much ${error.reason === 'memory' ? 'memory' : 'time'} to read.`,
    });
  }
}
