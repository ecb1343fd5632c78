import { isoTime } from '../../signing/clock.ts';
import { sha256 } from '../../signing/digest.ts';
import { DOCUMENT_LIMITS } from '../../signing/documents/document.ts';
import { anchorsOf, type ReportAbout } from '../../signing/report/report-about.ts';
import { err, ok, type Result } from '../../signing/result.ts';
import { isPackage } from '../../signing/verification/judge-file.ts';
import type { CheckedFile, CheckRefusal, ReportWanted, SavedReport } from '../kiosk-api/report.ts';
import type { Actor } from '../kiosk-api/staff.ts';
import { reportName } from '../report-name.ts';
import { SOFTWARE } from '../software.ts';
import { WorkAborted, WorkBench } from '../work/work-bench.ts';
import type { KioskContext } from './context.ts';

interface BroughtFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A package has documents and more. */
export const CHECK_LIMIT_BYTES = 4 * DOCUMENT_LIMITS.bytes;
const CHECK_TIMEOUT_MS = 60_000;
/** Writing 1,000 signatures down takes a few. */
const REPORT_TIMEOUT_MS = 30_000;

/**
 * Signed files that somebody brings to the counter: judged off line like `npm run verify`, against the root this kiosk has.
 * Nothing of them is stored, logged or audited. Each gets a thread of its own that ends with it: a hostile file holds up no
 * customer, and leaves nothing in a memory that goes on living.
 */
export class CheckDesk {
  readonly #context: Pick<KioskContext, 'keys' | 'clock'>;
  #busy = false;

  constructor(context: Pick<KioskContext, 'keys' | 'clock'>) {
    this.#context = context;
  }

  check(file: BroughtFile, actor: Actor): Promise<Result<CheckedFile, CheckRefusal>> {
    return this.#withBench(file, (bench) => this.#judge(bench, file, actor));
  }

  /** Judged anew: what is written down is what holds now, never what a screen sent back. */
  save(file: BroughtFile, wanted: ReportWanted, actor: Actor): Promise<Result<SavedReport, CheckRefusal>> {
    return this.#withBench(file, async (bench) => {
      const { report, about } = await this.#judge(bench, file, actor);
      const written = await bench.run('report', { report, about, wanted }, { timeoutMs: REPORT_TIMEOUT_MS });
      return { ...written, name: reportName(about.file, wanted) };
    });
  }

  async #judge(bench: WorkBench, { name, bytes }: BroughtFile, actor: Actor): Promise<CheckedFile> {
    const { keys, clock } = this.#context;
    const roots = [keys.tenantRoot()];
    const now = clock.now();
    const about: ReportAbout = {
      file: baseName(name),
      digest: sha256(bytes),
      judgedAt: isoTime(now),
      software: SOFTWARE,
      by: actor.staff.name,
      trust: anchorsOf(roots),
    };
    // Nobody said who should have signed it: a signer of another authority is unknown here, not wrong.
    const options = { name: about.file, roots, now: new Date(now), strangers: 'indeterminate' } as const;
    const report = await bench.run('judgeFile', { bytes, options }, { timeoutMs: CHECK_TIMEOUT_MS });
    return { report, about };
  }

  async #withBench<T>(
    { bytes }: BroughtFile,
    work: (bench: WorkBench) => Promise<T>,
  ): Promise<Result<T, CheckRefusal>> {
    if (bytes.length > (isPackage(bytes) ? CHECK_LIMIT_BYTES : DOCUMENT_LIMITS.bytes))
      return err({ code: 'too-large' });
    if (!isPackage(bytes) && !looksLikePdf(bytes)) return err({ code: 'not-a-signed-file' });
    if (this.#busy) return err({ code: 'busy' });
    this.#busy = true;
    const bench = new WorkBench();
    try {
      return ok(await work(bench));
    } catch (error) {
      if (error instanceof WorkAborted) return err({ code: 'takes-too-long' });
      throw error;
    } finally {
      this.#busy = false;
      await bench.close();
    }
  }
}

/** Where readers look for the header (ISO 32000-1, annex H.3.4.1): whether it is a sound one is judged later. */
const HEADER_WITHIN = 1024;

function looksLikePdf(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEADER_WITHIN)).includes('%PDF-');
}

function baseName(name: string): string {
  return (name.split(/[\\/]/).at(-1) ?? '').normalize('NFC').trim().slice(0, 200) || 'file';
}
