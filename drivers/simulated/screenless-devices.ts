/**
 * The device's side of pads without a screen of their own: what a pen makes them send, from `pads.md` 2 and 3.1. Written
 * from the published layouts and sharing nothing with the drivers that read them.
 */
export interface ScreenlessMoment {
  /** Units of the pad. */
  readonly x: number;
  readonly y: number;
  /** 0 to 1; 0 where the tip is up. */
  readonly pressure: number;
  readonly tip: boolean;
  readonly inRange: boolean;
  readonly timeMs: number;
}

export interface ScreenlessDevice {
  /** By the name it has in the table of models. */
  readonly model: string;
  /** What a pen points at, in pixels: the display, or the plate at one pixel a unit. */
  readonly surface: { readonly width: number; readonly height: number };
  readonly range: { readonly x: number; readonly y: number };
  readonly reportDescriptor: Uint8Array;
  /** Null where the moment is nothing to the pad. `sequence` counts the reports before it. */
  report(moment: ScreenlessMoment, sequence: number): Uint8Array | null;
  /** Whether the setting is one it has. */
  takes(report: Uint8Array): boolean;
}

export type ScreenlessName = 'dtu-1141' | 'epad';

/** One time step of the numbered report. */
const dtuTickMs = 5;
const epadTouch = 0x20;
/** The descriptor of a real ePad, as an owner published it (test/fixtures/hid/PROVENANCE.md). */
const epadDescriptor =
  '0600ff09ffa101150025010509090175019501810209028102050d0939a1020600ff1901290315012503950175038100c0050d09331500250175' +
  '0195018102093581027501810105010930350046002326500b651355fd751081020931460014265a058102050d0930457f257f65005500750781' +
  '12750125018101c0';

export const screenlessDevices: Readonly<Record<ScreenlessName, ScreenlessDevice>> = {
  'dtu-1141': {
    model: 'DTU-1141',
    surface: { width: 1920, height: 1080 },
    range: { x: 23_672, y: 13_403 },
    // Nobody has published it, and its driver does not ask for it.
    reportDescriptor: new Uint8Array(0),
    report: ({ x, y, pressure, tip, inRange, timeMs }, sequence) => {
      const force = Math.round(pressure * 1023);
      const bytes = new Uint8Array(11);
      const view = new DataView(bytes.buffer);
      view.setUint8(0, 0x11);
      view.setUint8(1, (inRange ? 0x80 : 0) | (tip ? 0x10 : 0) | (force >> 8));
      view.setUint8(2, force & 0xff);
      view.setUint16(3, x);
      view.setUint16(5, y);
      view.setUint16(7, Math.round(timeMs / dtuTickMs) & 0xffff);
      view.setUint16(9, sequence & 0xffff);
      return bytes;
    },
    // The end of its mouse mode.
    takes: ([id, mode]) => id === 0x02 && mode === 0x02,
  },
  epad: {
    model: 'ePad',
    surface: { width: 1098, height: 569 },
    range: { x: 1098, y: 569 },
    reportDescriptor: Uint8Array.from(Buffer.from(epadDescriptor, 'hex')),
    // It only feels: hovering is nothing to it, and lifting is told once, with touch and pressure 0.
    report: ({ x, y, pressure, tip, inRange }) => {
      if (!inRange) return null;
      const bytes = new Uint8Array(6);
      const view = new DataView(bytes.buffer);
      view.setUint8(0, tip ? epadTouch : 0);
      view.setUint16(1, x, true);
      view.setUint16(3, y, true);
      view.setUint8(5, Math.round(pressure * 127));
      return bytes;
    },
    takes: () => false,
  },
};
