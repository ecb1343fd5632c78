import type { DriverClock } from '../clock.ts';
import { sleep } from '../clock.ts';
import { closedError, PadError } from '../pad.ts';
import type { ClosedReason, HidTransport } from '../pad.ts';
import { parseStatus } from './stu-queries.ts';
import type { StuStatus, StuStatusName } from './stu-queries.ts';
import { featureLength, stuReport } from './stu-report-table.ts';
import type { StuFeatureId, StuReports } from './stu-report-table.ts';
import { stuResult } from './stu-reports.ts';

/**
 * A healthy pad answers within milliseconds; the kernel itself gives up after 5 s and blocks reading meanwhile. After
 * two seconds a customer has noticed, so the pad is called failed and opened anew.
 */
const answerMs = 2000;
/** The maker's library polls 25 times, 50 ms apart. */
const pollMs = 50;
const polls = 25;
/** A refused transfer and the news of an unplug come on different threads: the news may be a moment late. */
const graceMs = 50;

/** News the pad sends by itself while keys are made: the last of each is kept for who waits for it. */
const keptInputs: readonly number[] = [stuReport.devicePublicKey, stuReport.encryptionStatus];

/** Feature reports of one STU pad: one in flight, each with a limit, and failures told apart. */
export class StuLink {
  /** What reports there are and how long each is. */
  reports: StuReports;
  readonly clock: DriverClock;
  readonly #transport: HidTransport;
  readonly #arrived = new Map<number, Uint8Array>();
  readonly #listeners = new Set<(reason: ClosedReason) => void>();
  #closed: ClosedReason | null = null;
  #lane: Promise<unknown> = Promise.resolve();

  constructor(transport: HidTransport, clock: DriverClock, reports: StuReports) {
    this.#transport = transport;
    this.clock = clock;
    this.reports = reports;
    transport.onInput((report) => {
      const id = report[0] ?? 0;
      if (keptInputs.includes(id)) this.#arrived.set(id, report.slice());
    });
    transport.onClosed((reason) => this.#end(reason));
  }

  /** The last input report of this ID since `forgetArrived`. */
  arrived(id: number): Uint8Array | null {
    return this.#arrived.get(id) ?? null;
  }
  forgetArrived(id: number): void {
    this.#arrived.delete(id);
  }

  onClosed(listener: (reason: ClosedReason) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Runs `work` after all work asked for before: a picture and a setting must not mix their reports. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#lane.then(() => {
      if (this.#closed) throw closedError(this.#closed);
      return work();
    });
    this.#lane = run.catch(() => undefined);
    return run;
  }

  async get(id: StuFeatureId): Promise<Uint8Array> {
    const length = this.reports.features.get(id) ?? featureLength(id);
    return this.within(() => this.#transport.getFeatureReport(id, length));
  }

  /** Every report goes at the full length the pad declares for it (`pads.md` 1.2). */
  async set(report: Uint8Array): Promise<void> {
    const length = this.reports.features.get(report[0] ?? 0) ?? 0;
    const full = report.length >= length ? report : new Uint8Array(length);
    if (full !== report) full.set(report);
    await this.within(() => this.#transport.sendFeatureReport(full));
  }

  async status(): Promise<StuStatus> {
    const parsed = parseStatus(await this.get(stuReport.status));
    if (!parsed.ok) throw new PadError('refused', 'the status report is malformed');
    return parsed.value;
  }

  /** Sends a command and reads how it ended. */
  async command(report: Uint8Array): Promise<StuStatus> {
    await this.set(report);
    const status = await this.status();
    checkResult(report[0] ?? 0, status);
    return status;
  }

  /** Polls until the pad is in the wanted status. */
  async waitFor(wanted: StuStatusName, tries = polls): Promise<StuStatus> {
    for (let left = tries; ; left--) {
      const status = await this.status();
      if (status.status === wanted) return status;
      if (left <= 1) throw new PadError('wrong-state', `the pad stays in status ${status.status}`);
      await this.pause(pollMs);
    }
  }

  pause(ms: number): Promise<void> {
    return sleep(this.clock, ms);
  }

  async close(): Promise<void> {
    this.#end('asked');
    await this.#transport.close();
  }

  /**
   * One request under the limit. A pad that misses it is let go, so that an answer that comes late is nobody's: it
   * cannot be taken for the answer to a later request.
   */
  within<T>(ask: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(closedError(this.#closed));
    return new Promise((resolve, reject) => {
      const stopWaiting = this.onClosed((reason) => {
        stopTimer();
        reject(closedError(reason));
      });
      const stopTimer = this.clock.after(answerMs, () => {
        stopWaiting();
        reject(new PadError('timeout', 'the pad does not answer'));
        this.#fail();
      });
      ask().then(
        (value) => {
          stopTimer();
          stopWaiting();
          resolve(value);
        },
        () => {
          stopTimer();
          this.clock.after(graceMs, () => {
            stopWaiting();
            reject(new PadError('refused', 'the pad refused a report'));
          });
        },
      );
    });
  }

  #fail(): void {
    this.#end('failed');
    // The handle may itself hang in the kernel: nobody waits for it.
    this.#transport.close().catch(() => undefined);
  }

  #end(reason: ClosedReason): void {
    if (this.#closed) return;
    this.#closed = reason;
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) listener(reason);
  }
}

export function checkResult(reportId: number, status: StuStatus): void {
  if (status.result === stuResult.none) return;
  const where = `report 0x${reportId.toString(16).padStart(2, '0')}, result 0x${status.result.toString(16)}`;
  throw new PadError(status.result === stuResult.wrongState ? 'wrong-state' : 'refused', where);
}
