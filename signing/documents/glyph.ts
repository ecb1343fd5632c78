import type { Operation } from './content-stream.ts';
import type { ContentSource } from './page-content.ts';

export interface Glyph {
  readonly unicode: string;
  /** Origin on the baseline, user space. */
  readonly x: number;
  readonly y: number;
  /** To the origin of the next glyph, spacing included. */
  readonly advanceX: number;
  readonly advanceY: number;
  /** One em upwards (across the line). */
  readonly upX: number;
  readonly upY: number;
  /** Unit vector along the line. */
  readonly alongX: number;
  readonly alongY: number;
  readonly show: Show;
  /** Which item of the show's strings and numbers, and which bytes of it. */
  readonly item: number;
  readonly offset: number;
  readonly length: number;
  /** As the text matrix counts it, before horizontal scaling: what a number in TJ has to make up for. */
  readonly displacement: number;
}

/** One execution of Tj, TJ, ' or ". */
export interface Show {
  readonly source: ContentSource;
  readonly operation: Operation;
  readonly items: readonly (Uint8Array | number)[];
  readonly fontSize: number;
}

export interface PageText {
  readonly glyphs: readonly Glyph[];
  /** Show operators whose font could not be decoded: their glyphs are missing here. */
  readonly undecoded: number;
}
