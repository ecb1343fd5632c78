/** One USB/IP connection to one device: transfers in, answers out, in the order a bus would have. */
import { Stall } from './hid-function.ts';
import { commandReader, encodeReply, errno } from './usbip-protocol.ts';
import type { SubmitCommand, UsbipReply } from './usbip-protocol.ts';
import { endpointIn } from './usb-device.ts';
import type { UsbDevice } from './usb-device.ts';

/** Reports that wait for the host. A real pad keeps fewer; what does not fit is counted, the oldest goes. */
const longestQueue = 16_384;

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
  readonly #commands = commandReader();
  readonly #stopListening: () => void;
  /** Transfers the host waits for, by sequence number. Endpoint 0 and bulk have one at a time on the bus. */
  readonly #pending = new Map<number, SubmitCommand>();
  readonly #lanes = new Map<number, Lane>();
  readonly #reports: Uint8Array[] = [];
  /** The host asks for reports only while some program has the pad open. */
  #listening = false;
  #closed = false;

  constructor(device: UsbDevice, send: (bytes: Uint8Array) => void) {
    this.#device = device;
    this.#send = send;
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
    this.#pending.clear();
    this.#reports.length = 0;
  }

  #submit(command: SubmitCommand): void {
    this.#pending.set(command.sequence, command);
    if (command.endpoint !== 0 && command.direction === 'in') {
      if (command.endpoint !== endpointIn) this.#answer(command, errno.stall);
      this.#listening = true;
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
      // The last reader has closed: what the pad says from here on is heard by nobody.
      this.#listening = this.#waitingForReport() !== undefined;
      if (!this.#listening) this.#drop(this.#reports.length);
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
    this.#drop(this.#listening ? this.#reports.length - longestQueue : this.#reports.length);
    this.#deliver();
  }

  #drop(count: number): void {
    if (count <= 0) return;
    this.#reports.splice(0, count);
    this.counts.unread += count;
  }

  #deliver(): void {
    for (;;) {
      const command = this.#waitingForReport();
      const report = command && this.#reports.shift();
      if (!report) return;
      this.counts.delivered++;
      this.#answer(command, 0, report.subarray(0, command.length));
    }
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
