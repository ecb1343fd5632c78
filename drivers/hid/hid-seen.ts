/** A HID interface as the system lists it. */
export interface HidSeen {
  readonly vid: number;
  readonly pid: number;
  readonly path: string;
  readonly serial: string | null;
  readonly name: string | null;
  /** USB port ('1-1.4') and interface; null where the system does not tell, or it is no USB device. */
  readonly port: string | null;
  readonly interfaceNumber: number | null;
  /** Report descriptor; null where it takes opening the device. The same object for as long as it is plugged in. */
  readonly descriptor: Uint8Array | null;
  /** Whether this process may open it. */
  readonly openable: boolean;
}
/** node-hid's binaries do not load without the system's libusb-1.0, although hidraw needs none of it. */
export type HidUnavailable = 'hid-library-missing';
