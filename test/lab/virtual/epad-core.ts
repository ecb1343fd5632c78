/** The ePadLink ePad 04DF:0012 with its real report descriptor (`pads.md` 3.1): six bytes, no report ID, no screen. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stall } from './hid-function.ts';
import type { PadCore, PenMoment } from './pad-core.ts';

/** What the pen was seen to reach, far less than the descriptor says. */
export const epadReach = { x: 1098, y: 569, pressure: 127 } as const;
const touch = 0x20;
const intervalMs = 8;

export function epadCore(serial: string | null): PadCore {
  const file = join(import.meta.dirname, '../../fixtures/hid/descriptors/04df-0012.rdesc.bin');
  return {
    identity: {
      vid: 0x04df,
      pid: 0x0012,
      release: 0x0100,
      maker: 'Interlink Electronics',
      product: 'ePad',
      serial,
    },
    reportDescriptor: new Uint8Array(readFileSync(file)),
    interval: intervalMs,
    get: () => {
      throw new Stall();
    },
    set: () => {
      throw new Stall();
    },
    bulk: null,
    pen: encodeEpad,
    onOwnReport: () => undefined,
    onRestart: () => undefined,
    screen: () => null,
  };
}

/** A pad that only feels: hovering is nothing to it, and lifting is told once, with touch and pressure 0. */
export function encodeEpad(moment: PenMoment): Uint8Array {
  const touches = moment.tip && moment.inRange;
  const bytes = new Uint8Array(6);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, touches ? touch : 0);
  view.setUint16(1, Math.round(moment.x * epadReach.x), true);
  view.setUint16(3, Math.round(moment.y * epadReach.y), true);
  view.setUint8(5, touches ? Math.round(moment.pressure * epadReach.pressure) : 0);
  return bytes;
}
