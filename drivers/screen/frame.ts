/** The frame that waiting and signing share, of whatever shape: `tall-frame.ts` and `flat-frame.ts` each lay one out. */
import type { Rectangle, ScreenButton, ScreenSize, TextBlock } from './parts.ts';

/** The part of the contents that is drawn on the frame. */
export interface FrameContent {
  readonly tenant: string;
  readonly document: string;
  readonly label: string;
  readonly signatory: string;
  readonly page: string;
  readonly note?: string;
}
export interface Frame {
  readonly shared: FrameScreen;
  readonly buttons: Readonly<Record<ScreenButton, Rectangle>>;
  readonly buttonSize: number;
  /** Where waiting says so: in a text of the frame, or in the place of the buttons. */
  readonly notice: TextBlock;
}
/** Words, the paper and the line on it: what waiting and signing have alike. */
export interface FrameScreen {
  readonly size: ScreenSize;
  /** Behind the company's name; on colour screens only. */
  readonly band: { readonly box: Rectangle; readonly tone: 'plain' | 'note' };
  /** Where ink is asked for and shown. The edge is drawn around it. */
  readonly ink: Rectangle;
  /** The line to write on. */
  readonly baseline: { readonly x: number; readonly y: number; readonly width: number };
  readonly texts: readonly TextBlock[];
}

export const noBand: FrameScreen['band'] = { box: { x: 0, y: 0, width: 0, height: 0 }, tone: 'plain' };

export const askedFor = (content: FrameContent): string =>
  [content.label, content.signatory].filter((part) => part !== '').join(' · ');

export function baselineOf(ink: Rectangle, inset: number): FrameScreen['baseline'] {
  return { x: ink.x + inset, y: ink.y + Math.round(ink.height * 0.76), width: ink.width - 2 * inset };
}
