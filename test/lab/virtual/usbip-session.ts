/** One USB/IP connection to one device: transfers in, answers out, in the order a bus would have. */
import { systemClock } from '../../../drivers/clock.ts';
import type { DriverClock } from '../../../drivers/clock.ts';
import { Stall } from './hid-function.ts';
import { commandReader, encodeReply, errno } from './usbip-protocol.ts';
import type { SubmitCommand, UsbipReply } from './usbip-protocol.ts';
import { endpointIn } from './usb-device.ts';
import type { UsbDevice } from './usb-device.ts';

/** Reports that wait for the host. A real pad keeps fewer; what does not fit is counted, the oldest goes. */
const longestQueue = 16_384;
/** A host that asks with a limit asks again at once; one that does not for so long has closed the pad. */
const closedAfterMs = 2000;

export interface SessionCounts {
  /** Input reports given to the host. */
  delivered: number;
  /** Sent by the pad while nobody asked for reports, or more than the queue holds. */
  unread: number;
}

export class UsbipSession {
  readonly counts: SessionCounts = { delivered: 0, unread: 0 };
  readonly #device: UsbDevice;
  readonly #send: (bytes: Uint8Array) => void;
  readonly #clock: DriverClock;
  readonly #commands = commandReader();
  readonly #stopListening: () => void;
  /** Transfers the host waits for, by sequence number. Endpoint 0 and bulk have one at a time on the bus. */
  readonly #pending = new Map<number, SubmitCommand>();
  readonly #lanes = new Map<number, Lane>();
  readonly #reports: Uint8Array[] = [];
  /** Since when nobody asks for reports: the host does only while some program has the pad open. */
  #unheardSince: number | null = -Infinity;
  /** The host looks at the endpoint once in an interval and takes one report: earliest moment of the next look. */
  #nextLook = -Infinity;
  #looking: (() => void) | null = null;
  #closed = false;

  constructor(device: UsbDevice, send: (bytes: Uint8Array) => void, clock: DriverClock = systemClock) {
    this.#device = device;
    this.#send = send;
    this.#clock = clock;
    this.#stopListening = device.onInput((report) => this.#input(report));
  }

  /** Why the stream from the host can no longer be read, or null. */
  get broken(): string | null {
    return this.#commands.broken;
  }

  receive(chunk: Uint8Array): void {
    for (const command of this.#commands.push(chunk)) {
      if (this.#closed) return;
      if (command.type === 'unlink') this.#unlink(command.sequence, command.victim);
      else this.#submit(command);
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopListening();
    this.#looking?.();
    this.#pending.clear();
    this.#reports.length = 0;
  }

  #submit(command: SubmitCommand): void {
    this.#pending.set(command.sequence, command);
    if (command.endpoint !== 0 && command.direction === 'in') {
      if (command.endpoint !== endpointIn) {
        this.#answer(command, errno.stall);
        return;
      }
      if (!this.#heard) this.#drop(this.#reports.length);
      this.#unheardSince = null;
      this.#deliver();
      return;
    }
    const lane = this.#lanes.get(command.endpoint) ?? { running: false, waiting: [] };
    this.#lanes.set(command.endpoint, lane);
    lane.waiting.push(command);
    this.#next(lane);
  }

  #next(lane: Lane): void {
    if (lane.running) return;
    const command = lane.waiting.shift();
    if (!command) return;
    lane.running = true;
    const finished = (status: number, data: Uint8Array): void => {
      // Called off meanwhile: the lane is another transfer's now.
      if (this.#pending.get(command.sequence) !== command) return;
      this.#answer(command, status, data);
      lane.running = false;
      this.#next(lane);
    };
    this.#carryOut(command).then(
      (data) => finished(0, data),
      (error: unknown) => {
        finished(errno.stall, new Uint8Array(0));
        if (!(error instanceof Stall)) throw error;
      },
    );
  }

  async #carryOut(command: SubmitCommand): Promise<Uint8Array> {
    if (command.endpoint === 0) return this.#device.control(command.setup, command.data);
    await this.#device.out(command.endpoint, command.data);
    return new Uint8Array(0);
  }

  #unlink(sequence: number, victim: number): void {
    const command = this.#pending.get(victim);
    this.#pending.delete(victim);
    if (command) this.#callOff(command);
    this.#reply({ type: 'unlinked', sequence, status: command ? errno.reset : 0 });
  }

  #callOff(command: SubmitCommand): void {
    if (command.endpoint !== 0 && command.direction === 'in') {
      if (!this.#waitingForReport()) this.#unheardSince = this.#clock.now();
      return;
    }
    const lane = this.#lanes.get(command.endpoint);
    if (!lane) return;
    const at = lane.waiting.indexOf(command);
    if (at >= 0) lane.waiting.splice(at, 1);
    else lane.running = false;
    this.#next(lane);
  }

  #input(report: Uint8Array): void {
    this.#reports.push(report);
    this.#drop(this.#heard ? this.#reports.length - longestQueue : this.#reports.length);
    this.#deliver();
  }

  get #heard(): boolean {
    return this.#unheardSince === null || this.#clock.now() - this.#unheardSince < closedAfterMs * 1000;
  }

  #drop(count: number): void {
    if (count <= 0) return;
    this.#reports.splice(0, count);
    this.counts.unread += count;
  }

  /** `lateBy` is how much later than planned a look comes, microseconds. */
  #deliver(lateBy = 0): void {
    if (this.#closed || this.#looking || this.#reports.length === 0) return;
    const command = this.#waitingForReport();
    if (!command) return;
    const wait = this.#nextLook - this.#clock.now();
    if (wait > 0) {
      this.#looking = this.#clock.after(Math.ceil(wait / 1000), () => {
        this.#looking = null;
        this.#deliver(this.#clock.now() - this.#nextLook);
      });
      return;
    }
    const report = this.#reports.shift();
    if (!report) return;
    this.counts.delivered++;
    const interval = this.#device.interval * 1000;
    // A late timer is made up for by one interval at most: more at once than a bus can carry would be no USB.
    this.#nextLook = this.#clock.now() + interval - Math.min(Math.max(lateBy, 0), interval);
    this.#answer(command, 0, report.subarray(0, command.length));
  }

  #waitingForReport(): SubmitCommand | undefined {
    for (const command of this.#pending.values()) {
      if (command.endpoint === endpointIn && command.direction === 'in') return command;
    }
    return undefined;
  }

  #answer(command: SubmitCommand, status: number, data: Uint8Array = new Uint8Array(0)): void {
    this.#pending.delete(command.sequence);
    const isIn = command.direction === 'in';
    this.#reply({
      type: 'submitted',
      sequence: command.sequence,
      status,
      actualLength: status !== 0 ? 0 : isIn ? data.length : command.data.length,
      data: isIn ? data : new Uint8Array(0),
    });
  }

  #reply(reply: UsbipReply): void {
    if (!this.#closed) this.#send(encodeReply(reply));
  }
}

interface Lane {
  running: boolean;
  readonly waiting: SubmitCommand[];
}
