import type { DriverClock } from '../clock.ts';
import { sleep } from '../clock.ts';
import { PadError } from '../pad.ts';
import type { HidTransport } from '../pad.ts';
import { featureLength, stuReport } from './stu-report-table.ts';
import type { StuFeatureId } from './stu-report-table.ts';
import { parseStatus, stuResult } from './stu-reports.ts';
import type { StuStatus, StuStatusName } from './stu-reports.ts';

export type ClosedReason = 'unplugged' | 'failed' | 'asked';

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

/** Feature reports of one STU pad: one in flight, each with a limit, and failures told apart. */
export class StuLink {
  readonly #transport: HidTransport;
  readonly #clock: DriverClock;
  readonly #listeners = new Set<(reason: ClosedReason) => void>();
  #closed: ClosedReason | null = null;
  #lane: Promise<unknown> = Promise.resolve();

  constructor(transport: HidTransport, clock: DriverClock) {
    this.#transport = transport;
    this.#clock = clock;
    transport.onClosed((reason) => this.#end(reason));
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
    return this.#answer(() => this.#transport.getFeatureReport(id, featureLength(id)));
  }

  async set(report: Uint8Array): Promise<void> {
    await this.#answer(() => this.#transport.sendFeatureReport(report));
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
      await sleep(this.#clock, pollMs);
    }
  }

  async close(): Promise<void> {
    this.#end('asked');
    await this.#transport.close();
  }

  #answer<T>(ask: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(closedError(this.#closed));
    return new Promise((resolve, reject) => {
      const stopWaiting = this.onClosed((reason) => {
        stopTimer();
        reject(closedError(reason));
      });
      const stopTimer = this.#clock.after(answerMs, () => {
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
          this.#clock.after(graceMs, () => {
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

function closedError(reason: ClosedReason): PadError {
  return reason === 'failed'
    ? new PadError('timeout', 'the pad stopped answering')
    : new PadError('unplugged', reason === 'unplugged' ? 'the pad was unplugged' : 'the pad is closed');
}

export function checkResult(reportId: number, status: StuStatus): void {
  if (status.result === stuResult.none) return;
  const where = `report 0x${reportId.toString(16).padStart(2, '0')}, result 0x${status.result.toString(16)}`;
  throw new PadError(status.result === stuResult.wrongState ? 'wrong-state' : 'refused', where);
}
