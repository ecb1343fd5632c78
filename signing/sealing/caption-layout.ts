import { textWidth } from '../documents/embedded-font.ts';

/** Points: what is still read on paper, and what is enough. */
const SMALLEST = 4.5;
const LARGEST = 7;
/** Of the box: a size of text, and the most that text may take from the ink. */
const SIZE_SHARE = 0.11;
const LARGEST_SHARE = 0.45;
const LEADING = 1.2;
/** Ems below the baseline, for Source Sans 3. */
const DESCENT = 0.3;

export interface CaptionLayout {
  /** Font size in units of the page. */
  readonly size: number;
  /** Origins on the baseline, from the lower left corner of the box. */
  readonly lines: readonly { readonly text: string; readonly x: number; readonly y: number }[];
  /** Height the lines take from the lower edge, margin included. */
  readonly height: number;
}

/**
 * Lines below the ink: as large as they go, at most 7 points. A box too low for all of them keeps the first ones; a
 * line too long for its box is cut with an ellipsis.
 * @param width of the box as the reader sees it, units of the page; `unit` is one point in them.
 */
export function layOutCaption(
  lines: readonly string[],
  { width, height, margin, unit }: { width: number; height: number; margin: number; unit: number },
): CaptionLayout {
  const room = width - 2 * margin;
  const shown = lines.map((line) => line.normalize('NFC').replace(/\s+/gu, ' ').trim()).filter((line) => line !== '');
  const smallest = SMALLEST * unit;
  const fitting = shown.slice(0, Math.floor((LARGEST_SHARE * height) / (smallest * LEADING)));
  if (fitting.length === 0 || room < smallest) return { size: smallest, lines: [], height: 0 };
  const widest = Math.max(...fitting.map(textWidth), 0.001);
  const largest = Math.min(LARGEST * unit, Math.max(SIZE_SHARE * height, smallest));
  const lowest = (LARGEST_SHARE * height) / (fitting.length * LEADING);
  const size = Math.max(Math.min(largest, lowest, room / widest), smallest);
  return {
    size,
    lines: fitting.map((line, i) => ({
      text: cut(line, room / size),
      x: margin,
      y: margin + DESCENT * size + (fitting.length - 1 - i) * LEADING * size,
    })),
    height: margin + fitting.length * LEADING * size,
  };
}

/** @param width in ems. */
function cut(line: string, width: number): string {
  if (textWidth(line) <= width) return line;
  const letters = Array.from(line);
  while (letters.length > 0 && textWidth(`${letters.join('')}…`) > width) letters.pop();
  return `${letters.join('').trimEnd()}…`;
}
