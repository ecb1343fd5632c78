/** Ink of one box as it is taken: the device, what is kept, and what the customer’s own screen hands in. */
import type { PadDescription } from '../../drivers/pad.ts';
import type { CaptureCompleteness, InkDoubt } from '../../signing/capture/capture-record.ts';
import type { PlacementBox } from '../../signing/documents/placement.ts';
import type { DeviceRefusal } from '../device-policy.ts';

export interface CaptureView {
  readonly placement: string;
  readonly document: string;
  readonly label: string;
  readonly index: number;
  readonly count: number;
  readonly box: PlacementBox;
  readonly page: number;
  /** Width / height of the area the ink is written in: live ink keeps its shape. Absent: as the box. */
  readonly aspect?: number;
  readonly device: CaptureDeviceView;
  /** Ink is taken now. Not while a word is compared, a pad still draws, or the place to sign is not known yet. */
  readonly taking: boolean;
  /** The word that stands on the pad: the clerk compares and answers with `confirmPad`. No ink is taken before. */
  readonly padCheck: { readonly word: string } | null;
  /** Strokes that outlived a lost pad or a change of device: only the stroke in progress was void. */
  readonly kept: KeptView | null;
  /** A stroke was in progress when the pad was lost or changed, and is no ink. */
  readonly strokeVoid: boolean;
  /** Every device that is there, the present one included. */
  readonly choices: readonly DeviceChoiceView[];
  readonly cleared: number;
  readonly doubt: InkDoubt | null;
  /**
   * Sentence code: 'unplugged' or 'failed' when the pad was lost, 'cancelled-on-pad', a refusal of the tenant's rules, or
   * why sealing failed.
   */
  readonly problem: string | null;
  readonly sealing: boolean;
  /** Of what has been written so far; null before the first stroke and on the picture-only path. */
  readonly completeness: CaptureCompleteness['word'] | null;
}

/** 'surface' is the customer's own screen. */
export type CaptureDeviceView =
  | {
      readonly kind: 'pad';
      readonly id: string;
      readonly model: string;
      /** 'computer-screen': the customer's screen shows where to sign and reports it (`signArea`). */
      readonly shows: PadDescription['shows'];
      /** Where Done, Clear and Cancel are: on the pad, or on the customer's (or clerk's) screen. */
      readonly buttons: 'pad' | 'screen';
    }
  | { readonly kind: 'surface' };

export interface KeptView {
  readonly strokes: number;
  readonly reason: 'unplugged' | 'failed' | 'changed';
  /** Positions 0..1 of the area, thinned by distance: to draw what is kept. */
  readonly ink: readonly (readonly (readonly [number, number])[])[];
}

export interface DeviceChoiceView {
  readonly kind: 'pad' | 'surface';
  /** Null for the customer's own screen. */
  readonly id: string | null;
  readonly model: string;
  readonly allowed: boolean;
  /** Why not; with `allowed` it is a condition: on a screen that is allowed, 'finger-refused' asks for a pen. */
  readonly reason: DeviceRefusal | null;
}

/** From the customer's own screen: every delivered pointer sample, raw. */
export interface SurfaceInk {
  /** Of the sheet signed on, CSS pixels, and device pixels a CSS pixel: as they were at the first sample. */
  readonly width: number;
  readonly height: number;
  readonly pixelRatio: number;
  /** Changes while it was signed (rotation, resize, zoom, another monitor): they hold from that sample on. */
  readonly sizes?: readonly { readonly from: number; readonly width: number; readonly height: number }[];
  readonly ratios?: readonly { readonly from: number; readonly ratio: number }[];
  /** Contacts that were not taken as ink. */
  readonly rejected?: { readonly palms: number; readonly touches: number };
  readonly pointerType: 'pen' | 'touch' | 'mouse';
  /** Columns in CSS pixels x 100 (integers); time microseconds from the first; pressure 0..65535 where real. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly tip: readonly (0 | 1)[];
  readonly time: readonly number[];
  readonly pressure?: readonly number[];
  readonly tiltX?: readonly number[];
  readonly tiltY?: readonly number[];
  readonly twist?: readonly number[];
  /** Hundredths of a degree, where the browser gives angles: 9000 upright; 0 towards the right edge, clockwise. */
  readonly altitude?: readonly number[];
  readonly azimuth?: readonly number[];
}
