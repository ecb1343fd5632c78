import type { UsbHandle, UsbSetup, UsbTransferred } from '../../../drivers/usb/usb-bus.ts';

/** Interface 0 HID with an interrupt IN endpoint 1, interface 1 of the maker's own with bulk OUT endpoint 2. */
export const stuConfiguration = Uint8Array.from([
  ...[9, 2, 50, 0, 2, 3, 0, 0x80, 50],
  ...[9, 4, 0, 0, 1, 3, 0, 0, 0],
  ...[9, 0x21, 0x11, 1, 0, 1, 0x22, 31, 0],
  ...[7, 5, 0x81, 3, 64, 0, 5],
  ...[9, 4, 1, 0, 1, 0xff, 0, 0, 0],
  ...[7, 5, 0x02, 2, 64, 0, 0],
]);
/** Input report 1 of 6 bytes and feature report 3 of 4, as `pads.md` 1.2 infers it. */
export const stuReportDescriptor = Uint8Array.from([
  ...[0x06, 0x00, 0xff, 0x09, 0x01, 0xa1, 0x01, 0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08],
  ...[0x85, 0x01, 0x09, 0x01, 0x95, 0x06, 0x81, 0x02],
  ...[0x85, 0x03, 0x09, 0x01, 0x95, 0x04, 0xb1, 0x02],
  0xc0,
]);

type Feature = (setup: UsbSetup, data: Uint8Array | null) => Uint8Array | Promise<Uint8Array>;

/**
 * The `usb` package and a device behind it, as `lab.md` saw them and as version 3.1 reads: the words of its errors, a
 * second transfer on an endpoint under way refused, claiming refused while a kernel driver is bound.
 */
export class FakeUsb implements UsbHandle {
  readonly calls: string[] = [];
  readonly written: { readonly endpoint: number; readonly bytes: Uint8Array }[] = [];
  configuration = stuConfiguration;
  reportDescriptor: Uint8Array | null = stuReportDescriptor;
  active = 3;
  /** Interfaces that a kernel driver has. */
  readonly bound = new Set([0]);
  readonly claimed = new Set<number>();
  opened = false;
  openFailure: string | null = null;
  claimFailure: string | null = null;
  feature: Feature = () => Uint8Array.of();
  limits: number[] = [];
  #waiting: { readonly resolve: (done: UsbTransferred) => void; readonly reject: (error: Error) => void } | null = null;
  readonly #reports: (Uint8Array | string)[] = [];

  open(): Promise<void> {
    if (this.openFailure !== null) return Promise.reject(new Error(`open error: ${this.openFailure}`));
    this.opened = true;
    return Promise.resolve();
  }
  close(): Promise<void> {
    this.opened = false;
    this.calls.push('close');
    return Promise.resolve();
  }
  selectConfiguration(value: number): Promise<void> {
    this.active = value;
    this.calls.push(`configuration ${value}`);
    return Promise.resolve();
  }
  detachKernelDriver(number: number): Promise<void> {
    if (!this.bound.delete(number)) {
      return Promise.reject(new Error('detachKernelDriver error: no kernel driver attached'));
    }
    this.calls.push(`detach ${number}`);
    return Promise.resolve();
  }
  attachKernelDriver(number: number): Promise<void> {
    if (this.claimed.has(number)) return Promise.reject(new Error('attachKernelDriver error: busy'));
    this.bound.add(number);
    this.calls.push(`attach ${number}`);
    return Promise.resolve();
  }
  claimInterface(number: number): Promise<void> {
    if (this.claimFailure !== null) return Promise.reject(new Error(`claimInterface error: ${this.claimFailure}`));
    if (this.bound.has(number)) return Promise.reject(new Error('claimInterface error: interface is busy'));
    this.claimed.add(number);
    this.calls.push(`claim ${number}`);
    return Promise.resolve();
  }
  releaseInterface(number: number): Promise<void> {
    // A transfer under way keeps the interface: releasing it then has no effect yet.
    if (!this.#waiting) this.claimed.delete(number);
    this.calls.push(`release ${number}`);
    return Promise.resolve();
  }

  async controlTransferIn(setup: UsbSetup, length: number, limitMs: number): Promise<UsbTransferred> {
    this.limits.push(limitMs);
    return viewOf((await this.#answer(setup, null)).slice(0, length));
  }
  async controlTransferOut(setup: UsbSetup, data: Uint8Array, limitMs: number): Promise<UsbTransferred> {
    this.limits.push(limitMs);
    await this.#answer(setup, data.slice());
    return { status: 'ok' };
  }
  #answer(setup: UsbSetup, data: Uint8Array | null): Uint8Array | Promise<Uint8Array> {
    if (setup.requestType === 'class') return this.feature(setup, data);
    if (setup.request === 8) return Uint8Array.of(this.active);
    if (setup.value === 0x2200) return this.reportDescriptor ?? stall('controlTransferIn');
    return this.configuration;
  }

  transferIn(_endpoint: number, length: number): Promise<UsbTransferred> {
    if (this.#waiting) return Promise.reject(new Error('transferIn error: endpoint not found'));
    const next = this.#reports.shift();
    if (typeof next === 'string') return Promise.reject(new Error(`transferIn error: ${next}`));
    if (next) return Promise.resolve(viewOf(next.slice(0, length)));
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }
  transferOut(endpoint: number, bytes: Uint8Array): Promise<UsbTransferred> {
    this.written.push({ endpoint, bytes: bytes.slice() });
    return Promise.resolve({ status: 'ok' });
  }
  clearHalt(direction: 'in' | 'out', endpoint: number): Promise<void> {
    this.calls.push(`clear ${direction} ${endpoint}`);
    return Promise.resolve();
  }

  /** A report arrives, or an input transfer ends with an error of these words. */
  arrives(next: Uint8Array | string): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (!waiting) this.#reports.push(next);
    else if (typeof next === 'string') waiting.reject(new Error(`transferIn error: ${next}`));
    else waiting.resolve(viewOf(next));
  }
}

const viewOf = (bytes: Uint8Array): UsbTransferred => ({
  data: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  status: 'ok',
});

export function stall(what: string): never {
  throw new Error(`${what} error: endpoint stalled`);
}
