import type { DriverClock } from './clock.ts';
import type { BulkOut, HidTransport, Pad, PadDescription, PadGeometry, PadRoad } from './pad.ts';
import type { SerialPort, SerialSettings } from './serial/serial-port.ts';
import type { TopazTraits } from './topaz/topaz-parser.ts';
import type { DtuLayout } from './wacom/dtu-reports.ts';
import type { StuDeskSettings } from './wacom/stu-settings-text.ts';

/** What of a model has been shown to work: by the simulated pad, on the virtual USB lab, on a real device. */
export type Proven = 'simulated' | 'lab' | 'device';

export interface PadModel {
  readonly vid: number;
  readonly pid: number;
  readonly maker: string;
  readonly model: string;
  readonly shows: PadDescription['shows'];
  /** By the published tables, for listing a pad before it is open. What an open pad says of itself wins. */
  readonly geometry: PadGeometry;
  readonly driver: PadDriver;
  /** Null for a model that only the table knows. */
  readonly proven: Proven | null;
  /** True where the pad can be switched to a serial mode, in which it has no HID interface. */
  readonly serialMode: boolean;
}

export type PadDriver =
  | { readonly kind: 'wacom-stu'; readonly open: OpenPad }
  /** `reach`: the table's range counts, not the one of the report descriptor. */
  | { readonly kind: 'hid-pen'; readonly reach: boolean; readonly open: OpenPad }
  | { readonly kind: 'wacom-dtu'; readonly layout: DtuLayout; readonly open: OpenPad }
  | { readonly kind: 'signotec-delta'; readonly open: OpenPad }
  /** Over a serial line that the kiosk's configuration names: nothing tells such a pad from other adapters. */
  | {
      readonly kind: 'topaz-bsb';
      readonly traits: TopazTraits;
      readonly line: SerialSettings;
      readonly open: OpenSerialPad;
    }
  /** Seen on the bus and named, but not driven; the reason is for the clerk's technician. */
  | { readonly kind: 'recognised'; readonly code: NotDrivenCode; readonly reason: string };

/** Why a model is recognised and not driven, for screens in any language. */
export type NotDrivenCode = 'needs-tls' | 'protocol-not-public' | 'keyboard' | 'needs-setting';

export type OpenPad = (transport: HidTransport, found: FoundPad, ports?: OpenPadPorts) => Promise<Pad>;
export type OpenSerialPad = (port: SerialPort, found: FoundPad, ports?: OpenPadPorts) => Promise<Pad>;
export interface OpenPadPorts {
  readonly clock?: DriverClock;
  /** Opens the bulk interface of the same pad; null where there is none or it cannot be had. */
  readonly bulk?: () => Promise<BulkOut | null>;
  /** How far the pen of an ePad reaches on this desk, as measured there; the table's measure without it. */
  readonly reach?: PenReach | null;
  /** What this desk asks of its STU pads; the defaults of each model without it. */
  readonly deskSettings?: StuDeskSettings | null;
}
/** What the kiosk's configuration says of the pads of its desk. */
export interface DeskOfPads {
  /** How far the pen of its ePad reaches; null for the measure of the table. */
  readonly epadReach?: PenReach | null;
  /** Of its STU pads, over the defaults of each model. */
  readonly padSettings?: StuDeskSettings | null;
}
/** Largest numbers a pen gives, in units of the pad. */
export interface PenReach {
  readonly maxX: number;
  readonly maxY: number;
}

/** A pad plugged in now. Two of one model differ by `id`, which comes from the port, not from VID and PID. */
export interface FoundPad {
  readonly id: string;
  readonly model: PadModel;
  readonly road: PadRoad;
  readonly path: string;
  /** USB serial number, where the device has one. */
  readonly serial: string | null;
  /** The same pad on the bus, where that is known: for its bulk interface, and for taking it from the kernel. */
  readonly usb?: UsbWay;
}
export interface UsbWay {
  readonly bus: number;
  /** Given anew at every plug-in. */
  readonly address: number;
  readonly hidInterface: number;
  /** Whether it may be taken from the kernel. */
  readonly claimable: boolean;
}
