/** A full-speed USB device with one HID interface, and maybe a second one with a bulk OUT endpoint for pictures. */
import { Stall } from './hid-function.ts';
import type { HidFunction, HidReportType } from './hid-function.ts';
import {
  configurationDescriptor,
  descriptorType,
  deviceDescriptor,
  hidDescriptor,
  stringDescriptor,
  usbClass,
} from './usb-descriptors.ts';
import type { UsbIdentity, UsbInterface } from './usb-descriptors.ts';
import type { UsbSetup } from './usbip-protocol.ts';

export interface UsbParts {
  readonly identity: UsbIdentity;
  readonly hid: HidFunction;
  /** Takes what arrives on the bulk OUT endpoint of interface 1; null on a pad without that interface. */
  readonly bulk: ((bytes: Uint8Array) => Promise<void>) | null;
  /** How often the host asks for input reports, milliseconds. */
  readonly interval: number;
}

export const endpointIn = 1;
/** Not in any public source (`pads.md` question 2): the number is ours. */
export const endpointBulk = 2;

const standard = {
  getStatus: 0,
  clearFeature: 1,
  setFeature: 3,
  getDescriptor: 6,
  getConfiguration: 8,
  setConfiguration: 9,
  getInterface: 10,
  setInterface: 11,
} as const;
const classRequest = { getReport: 1, getIdle: 2, getProtocol: 3, setReport: 9, setIdle: 10, setProtocol: 11 } as const;
const reportTypes: readonly (HidReportType | undefined)[] = [undefined, 'input', 'output', 'feature'];
const none = new Uint8Array(0);

export class UsbDevice {
  readonly identity: UsbIdentity;
  readonly interfaces: readonly UsbInterface[];
  readonly #parts: UsbParts;
  #configuration = 0;

  constructor(parts: UsbParts) {
    this.#parts = parts;
    this.identity = parts.identity;
    const hid: UsbInterface = {
      class: usbClass.hid,
      subclass: 0,
      protocol: 0,
      endpoints: [{ address: 0x80 | endpointIn, kind: 'interrupt', interval: parts.interval }],
      reportDescriptorBytes: parts.hid.reportDescriptor.length,
    };
    const bulk: UsbInterface = {
      class: usbClass.vendor,
      subclass: 0,
      protocol: 0,
      endpoints: [{ address: endpointBulk, kind: 'bulk', interval: 0 }],
      reportDescriptorBytes: null,
    };
    this.interfaces = parts.bulk ? [hid, bulk] : [hid];
  }

  /** Milliseconds between two looks of the host at the input endpoint. */
  get interval(): number {
    return this.#parts.interval;
  }

  onInput(listener: (report: Uint8Array) => void): () => void {
    return this.#parts.hid.onInput(listener);
  }

  /**
   * A transfer on endpoint 0: what goes back to the host, cut to the length it asked for. Rejects with `Stall`;
   * does not settle while the pad hangs.
   */
  async control(setup: UsbSetup, data: Uint8Array): Promise<Uint8Array> {
    const kind = (setup.requestType >> 5) & 3;
    const toInterface = (setup.requestType & 0x1f) === 1;
    const isIn = (setup.requestType & 0x80) !== 0;
    let answer: Uint8Array | null = null;
    if (kind === 0) answer = this.#standard(setup, toInterface);
    else if (kind === 1 && toInterface && (setup.index & 0xff) === 0) answer = await this.#class(setup, data, isIn);
    if (!answer) throw new Stall();
    return answer.slice(0, setup.length);
  }

  async out(endpoint: number, bytes: Uint8Array): Promise<void> {
    if (endpoint !== endpointBulk || !this.#parts.bulk) throw new Stall();
    await this.#parts.bulk(bytes);
  }

  #standard(setup: UsbSetup, toInterface: boolean): Uint8Array | null {
    switch (setup.request) {
      case standard.getStatus:
        return Uint8Array.of(0, 0);
      case standard.getDescriptor:
        return this.#descriptor(setup, toInterface);
      case standard.getConfiguration:
        return Uint8Array.of(this.#configuration);
      case standard.setConfiguration:
        if (setup.value > 1) return null;
        this.#configuration = setup.value;
        return none;
      case standard.getInterface:
        return Uint8Array.of(0);
      case standard.setInterface:
        return setup.value === 0 && setup.index < this.interfaces.length ? none : null;
      case standard.clearFeature:
      case standard.setFeature:
        return none;
      default:
        return null;
    }
  }

  #descriptor(setup: UsbSetup, toInterface: boolean): Uint8Array | null {
    const { hid } = this.#parts;
    switch (setup.value >> 8) {
      case descriptorType.device:
        return deviceDescriptor(this.identity);
      case descriptorType.configuration:
        return (setup.value & 0xff) === 0 ? configurationDescriptor(this.interfaces) : null;
      case descriptorType.string:
        return stringDescriptor(this.identity, setup.value & 0xff);
      case descriptorType.hid:
        return toInterface && setup.index === 0 ? hidDescriptor(hid.reportDescriptor.length) : null;
      case descriptorType.report:
        return toInterface && setup.index === 0 ? hid.reportDescriptor : null;
      default:
        return null;
    }
  }

  async #class(setup: UsbSetup, data: Uint8Array, isIn: boolean): Promise<Uint8Array | null> {
    const { hid } = this.#parts;
    const type = reportTypes[setup.value >> 8];
    switch (setup.request) {
      case classRequest.getReport:
        return isIn && type ? hid.get(type, setup.value & 0xff) : null;
      case classRequest.setReport:
        if (isIn || !type) return null;
        await hid.set(type, data);
        return none;
      case classRequest.setIdle:
      case classRequest.setProtocol:
        return none;
      case classRequest.getIdle:
        return Uint8Array.of(0);
      case classRequest.getProtocol:
        return Uint8Array.of(1);
      default:
        return null;
    }
  }
}
