import type { DriverClock } from '../clock.ts';
import { deviceStatus } from './device-states.ts';
import type { DeviceStatus } from './device-states.ts';

/** What the parts of a pad share: its status, what it is busy with, and the way to the host. */
export class DeviceBody {
  readonly clock: DriverClock;
  readonly #inputs = new Set<(report: Uint8Array) => void>();
  readonly #changes = new Set<() => void>();
  #status: DeviceStatus = deviceStatus.ready;
  #stopWork: () => void = () => undefined;

  constructor(clock: DriverClock) {
    this.clock = clock;
  }

  get status(): DeviceStatus {
    return this.#status;
  }
  become(status: DeviceStatus): void {
    this.#status = status;
    for (const listener of this.#changes) listener();
  }
  onChange(listener: () => void): void {
    this.#changes.add(listener);
  }

  /** A status for some time; then the pad is ready again, and what it was busy with is there. */
  work(status: DeviceStatus, ms: number, done: () => void = () => undefined): void {
    this.become(status);
    this.#stopWork = this.clock.after(ms, () => {
      this.become(deviceStatus.ready);
      done();
    });
  }
  /** A restart calls off what is under way. */
  drop(): void {
    this.#stopWork();
  }

  onInput(listener: (report: Uint8Array) => void): () => void {
    this.#inputs.add(listener);
    return () => this.#inputs.delete(listener);
  }
  send(id: number, payload: Uint8Array | readonly number[]): void {
    const report = Uint8Array.from([id, ...payload]);
    for (const listener of [...this.#inputs]) listener(report);
  }
}
