import type { DocumentFacts, DocumentRefusal } from '../../signing/documents/document.ts';
import { DOCUMENT_LIMITS } from '../../signing/documents/document.ts';
import type { Placement } from '../../signing/documents/placement.ts';
import { err, ok, type Result } from '../../signing/result.ts';
import { tooLarge, type Arrived, type IntakeFile } from '../kiosk/intake-readiness.ts';
import { WorkAborted, type WorkBench } from './work-bench.ts';

const PREPARE_TIMEOUT_MS = 30_000;

/** Documents nobody has checked yet are read in a thread, at the counter and in the cloud by the same rules. */
export interface ExaminePorts {
  readonly work: Pick<WorkBench, 'run'>;
  /** Of processor time, for reading one document. */
  readonly timeoutMs: number;
  /** DER certificates that it will be sealed with; null where that is not known yet. */
  readonly chain: readonly Uint8Array[] | null;
}
export interface PreparedFile {
  readonly increment: Uint8Array;
  readonly digest: DocumentFacts['digest'];
  readonly placements: readonly Placement[];
  readonly original: DocumentFacts['digest'];
  readonly length: number;
}

export async function inspectFile(
  { work, timeoutMs, chain }: ExaminePorts,
  { bytes }: IntakeFile,
): Promise<Result<DocumentFacts, DocumentRefusal>> {
  if (bytes.length > DOCUMENT_LIMITS.bytes) return err(tooLarge(bytes.length));
  try {
    return await work.run('intake', { bytes, ...(chain === null ? {} : { chain }) }, { timeoutMs });
  } catch (problem) {
    if (problem instanceof WorkAborted) return err({ code: 'takes-too-long', detail: problem.reason });
    throw problem;
  }
}

/** What is appended to each before anybody signs. */
export async function prepareFiles(
  { work, chain }: ExaminePorts,
  files: readonly Arrived[],
): Promise<Result<readonly PreparedFile[], { file: IntakeFile; refusal: DocumentRefusal }>> {
  const prepared: PreparedFile[] = [];
  for (const file of files) {
    const { bytes, facts } = file;
    try {
      const result = await work.run(
        'prepare',
        { bytes, placements: facts.placements, ...(chain === null ? {} : { chain }) },
        { timeoutMs: PREPARE_TIMEOUT_MS },
      );
      if (!result.ok) return err({ file, refusal: result.error });
      prepared.push({
        ...result.value,
        original: facts.digest,
        length: bytes.length + result.value.increment.length,
      });
    } catch (problem) {
      if (!(problem instanceof WorkAborted)) throw problem;
      return err({ file, refusal: { code: 'takes-too-long', detail: problem.reason } });
    }
  }
  return ok(prepared);
}
