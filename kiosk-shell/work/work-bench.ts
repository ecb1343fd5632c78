import { Worker } from 'node:worker_threads';
import { join } from 'node:path';
import type { Tasks } from './tasks.ts';
import { hasLarge, sharedInTurns } from './shared-bytes.ts';
import { limitWork } from './work-limit.ts';

export type TaskName = keyof Tasks;
export type TaskInput<K extends TaskName> = Parameters<Tasks[K]>[0];
export type TaskOutput<K extends TaskName> = Awaited<ReturnType<Tasks[K]>>;

export interface WorkOptions {
  /** Of the worker's own processor time. It is ended and replaced when a task takes more: hostile input must not hold the counter up. */
  readonly timeoutMs: number;
}

/** A task did not finish: it took too long or its worker ran out of memory. The input is to blame, not the kiosk. */
export class WorkAborted extends Error {
  readonly reason: 'timeout' | 'memory' | 'crashed';
  constructor(task: string, reason: 'timeout' | 'memory' | 'crashed') {
    super(`task ${task} was ended: ${reason}`);
    this.name = 'WorkAborted';
    this.reason = reason;
  }
}

interface Job {
  readonly task: TaskName;
  readonly input: unknown;
  readonly timeoutMs: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}
/** First of all a worker says that it is ready; then come answers, one for each task. */
type Answer =
  'ready' | { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string };

/** A thread that has not loaded its code by then never will. */
const START_TIMEOUT_MS = 120_000;

/** Heap limit of a worker: a 50 MB document needs far less, a decompression bomb far more. */
const WORKER_HEAP_MB = 384;

/**
 * Heavy or hostile work in a thread of its own, one task at a time: the event loop that feeds pens and screens
 * never waits for it. Large byte arrays go and come in shared memory, so nobody may write to them.
 */
export class WorkBench {
  #worker: Worker | null = null;
  #ready = false;
  #current: Job | null = null;
  #stopLimit: () => void = () => undefined;
  readonly #queue: Job[] = [];
  #closed = false;

  constructor() {
    // Started at once: loading the PDF and CMS code must not fall into the first customer's signature.
    this.#worker = this.#start();
  }

  async run<K extends TaskName>(task: K, input: TaskInput<K>, options: WorkOptions): Promise<TaskOutput<K>> {
    // What is small is in line at once, in the order in which it was asked for.
    const given = hasLarge(input) ? await sharedInTurns(input) : input;
    return new Promise<TaskOutput<K>>((resolve, reject) => {
      if (this.#closed) {
        reject(new WorkAborted(task, 'crashed'));
        return;
      }
      this.#queue.push({
        task,
        input: given,
        timeoutMs: options.timeoutMs,
        resolve: (value) => resolve(value as TaskOutput<K>),
        reject,
      });
      this.#next();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { task, reject } of this.#queue.splice(0)) reject(new WorkAborted(task, 'crashed'));
    const worker = this.#worker;
    if (worker === null) return;
    this.#replace(worker, 'crashed');
    await worker.terminate();
  }

  #start(): Worker {
    const worker = new Worker(join(import.meta.dirname, 'worker.ts'), {
      resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MB },
    });
    worker.unref();
    worker.on('message', (answer: Answer) => {
      // An answer that comes after its time limit must not be taken for that of the next task.
      if (worker !== this.#worker) return;
      if (answer === 'ready') {
        this.#ready = true;
        if (this.#current !== null) this.#begin(worker, this.#current);
        return;
      }
      const job = this.#finish();
      if (job === null) return;
      if (answer.ok) job.resolve(answer.value);
      else job.reject(new Error(answer.message));
      this.#next();
    });
    worker.on('error', (error: Error & { code?: string }) =>
      this.#replace(worker, error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : 'crashed'),
    );
    worker.on('exit', () => this.#replace(worker, 'crashed'));
    return worker;
  }

  #next(): void {
    if (this.#current !== null || this.#closed) return;
    const job = this.#queue.shift();
    if (job === undefined) return;
    this.#current = job;
    this.#worker ??= this.#start();
    const worker = this.#worker;
    worker.ref();
    if (this.#ready) this.#begin(worker, job);
    else {
      const start = setTimeout(() => this.#replace(worker, 'timeout'), START_TIMEOUT_MS);
      this.#stopLimit = () => clearTimeout(start);
    }
    worker.postMessage({ task: job.task, input: job.input });
  }

  #begin(worker: Worker, { timeoutMs }: Job): void {
    this.#stopLimit();
    this.#stopLimit = limitWork(worker, timeoutMs, () => this.#replace(worker, 'timeout'));
  }

  #finish(): Job | null {
    this.#stopLimit();
    const job = this.#current;
    this.#current = null;
    this.#worker?.unref();
    return job;
  }

  #replace(worker: Worker, reason: 'timeout' | 'memory' | 'crashed'): void {
    if (worker !== this.#worker) return;
    this.#worker = null;
    this.#ready = false;
    void worker.terminate();
    const job = this.#finish();
    job?.reject(new WorkAborted(job.task, reason));
    this.#next();
  }
}
