/**
 * Pen reports of Wacom's signing displays, DTU-1031, 1031X, 1141 and the older 1631 and 2231 (`pads.md` 2). The family
 * seems to share the encryption of the STU pads; that is inferred only, so encrypted reports are not read here.
 */
import { err, ok } from '../../signing/result.ts';
import type { Result } from '../../signing/result.ts';

/** 'numbered': report 0x11 with time and sequence. 'older': report 0x02, eight bytes. */
export type DtuLayout = 'numbered' | 'older';

export interface DtuPen {
  readonly x: number;
  readonly y: number;
  readonly pressure: number;
  readonly tip: boolean;
  readonly inRange: boolean;
  /** The eraser end touches or, on the older ones, is near. */
  readonly eraser: boolean;
  /** Side switches, bit 0 the first. */
  readonly switches: number;
  /** 5 ms a step and one step a report, in the one recording there is; both wrap at 16 bits. */
  readonly time?: number;
  readonly sequence?: number;
}
export type DtuInput = { readonly type: 'pen'; readonly pen: DtuPen } | { readonly type: 'other' };

/** Feature report 2 = 2 ends the mode in which the display is a mouse. */
export const dtuPenMode: Uint8Array = Uint8Array.of(0x02, 0x02);

export function parseDtuInput(layout: DtuLayout, bytes: Uint8Array): Result<DtuInput, 'malformed' | 'unknown'> {
  const id = bytes[0];
  if (id === undefined) return err('malformed');
  if (id === reportOf[layout].id) {
    if (bytes.length < reportOf[layout].length) return err('malformed');
    return ok({ type: 'pen', pen: layout === 'numbered' ? numbered(bytes) : older(bytes) });
  }
  // Buttons on the frame, and the mouse the display is before it is told otherwise.
  return id === 0x15 || id === 0x01 ? ok({ type: 'other' }) : err('unknown');
}

const reportOf = { numbered: { id: 0x11, length: 11 }, older: { id: 0x02, length: 8 } } as const;

function numbered(bytes: Uint8Array): DtuPen {
  const view = viewOf(bytes);
  const flags = view.getUint8(1);
  return {
    x: view.getUint16(3),
    y: view.getUint16(5),
    pressure: ((flags & 0x03) << 8) | view.getUint8(2),
    tip: (flags & 0x10) !== 0,
    inRange: (flags & 0x80) !== 0,
    eraser: (flags & 0x08) !== 0,
    switches: (flags & 0x60) >> 5,
    time: view.getUint16(7),
    sequence: view.getUint16(9),
  };
}

function older(bytes: Uint8Array): DtuPen {
  const view = viewOf(bytes);
  const flags = view.getUint8(1);
  const eraser = (flags & 0x0c) !== 0;
  return {
    x: view.getUint16(2, true),
    y: view.getUint16(4, true),
    pressure: ((view.getUint8(7) & 0x01) << 8) | view.getUint8(6),
    tip: (flags & 0x01) !== 0 && !eraser,
    inRange: (flags & 0x20) !== 0,
    eraser,
    switches: ((flags & 0x02) >> 1) | ((flags & 0x10) >> 3),
  };
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
