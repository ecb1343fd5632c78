import type { AppearanceSize } from './appearance.ts';
import { textWidth } from './embedded-font.ts';
import { round } from './page-space.ts';

export interface FittedText {
  /** Font size in units. */
  readonly size: number;
  /** Origins on the baseline, in the box. */
  readonly lines: readonly { readonly text: string; readonly x: number; readonly y: number }[];
}

const LARGEST = 12;
const SMALLEST = 4;
const LEADING = 1.2;
/** Ems from the middle of a capital letter down to its baseline, and room for descenders, for Source Sans 3. */
const HALF_CAPITAL = 0.33;
const DESCENDER = 0.25;

/**
 * Text inside a box: as large as it goes up to `wanted` (or 12 points when 0). One line stands near the
 * bottom, in line with the words before the tag; several begin at the top. Below 4 points it no longer shrinks and is cut off.
 */
export function fitText(text: string, box: AppearanceSize, wanted: number, multiline: boolean): FittedText {
  const margin = Math.min(2, box.width / 10);
  const width = box.width - 2 * margin;
  const largest = wanted > 0 ? wanted : Math.min(LARGEST, box.height * (multiline ? 0.5 : 0.72));
  if (!multiline) {
    const line = text.replace(/\s+/gu, ' ').trim();
    const size = round(
      Math.max(Math.min(largest, width / Math.max(textWidth(line), 0.001)), Math.min(SMALLEST, largest)),
    );
    return {
      size,
      lines: [
        { text: line, x: round(margin), y: round(Math.min(box.height / 2 - HALF_CAPITAL * size, DESCENDER * size)) },
      ],
    };
  }
  let size = largest;
  let lines = wrap(text, width / size);
  while (lines.length * LEADING * size > box.height - margin && size > SMALLEST) {
    size = Math.max(SMALLEST, size * 0.93);
    lines = wrap(text, width / size);
  }
  const rounded = round(size);
  return {
    size: rounded,
    lines: lines.map((line, index) => ({
      text: line,
      x: round(margin),
      y: round(box.height - margin - rounded * (0.95 + index * LEADING)),
    })),
  };
}

/** Breaks at white space, and inside a word only when it is wider than the line. `width` in ems. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const paragraph of text.split(/\r\n|\r|\n/u)) {
    let line = '';
    for (const word of paragraph.split(/\s+/u)) {
      const longer = line === '' ? word : `${line} ${word}`;
      if (textWidth(longer) <= width) {
        line = longer;
        continue;
      }
      if (line !== '') lines.push(line);
      line = word;
      while (textWidth(line) > width && line.length > 1) {
        const cut = breakAt(line, width);
        lines.push(line.slice(0, cut));
        line = line.slice(cut);
      }
    }
    lines.push(line);
  }
  return lines;
}

/** How many UTF-16 units of `word` fit, at least one character. */
function breakAt(word: string, width: number): number {
  let taken = 0;
  let used = 0;
  for (const char of word) {
    used += textWidth(char);
    if (taken > 0 && used > width) break;
    taken += char.length;
  }
  return taken;
}
