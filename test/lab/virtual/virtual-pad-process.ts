/** Runs a virtual pad in a child process: a pad that shared the loop of a driver's blocking calls would wait for itself. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Fault } from './faults.ts';
import type { PadPicture, PenMoment } from './pad-core.ts';
import type { Cable, FromPad, PadOrder, PadOrders, PadSetup } from './pad-orders.ts';

const endMs = 5000;

export class VirtualPadProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  readonly #unplugged = new Set<() => void>();
  readonly #ready: Promise<void>;
  readonly #exited: Promise<void>;
  #asked = 0;

  static async start(model: PadSetup['model'], serial: string | null = null): Promise<VirtualPadProcess> {
    const pad = new VirtualPadProcess({ model, serial });
    await pad.#ready;
    return pad;
  }

  private constructor(setup: PadSetup) {
    const file = join(import.meta.dirname, 'pad-process.ts');
    this.#child = spawn(process.execPath, [file, JSON.stringify(setup)], { stdio: ['pipe', 'pipe', 'inherit'] });
    // A pad of one's own takes nothing of the computer's processor: who reads it goes first.
    if (this.#child.pid !== undefined) setPriority(this.#child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
    let ready: () => void = () => undefined;
    this.#ready = new Promise((resolve, reject) => {
      ready = resolve;
      this.#child.once('exit', (code) => reject(new Error(`the virtual pad ended with ${code ?? 'a signal'}`)));
    });
    this.#exited = new Promise((resolve) => {
      this.#child.once('exit', () => {
        for (const { reject } of this.#waiting.values()) reject(new Error('the virtual pad has ended'));
        this.#waiting.clear();
        resolve();
      });
    });
    this.#child.stdin?.on('error', () => undefined);
    if (!this.#child.stdout) throw new Error('the virtual pad has no output');
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      const message = JSON.parse(line) as FromPad;
      if (message.type === 'ready') ready();
      else if (message.type === 'unplugged') for (const listener of [...this.#unplugged]) listener();
      else {
        const waiting = this.#waiting.get(message.id);
        this.#waiting.delete(message.id);
        if (message.type === 'answer') waiting?.resolve(message.value);
        else waiting?.reject(new Error(message.problem));
      }
    });
  }

  order<K extends PadOrder>(order: K, ask: PadOrders[K]['ask']): Promise<PadOrders[K]['answer']> {
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.#child.stdin?.write(`${JSON.stringify({ id, order, ask })}\n`);
    });
  }

  async plug(cable: Cable = { road: 'vhci' }): Promise<number | null> {
    return (await this.order('plug', { cable })).port;
  }
  async unplug(): Promise<void> {
    await this.order('unplug', null);
  }
  onUnplugged(listener: () => void): void {
    this.#unplugged.add(listener);
  }
  async pen(moments: readonly PenMoment[]): Promise<number> {
    return (await this.order('pen', { moments })).sent;
  }
  async fault(fault: Fault): Promise<void> {
    await this.order('fault', fault);
  }
  async screen(): Promise<PadPicture | null> {
    const told = await this.order('screen', null);
    return told && { ...told, rgba: new Uint8Array(Buffer.from(told.rgba, 'base64')) };
  }

  async end(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.order('end', null).catch(() => undefined);
      const limit = setTimeout(() => this.#child.kill('SIGKILL'), endMs);
      await this.#exited;
      clearTimeout(limit);
    }
  }
}
