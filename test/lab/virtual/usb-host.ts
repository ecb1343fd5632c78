/** A small USB host over USB/IP, for tests without a kernel: one transfer at a time or many, answered in any order. */
import { encodeCommand, replyReader } from './usbip-protocol.ts';
import type { SubmitCommand, SubmitReply, UsbSetup } from './usbip-protocol.ts';

const noSetup: UsbSetup = { requestType: 0, request: 0, value: 0, index: 0, length: 0 };
type Wanted = Pick<SubmitCommand, 'direction' | 'endpoint' | 'length' | 'setup' | 'data'>;

export interface Transfer {
  readonly sequence: number;
  readonly reply: Promise<SubmitReply>;
}

export class UsbHost {
  readonly #send: (bytes: Uint8Array) => void;
  readonly #in = new Set<number>();
  readonly #waiting = new Map<number, (reply: SubmitReply) => void>();
  readonly #unlinking = new Map<number, (status: number) => void>();
  readonly #replies = replyReader((sequence) => this.#in.has(sequence));
  #sequence = 0;

  constructor(send: (bytes: Uint8Array) => void) {
    this.#send = send;
  }

  receive(chunk: Uint8Array): void {
    for (const reply of this.#replies.push(chunk)) {
      if (reply.type === 'unlinked') this.#unlinking.get(reply.sequence)?.(reply.status);
      else this.#waiting.get(reply.sequence)?.(reply);
    }
  }

  control(setup: UsbSetup, data: Uint8Array = new Uint8Array(0)): Transfer {
    const isIn = (setup.requestType & 0x80) !== 0;
    return this.#submit({
      direction: isIn ? 'in' : 'out',
      endpoint: 0,
      length: isIn ? setup.length : data.length,
      setup,
      data,
    });
  }
  read(endpoint: number, length: number): Transfer {
    return this.#submit({ direction: 'in', endpoint, length, setup: noSetup, data: new Uint8Array(0) });
  }
  write(endpoint: number, data: Uint8Array): Transfer {
    return this.#submit({ direction: 'out', endpoint, length: data.length, setup: noSetup, data });
  }

  getDescriptor(type: number, index: number, length: number, of: 'device' | 'interface' = 'device'): Transfer {
    return this.control({
      requestType: of === 'device' ? 0x80 : 0x81,
      request: 6,
      value: (type << 8) | index,
      index: 0,
      length,
    });
  }
  getFeature(id: number, length: number): Transfer {
    return this.control({ requestType: 0xa1, request: 1, value: 0x0300 | id, index: 0, length });
  }
  setFeature(report: Uint8Array): Transfer {
    const value = 0x0300 | (report[0] ?? 0);
    return this.control({ requestType: 0x21, request: 9, value, index: 0, length: report.length }, report);
  }

  unlink(transfer: Transfer): Promise<number> {
    const sequence = ++this.#sequence;
    return new Promise((resolve) => {
      this.#unlinking.set(sequence, resolve);
      this.#send(encodeCommand({ type: 'unlink', sequence, device: 1, victim: transfer.sequence }));
    });
  }

  #submit(wanted: Wanted): Transfer {
    const sequence = ++this.#sequence;
    if (wanted.direction === 'in') this.#in.add(sequence);
    const reply = new Promise<SubmitReply>((resolve) => this.#waiting.set(sequence, resolve));
    this.#send(encodeCommand({ type: 'submit', sequence, device: 1, ...wanted }));
    return { sequence, reply };
  }
}
