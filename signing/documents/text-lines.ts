import type { Glyph } from './glyph.ts';

/** Glyphs shown one behind the other without a jump: a piece of a line, in the order of the content. */
export interface LinePiece {
  readonly index: number;
  /** Text without the joiners and soft hyphens that nobody sees; gaps wide enough are spaces. */
  readonly text: string;
  /** For each UTF-16 unit of `text` the glyph it came from, as an index into `glyphs`. */
  readonly owners: readonly number[];
  readonly glyphs: readonly Glyph[];
  /** Unit vector along the line. */
  readonly alongX: number;
  readonly alongY: number;
  /** Extent along the line, and distance across it (growing downwards from line to line). */
  readonly start: number;
  readonly end: number;
  readonly down: number;
  readonly em: number;
}

/** In ems. Less than a space of any font joins; the cells of a table stand further apart. */
const SPACE_GAP = 0.15;
const JOIN_GAP = 0.35;
const BACKWARDS = 0.3;
const SAME_LINE = 0.25;
const INVISIBLE = /[\u00ad\u200b-\u200f\u2060\ufeff]/gu;

/** Groups glyphs, given in content order, into pieces of lines; pieces of white space are left out. */
export function linePieces(glyphs: readonly Glyph[]): readonly LinePiece[] {
  const pieces: LinePiece[] = [];
  let group: Glyph[] = [];
  const close = (): void => {
    const piece = pieceOf(group, pieces.length);
    if (piece !== null) pieces.push(piece);
    group = [];
  };
  for (const glyph of glyphs) {
    const last = group.at(-1);
    if (last !== undefined && !follows(last, glyph)) close();
    group.push(glyph);
  }
  close();
  return pieces;
}

function follows(last: Glyph, glyph: Glyph): boolean {
  if (last.alongX * glyph.alongX + last.alongY * glyph.alongY < 0.999) return false;
  const em = emOf(last);
  const gap = gapBetween(last, glyph);
  const across = (glyph.x - last.x) * -last.alongY + (glyph.y - last.y) * last.alongX;
  return Math.abs(across) <= SAME_LINE * em && gap <= JOIN_GAP * em && gap >= -BACKWARDS * em;
}

/** From where the pen stood behind `last` to `glyph`, along the line. */
function gapBetween(last: Glyph, glyph: Glyph): number {
  return (glyph.x - last.x - last.advanceX) * last.alongX + (glyph.y - last.y - last.advanceY) * last.alongY;
}

/** Height of one em; text of no size at all still needs a measure. */
export function emOf(glyph: Glyph): number {
  const em = Math.hypot(glyph.upX, glyph.upY);
  return Number.isFinite(em) ? Math.max(em, 0.1) : 0.1;
}

function pieceOf(glyphs: readonly Glyph[], index: number): LinePiece | null {
  const first = glyphs[0];
  const last = glyphs.at(-1);
  if (first === undefined || last === undefined) return null;
  let text = '';
  const owners: number[] = [];
  glyphs.forEach((glyph, at) => {
    const before = glyphs[at - 1];
    let shown = expand(glyph.unicode);
    if (before !== undefined && gapBetween(before, glyph) > SPACE_GAP * emOf(before)) shown = ` ${shown}`;
    text += shown;
    for (let unit = 0; unit < shown.length; unit += 1) owners.push(at);
  });
  if (text.trim() === '') return null;
  const { alongX, alongY } = first;
  return {
    index,
    text,
    owners,
    glyphs,
    alongX,
    alongY,
    start: first.x * alongX + first.y * alongY,
    end: (last.x + last.advanceX) * alongX + (last.y + last.advanceY) * alongY,
    down: first.x * alongY - first.y * alongX,
    em: Math.max(...glyphs.slice(0, 200).map(emOf)),
  };
}

/** Latin ligatures as their letters; characters without a shape as nothing. */
function expand(unicode: string): string {
  const text = /[\ufb00-\ufb06]/u.test(unicode) ? unicode.normalize('NFKC') : unicode;
  return text.replace(INVISIBLE, '').replace(/[\p{Cc}\u00a0]/gu, ' ');
}
