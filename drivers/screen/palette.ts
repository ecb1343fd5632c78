/** The colours of the pad's screen: those of `app/tokens.css` in light. */
import { isMono } from './parts.ts';
import type { ScreenSize, Tone } from './parts.ts';

export interface Palette {
  /** Around the paper that is written on. */
  readonly desk: string;
  readonly paper: string;
  readonly edge: string;
  readonly baseline: string;
  /** By whether the company stands on it or something to know first. */
  readonly band: Readonly<Record<'plain' | 'note', string>> | null;
  readonly button: string;
  readonly ink: string;
  readonly done: string;
  readonly text: Readonly<Record<Tone, string>>;
}

const mono: Palette = {
  desk: '#ffffff',
  paper: '#ffffff',
  edge: '#000000',
  baseline: '#000000',
  band: null,
  button: '#000000',
  ink: '#000000',
  done: '#000000',
  text: { ink: '#000000', muted: '#000000', pen: '#000000', stop: '#000000', 'on-pen': '#000000' },
};
const colour: Palette = {
  desk: '#f1efe9',
  paper: '#ffffff',
  edge: '#807b71',
  baseline: '#55606e',
  band: { plain: '#1d4e89', note: '#6b4700' },
  button: '#1d4e89',
  ink: '#17202b',
  done: '#1b6545',
  text: { ink: '#17202b', muted: '#414b57', pen: '#1d4e89', stop: '#8e1f26', 'on-pen': '#ffffff' },
};

export const paletteOf = (size: ScreenSize): Palette => (isMono(size) ? mono : colour);
