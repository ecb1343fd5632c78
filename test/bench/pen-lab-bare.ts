/** The baseline: node-hid and nothing else, in a process of its own. Imported it starts one, forked it is one. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface BareRun {
  readonly arrivals: readonly { readonly sequence: number; readonly at: number }[];
  /** Processor time, microseconds. */
  readonly cpu: number;
}
type Ask = 'count' | 'end';

export class Bare {
  readonly #child: ChildProcess;

  /** Resolves when the pad at `path` is open and tells sequence numbers. */
  static async start(path: string): Promise<Bare> {
    const bare = new Bare(fork(fileURLToPath(import.meta.url), [path], { serialization: 'advanced' }));
    await bare.#told();
    return bare;
  }
  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  async count(): Promise<number> {
    return (await this.#ask('count')) as number;
  }
  async end(): Promise<BareRun> {
    const run = (await this.#ask('end')) as BareRun;
    this.#child.kill('SIGKILL');
    return run;
  }

  #ask(ask: Ask): Promise<unknown> {
    const told = this.#told();
    this.#child.send(ask);
    return told;
  }
  #told(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const ended = (): void => reject(new Error('the bare loop has ended'));
      this.#child.once('exit', ended);
      this.#child.once('message', (message) => {
        this.#child.off('exit', ended);
        resolve(message);
      });
    });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // The library without our door to it: that is the baseline.
  const { HIDAsync } = (await import('node-hid')).default;
  const device = await HIDAsync.open(process.argv[2] ?? '');
  // Report 0x32, mode 3: time and sequence (pads.md 1.7).
  await device.sendFeatureReport([0x32, 3]);
  const arrivals: { sequence: number; at: number }[] = [];
  const begun = process.cpuUsage();
  device.on('error', () => process.exit(1));
  device.on('data', (report) => {
    const at = Number(process.hrtime.bigint() / 1000n);
    arrivals.push({ sequence: ((report[9] ?? 0) << 8) | (report[10] ?? 0), at });
  });
  process.on('disconnect', () => process.exit(0));
  process.on('message', (ask: Ask) => {
    if (ask === 'count') process.send?.(arrivals.length);
    else {
      const { user, system } = process.cpuUsage(begun);
      process.send?.({ arrivals, cpu: user + system } satisfies BareRun);
    }
  });
  process.send?.('ready');
}
