import type { Clock } from '../../signing/clock.ts';
import { jobDocumentPath, type ListedJob, type ReportedJob } from '../protocol/jobs.ts';
import { backoff } from './backoff.ts';
import { createCloudClient, type CloudClient, type CloudContact, type Reply } from './cloud-client.ts';
import { download, Partial } from './job-download.ts';
import type { Fetch } from './line.ts';
import type { Timers } from './timers.ts';

export interface WantedJob extends Pick<ListedJob, 'id' | 'name'> {
  readonly documents: readonly ListedJob['documents'][number][];
}

/** The kiosk's durable side of its jobs; every method is a step of its own. */
export interface JobDesk {
  /** What the cloud has not acknowledged yet. */
  unreported(): readonly { readonly id: string; readonly said: ReportedJob; readonly acknowledge: () => void }[];
  /** The cloud says that it is not this kiosk's. */
  lost(id: string): void;
  /** All that the cloud has for this kiosk; what is to be claimed comes back. */
  listed(jobs: readonly ListedJob[]): readonly ListedJob[];
  claimed(job: ListedJob): void;
  /** To be given up, unless it was opened. */
  withdraw(id: string): void;
  /** Claimed, and not here yet. */
  wanted(): readonly WantedJob[];
  /** Everything of it is here, in its order, and the cloud has been told so. */
  arrived(job: WantedJob, documents: readonly Uint8Array[]): Promise<void>;
}

export interface JobPullerPorts {
  /** Without a trailing slash. */
  readonly cloudUrl: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Even over 0..1. */
  readonly random: () => number;
  readonly token: () => Promise<string>;
  readonly onContact?: (contact: CloudContact) => void;
  readonly desk: JobDesk;
  readonly onFault: (error: unknown) => void;
}

const PAUSE = { first: 1000, longest: 60_000 };
/** The cloud holds a question for 25 seconds; between two there is this, should it not hold. */
const BETWEEN_MS = 1000;
const REQUEST_MS = 60_000;

/** Takes what is to be signed at this branch, and says what became of it; one round after the other, for as long as it runs. */
export class JobPuller {
  readonly #ports: JobPullerPorts;
  readonly #client: CloudClient;
  readonly #stopped = new AbortController();
  /** By job; what is lost with the process is loaded again. */
  readonly #partials = new Map<string, readonly Partial[]>();
  #cancelTimer: (() => void) | null = null;
  #holding: AbortController | null = null;
  #poked = false;
  #working: Promise<void> = Promise.resolve();
  /** Of the list that was worked off; asked anew after a start. */
  #etag: string | null = null;
  #failures = 0;

  constructor(ports: JobPullerPorts) {
    this.#ports = ports;
    this.#client = createCloudClient(ports);
  }

  start(): void {
    if (this.#stopped.signal.aborted) return;
    this.#cancelTimer = null;
    this.#working = this.round()
      .catch((error: unknown) => {
        this.#ports.onFault(error);
        return PAUSE.longest;
      })
      .then((pause) => {
        if (this.#stopped.signal.aborted) return;
        this.#cancelTimer = this.#ports.timers.after(this.#poked ? 0 : pause, () => this.start());
      });
  }

  /** Something became of a job: a question that is held makes room for the report. A dead line is not hurried. */
  poke(): void {
    this.#poked = this.#failures === 0;
    this.#holding?.abort();
    if (this.#cancelTimer === null || this.#failures > 0) return;
    this.#cancelTimer();
    this.start();
  }

  /** Resolves when all is quiet. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#cancelTimer?.();
    await this.#working;
  }

  /** Says, asks and loads once; resolves to the pause before the next round, milliseconds. */
  async round(): Promise<number> {
    this.#poked = false;
    if (!(await this.#report())) return this.#failed();
    const asked = await this.#ask();
    // What came before may be here still in part, whatever became of the question.
    const whole = await this.#fetchAll();
    if (!asked || !whole) return this.#failed();
    this.#failures = 0;
    return BETWEEN_MS;
  }

  #failed(): number {
    this.#failures += 1;
    return backoff(this.#failures, PAUSE, this.#ports.random);
  }

  async #report(): Promise<boolean> {
    const { desk } = this.#ports;
    for (const { id, said, acknowledge } of desk.unreported()) {
      const reply = await this.#patiently((signal) => this.#client.reportJob(id, said, signal));
      if (reply.kind === 'done') {
        acknowledge();
        if (reply.value.withdraw) desk.withdraw(id);
      } else if (reply.kind === 'conflict' || reply.kind === 'gone') desk.lost(id);
      else return false;
    }
    return true;
  }

  async #ask(): Promise<boolean> {
    const { desk } = this.#ports;
    // A poke while reports were under way: they come first.
    if (this.#poked) return true;
    const holding = new AbortController();
    this.#holding = holding;
    // What is not whole yet must not wait for a question that is held.
    const etag = desk.wanted().length === 0 ? this.#etag : null;
    const reply = await this.#patiently((signal) => this.#client.jobs(etag, AbortSignal.any([signal, holding.signal])));
    this.#holding = null;
    if (reply.kind !== 'done') return holding.signal.aborted;
    if (reply.value === 'nothing-new') return true;
    for (const job of desk.listed(reply.value.jobs)) {
      const claim = await this.#patiently((signal) => this.#client.claimJob(job.id, signal));
      if (claim.kind === 'done') desk.claimed(job);
      // The faster one has it, or somebody took it back: the next list says so.
      else if (claim.kind !== 'gone') return false;
    }
    this.#etag = reply.value.etag;
    return true;
  }

  /** One job that does not come must not keep the others out; it is tried again in the next round. */
  async #fetchAll(): Promise<boolean> {
    const wanted = this.#ports.desk.wanted();
    for (const id of this.#partials.keys()) {
      if (!wanted.some((job) => job.id === id)) this.#partials.delete(id);
    }
    let all = true;
    for (const job of wanted) {
      if (this.#stopped.signal.aborted) return true;
      try {
        if (!(await this.#fetch(job))) all = false;
      } catch (error) {
        this.#ports.onFault(error);
        all = false;
      }
    }
    return all;
  }

  async #fetch(job: WantedJob): Promise<boolean> {
    const { desk } = this.#ports;
    const partials = this.#partials.get(job.id) ?? job.documents.map(({ size }) => new Partial(size));
    this.#partials.set(job.id, partials);
    for (const [at, { digest }] of job.documents.entries()) {
      const partial = partials[at];
      if (partial === undefined || partial.isWhole) continue;
      const path = jobDocumentPath(job.id, at + 1);
      const end = await download(this.#ports, path, digest, partial, this.#stopped.signal);
      if (end === 'gone') desk.lost(job.id);
      if (end !== 'whole') return end === 'gone';
    }
    const said = await this.#patiently((signal) =>
      this.#client.reportJob(job.id, { report: 'taken', reason: null }, signal),
    );
    if (said.kind === 'conflict' || said.kind === 'gone') desk.lost(job.id);
    else if (said.kind !== 'done') return false;
    else if (said.value.withdraw) desk.withdraw(job.id);
    else
      await desk.arrived(
        job,
        partials.map((partial) => partial.bytes()),
      );
    this.#partials.delete(job.id);
    // What became of it is said at once.
    this.#poked = true;
    return true;
  }

  async #patiently<T>(request: (signal: AbortSignal) => Promise<Reply<T>>): Promise<Reply<T>> {
    const patience = new AbortController();
    const cancel = this.#ports.timers.after(REQUEST_MS, () => patience.abort());
    return request(AbortSignal.any([patience.signal, this.#stopped.signal])).finally(cancel);
  }
}
