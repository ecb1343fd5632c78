/** Text into boxes: the size, the breaks and the places of its lines. Pure; measuring comes in. */
import type { TextBlock } from './parts.ts';

/** Width in pixels of a text in a size and weight. */
export type Measure = (text: string, size: number, weight: TextBlock['weight']) => number;

/** Of the size: room above the baseline for an accented capital, and below it for a comma under a letter. */
const above = 1;
const below = 0.28;
/** Pixels a letter may reach beyond its own width: Y and J do. */
const overhang = 1;
export const lineHeight = above + below;

export interface PlacedText {
  readonly size: number;
  /** Whether something had to be left out. */
  readonly cut: boolean;
  /** `x` where the line begins, `y` its baseline: whole pixels. */
  readonly lines: readonly { readonly text: string; readonly x: number; readonly y: number }[];
}

export function placeText(block: TextBlock, measure: Measure): PlacedText {
  const { weight } = block;
  const width = block.box.width - 2 * overhang;
  const text = block.text.replace(/\s+/gu, ' ').trim();
  for (let size = block.size; size >= block.smallest; size -= 1) {
    const lines = wrap(text, width, (part) => measure(part, size, weight));
    if (lines !== null && lines.length <= linesIn(block, size)) {
      return placed(block, size, block.align === 'center' ? balanced(text, lines, size) : lines, false, measure);
    }
  }
  const atSmallest = (part: string): number => measure(part, block.smallest, weight);
  const lines = cutLines(text, width, linesIn(block, block.smallest), atSmallest);
  return placed(block, block.smallest, lines, true, measure);

  /** Lines of much the same length, as few as before: a last line of one word looks forgotten. */
  function balanced(whole: string, lines: readonly string[], size: number): readonly string[] {
    let best = lines;
    for (let limit = width - 8; limit > width / 3; limit -= 8) {
      const tried = wrap(whole, limit, (part) => measure(part, size, weight));
      if (tried?.length !== lines.length) break;
      best = tried;
    }
    return best;
  }
}

function linesIn(block: TextBlock, size: number): number {
  return Math.max(1, Math.min(block.lines, Math.floor(block.box.height / (size * lineHeight))));
}

function placed(block: TextBlock, size: number, lines: readonly string[], cut: boolean, measure: Measure): PlacedText {
  const { box, align, vertical } = block;
  const step = Math.floor(size * lineHeight);
  const spare = box.height - lines.length * step;
  const top = box.y + (vertical === 'top' ? 0 : Math.floor(spare / 2));
  const first = top + Math.round(size * above);
  const left = (text: string): number => {
    const free = align === 'left' ? 0 : box.width - 2 * overhang - measure(text, size, block.weight);
    return box.x + overhang + Math.floor(align === 'center' ? free / 2 : free);
  };
  return { size, cut, lines: lines.map((text, at) => ({ text, x: left(text), y: first + at * step })) };
}

/** Breaks at spaces; null when a single word is wider than the box. */
function wrap(text: string, maxWidth: number, width: (text: string) => number): readonly string[] | null {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (width(word) > maxWidth) return null;
    const longer = line === '' ? word : `${line} ${word}`;
    if (width(longer) <= maxWidth) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

/** As many lines as there are; the last is cut, and a word too wide for its line is broken. */
function cutLines(text: string, maxWidth: number, count: number, width: (text: string) => number): readonly string[] {
  const lines: string[] = [];
  let rest = text;
  while (lines.length < count - 1 && width(rest) > maxWidth) {
    const words = rest.split(' ');
    let taken = words.length - 1;
    while (taken > 0 && width(words.slice(0, taken).join(' ')) > maxWidth) taken -= 1;
    if (taken === 0) break;
    lines.push(words.slice(0, taken).join(' '));
    rest = words.slice(taken).join(' ');
  }
  return [...lines, fitText(rest, maxWidth, width)];
}

/**
 * The longest beginning of `text` that fits, with an ellipsis when something is missing. Cuts between grapheme
 * clusters, so that no letter loses its accent.
 */
export function fitText(text: string, maxWidth: number, measure: (text: string) => number): string {
  if (measure(text) <= maxWidth) return text;
  const letters = [...new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(text)].map((part) => part.segment);
  let low = 0;
  let high = letters.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (measure(shortened(letters, middle)) <= maxWidth) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? '…' : shortened(letters, low);
}

const shortened = (letters: readonly string[], count: number): string =>
  `${letters.slice(0, count).join('').trimEnd()}…`;
