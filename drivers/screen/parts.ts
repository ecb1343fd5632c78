/** What the screens of a pad are made of, in pixels. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export type ScreenButton = 'ok' | 'clear' | 'cancel';

/** The pad's own screen as `PadGeometry.screen` tells it. Without `colour` it is drawn in black and white. */
export interface ScreenSize {
  readonly width: number;
  readonly height: number;
  readonly colour?: 'mono' | 'rgb16' | 'rgb24';
}

export type Tone = 'ink' | 'muted' | 'pen' | 'stop' | 'on-pen';
export interface TextBlock {
  readonly text: string;
  /** Nothing of the text is ever drawn outside. */
  readonly box: Rectangle;
  readonly align: 'left' | 'right' | 'center';
  readonly vertical: 'top' | 'middle';
  readonly weight: 'regular' | 'semibold';
  readonly tone: Tone;
  /** The largest size at which it fits is used; what does not fit at the smallest ends in an ellipsis. */
  readonly size: number;
  readonly smallest: number;
  readonly lines: number;
}

/** Strokes taken before, relative to an area of `width` by `height` in whatever unit. */
export interface KeptInk {
  readonly width: number;
  readonly height: number;
  readonly strokes: readonly (readonly { readonly x: number; readonly y: number }[])[];
}

export function contains(box: Rectangle, x: number, y: number): boolean {
  return x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height;
}

/** A screen this flat has no height to give away for rows of text and buttons (STU-300: 396x100). */
export const isFlat = (size: ScreenSize): boolean => size.width >= size.height * 3;

/** Thin strokes break up in 1 bit a pixel: below 20 pixels everything is semibold there. */
export function weightFor(size: ScreenSize, pixels: number): TextBlock['weight'] {
  return isMono(size) && pixels <= 20 ? 'semibold' : 'regular';
}

export const isMono = (size: ScreenSize): boolean => size.colour === undefined || size.colour === 'mono';
