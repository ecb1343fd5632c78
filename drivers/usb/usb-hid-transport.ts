/**
 * A HID interface without the kernel's HID driver: reports by control transfers (`pads.md` 1.2), input from the
 * interrupt endpoint. For kernels whose driver refuses a pad and so leave no hidraw node.
 *
 * One input transfer is under way at a time, as the package allows no more. Between two the device keeps a report for
 * the next poll; the next is asked for before the last is handed on.
 */
import { sleep, systemClock } from '../clock.ts';
import type { DriverClock } from '../clock.ts';
import { parseReportDescriptor } from '../generic-digitizer/report-descriptor.ts';
import { PadError } from '../pad.ts';
import type { ClosedReason, HidTransport } from '../pad.ts';
import type { UsbHandle, UsbTransferred } from './usb-bus.ts';
import { hidClass } from './usb-descriptors.ts';
import type { UsbInterfaceSeen } from './usb-descriptors.ts';
import { askMs, bytesOf, readConfiguration, takeInterface, usbError, usbFailureOf } from './usb-link.ts';
import type { UsbFailure } from './usb-link.ts';

/** Drivers give up sooner by themselves; this frees the thread that waits. */
const featureMs = 3000;
/**
 * How long closing may have to wait for the input transfer under way, which cannot be ended from here. It cannot be
 * short: a report that arrives while a transfer is being given up is lost, because the package hands on nothing of a
 * transfer out of time (seen in the lab with usb 3.1: 2 of 40 at 250 ms, with the machine busy elsewhere).
 */
const inputMs = 2000;
/** A pulled cable reads as a fault of the line for a moment. */
const faultPauseMs = 20;
const mostFaults = 10;
const getReport = 1;
const setReport = 9;
const feature = 0x0300;

/** Takes a closed handle. Rejects with `PadError`; the handle is closed and the kernel's driver back then. */
export async function openUsbHid(
  handle: UsbHandle,
  interfaceNumber: number,
  clock: DriverClock = systemClock,
): Promise<HidTransport> {
  try {
    await handle.open();
  } catch (error) {
    throw usbError(error);
  }
  let giveBack: () => Promise<void> = () => Promise.resolve();
  try {
    const { interfaces } = await readConfiguration(handle);
    const seen = interfaces.find(({ number }) => number === interfaceNumber);
    if (seen?.interfaceClass !== hidClass) throw new PadError('unsupported', 'the interface is not HID');
    giveBack = await takeInterface(handle, interfaceNumber);
    const descriptor = await readReportDescriptor(handle, seen);
    return new UsbHid(handle, seen, descriptor, giveBack, clock);
  } catch (error) {
    await giveBack();
    await handle.close().catch(() => undefined);
    throw usbError(error);
  }
}

/** Null from a device that does not tell it: a driver of a known model can do without. */
async function readReportDescriptor(handle: UsbHandle, seen: UsbInterfaceSeen): Promise<Uint8Array | null> {
  const setup = {
    requestType: 'standard',
    recipient: 'interface',
    request: 6,
    value: 0x2200,
    index: seen.number,
  } as const;
  try {
    return bytesOf(await handle.controlTransferIn(setup, seen.reportDescriptorLength, askMs)).slice();
  } catch (error) {
    if (usbFailureOf(error) !== 'stall') throw error;
    return null;
  }
}

class UsbHid implements HidTransport {
  readonly #handle: UsbHandle;
  readonly #seen: UsbInterfaceSeen;
  readonly #descriptor: Uint8Array | null;
  readonly #giveBack: () => Promise<void>;
  readonly #clock: DriverClock;
  readonly #inputs = new Set<(report: Uint8Array) => void>();
  readonly #closings = new Set<(reason: ClosedReason) => void>();
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #reading: Promise<void>;
  #closed: ClosedReason | null = null;
  #letGo: Promise<void> | null = null;

  constructor(
    handle: UsbHandle,
    seen: UsbInterfaceSeen,
    descriptor: Uint8Array | null,
    giveBack: () => Promise<void>,
    clock: DriverClock,
  ) {
    this.#handle = handle;
    this.#seen = seen;
    this.#descriptor = descriptor;
    this.#giveBack = giveBack;
    this.#clock = clock;
    this.#reading = this.#read();
  }

  async getFeatureReport(id: number, length: number): Promise<Uint8Array> {
    // Without report IDs the data stage has none either; callers see byte 0 as hidapi gives it.
    const setup = this.#setup(getReport, id);
    const answer = await this.#control(() =>
      this.#handle.controlTransferIn(setup, id === 0 ? length - 1 : length, featureMs),
    );
    return id === 0 ? Uint8Array.of(0, ...bytesOf(answer)) : bytesOf(answer);
  }

  async sendFeatureReport(report: Uint8Array): Promise<void> {
    const id = report[0] ?? 0;
    const setup = this.#setup(setReport, id);
    await this.#control(() =>
      this.#handle.controlTransferOut(setup, id === 0 ? report.subarray(1) : report, featureMs),
    );
  }

  onInput(listener: (report: Uint8Array) => void): () => void {
    this.#inputs.add(listener);
    return () => this.#inputs.delete(listener);
  }
  onClosed(listener: (reason: ClosedReason) => void): () => void {
    this.#closings.add(listener);
    return () => this.#closings.delete(listener);
  }
  reportDescriptor(): Promise<Uint8Array | null> {
    return Promise.resolve(this.#descriptor);
  }

  close(): Promise<void> {
    this.#end('asked');
    return this.#release();
  }

  #setup(request: number, id: number) {
    return {
      requestType: 'class',
      recipient: 'interface',
      request,
      value: feature | id,
      index: this.#seen.number,
    } as const;
  }

  async #control(transfer: () => Promise<UsbTransferred>): Promise<UsbTransferred> {
    if (this.#closed) throw new PadError('unplugged', 'the pad is closed');
    const run = transfer();
    this.#underWay.add(run);
    try {
      const done = await run;
      if (done.status === 'stall') throw new PadError('refused', 'the pad refused a report');
      return done;
    } catch (error) {
      if (usbFailureOf(error) === 'unplugged') this.#fail('unplugged');
      throw usbError(error);
    } finally {
      this.#underWay.delete(run);
    }
  }

  async #read(): Promise<void> {
    const endpoint = this.#seen.endpoints.find(({ direction, type }) => direction === 'in' && type === 'interrupt');
    if (!endpoint) return;
    const length = Math.max(endpoint.packetSize, longestInput(this.#descriptor));
    const ask = (): Promise<Uint8Array | UsbFailure> =>
      this.#handle.transferIn(endpoint.number, length, inputMs).then(bytesOf, usbFailureOf);
    let faults = 0;
    for (let next = ask(); ;) {
      const got = await next;
      if (this.#closed) return;
      if (typeof got !== 'string') {
        faults = 0;
        next = ask();
        if (got.length > 0) for (const listener of this.#inputs) listener(got);
        continue;
      }
      if (got !== 'timeout') faults++;
      if (got === 'unplugged' || faults > mostFaults) {
        this.#fail(got === 'unplugged' ? 'unplugged' : 'failed');
        return;
      }
      if (got !== 'timeout') {
        if (got === 'stall') await this.#handle.clearHalt('in', endpoint.number).catch(() => undefined);
        await sleep(this.#clock, faultPauseMs);
      }
      next = ask();
    }
  }

  #fail(reason: 'unplugged' | 'failed'): void {
    this.#end(reason);
    void this.#release();
  }

  #end(reason: ClosedReason): void {
    if (this.#closed) return;
    this.#closed = reason;
    const listeners = [...this.#closings];
    this.#closings.clear();
    for (const listener of listeners) listener(reason);
  }

  /** The interface is only free when no transfer holds it any more. */
  #release(): Promise<void> {
    this.#letGo ??= (async () => {
      await Promise.allSettled([this.#reading, ...this.#underWay]);
      await this.#giveBack();
      await this.#handle.close().catch(() => undefined);
    })();
    return this.#letGo;
  }
}

/** A transfer has to have room for the longest report, or the next one would follow in the same buffer. */
function longestInput(descriptor: Uint8Array | null): number {
  const parsed = descriptor ? parseReportDescriptor(descriptor) : null;
  return parsed?.ok ? Math.max(0, ...parsed.value.inputs.map(({ byteLength }) => byteLength)) : 0;
}
