/**
 * Finds `{{ ... }}` among the glyphs of a page. A tag may run over pieces of a line, over lines and
 * inside a table cell whose neighbour stands on the same lines: where a piece ends inside a tag, the
 * pieces that can continue it are tried from the likeliest on, and what makes a whole tag wins.
 */
import type { Glyph } from './glyph.ts';
import { linePieces, type LinePiece } from './text-lines.ts';
import { endOfTag, parseTextTag, type TextTag, type TextTagProblem } from './text-tags.ts';

export type FoundTag = { readonly glyphs: readonly Glyph[] } & (
  { readonly ok: true; readonly tag: TextTag } | { readonly ok: false; readonly problem: TextTagProblem }
);

const MAX_PIECES = 40;
const MAX_LENGTH = 1500;
const MAX_STEPS = 400;

/** In the order in which the content shows them. Text drawn twice (fake bold) gives two equal tags. */
export function findTags(glyphs: readonly Glyph[]): readonly FoundTag[] {
  const braces = glyphs.reduce((count, glyph) => count + (glyph.unicode.includes('{') ? glyph.unicode.length : 0), 0);
  if (braces < 2) return [];
  const pieces = linePieces(glyphs);
  const used = new Set<Glyph>();
  const found: FoundTag[] = [];
  for (const piece of pieces) {
    for (const at of openings(piece.text)) {
      const opening = piece.glyphs[piece.owners[at] ?? -1];
      if (opening === undefined || used.has(opening)) continue;
      const tag = new TagSearch(pieces, used).from(piece, at);
      if (tag === null) continue;
      found.push(tag);
      for (const glyph of tag.glyphs) used.add(glyph);
    }
  }
  return found;
}

/** Where `{{` begins, or a last `{` whose twin may follow elsewhere. Of `{{{` the inner two count. */
function openings(text: string): readonly number[] {
  const out: number[] = [];
  for (const match of text.matchAll(/\{\s?(?=\{(?!\s?\{))|\{\s*$/gu)) out.push(match.index);
  return out;
}

interface Stretch {
  readonly piece: LinePiece;
  /** Index into the joined text where the piece's text begins, and into the piece's text. */
  readonly joinedAt: number;
  readonly from: number;
}

class TagSearch {
  readonly #pieces: readonly LinePiece[];
  readonly #used: ReadonlySet<Glyph>;
  #steps = 0;
  #malformed: FoundTag | null = null;

  constructor(pieces: readonly LinePiece[], used: ReadonlySet<Glyph>) {
    this.#pieces = pieces;
    this.#used = used;
  }

  from(piece: LinePiece, at: number): FoundTag | null {
    const whole = this.#extend(piece.text.slice(at), [{ piece, joinedAt: 0, from: at }]);
    return whole ?? this.#malformed ?? this.#neverClosed(piece, at);
  }

  #extend(text: string, stretches: readonly Stretch[]): FoundTag | null {
    this.#steps += 1;
    const end = endOfTag(text, 0);
    if (end !== null) {
      const glyphs = glyphsOf(stretches, end);
      const parsed = parseTextTag(text.slice(0, end));
      if (parsed.ok) return { ok: true, tag: parsed.value, glyphs };
      this.#malformed ??= { ok: false, problem: parsed.error, glyphs };
      return null;
    }
    const last = stretches.at(-1);
    if (last === undefined || this.#steps > MAX_STEPS) return null;
    if (stretches.length >= MAX_PIECES || text.length > MAX_LENGTH || opensAnother(text)) return null;
    for (const { piece, joint } of continuations(this.#pieces, last.piece)) {
      if (stretches.some((stretch) => stretch.piece === piece)) continue;
      const start = piece.text.search(/\S/u);
      const glyph = piece.glyphs[piece.owners[start] ?? -1];
      if (glyph === undefined || this.#used.has(glyph)) continue;
      const joined = text + joint;
      const found = this.#extend(joined + piece.text.slice(start), [
        ...stretches,
        { piece, joinedAt: joined.length, from: start },
      ]);
      if (found !== null) return found;
    }
    return null;
  }

  /** `{{` that nothing closes: said only when what follows looks like a tag of ours. */
  #neverClosed(piece: LinePiece, at: number): FoundTag | null {
    if (!/^\{\s?\{[^{}]*;\s*(?:role|type|order|width|height|required|dx|dy|name)\s*=/iu.test(piece.text.slice(at))) {
      return null;
    }
    const glyphs = glyphsOf([{ piece, joinedAt: 0, from: at }], piece.text.length - at);
    return { ok: false, problem: { code: 'not-a-tag', detail: 'the tag is never closed' }, glyphs };
  }
}

function opensAnother(text: string): boolean {
  return /\{\s*\{/u.test(text.slice(2).replace(/^\s*\{/u, ''));
}

/** Every glyph from the first to the last character of the tag in each stretch, unseen ones included. */
function glyphsOf(stretches: readonly Stretch[], end: number): readonly Glyph[] {
  return stretches.flatMap(({ piece, joinedAt, from }, index) => {
    const next = stretches[index + 1];
    const until = next === undefined ? from + end - joinedAt : piece.text.length;
    const first = piece.owners[from];
    const last = piece.owners[Math.min(until, piece.text.length) - 1];
    return first === undefined || last === undefined ? [] : piece.glyphs.slice(first, last + 1);
  });
}

interface Continuation {
  readonly piece: LinePiece;
  /** '' inside a line, ' ' over a gap, '\n' where the page wrapped. */
  readonly joint: string;
}

/** Pieces that may continue `from`, the likeliest first. */
function continuations(pieces: readonly LinePiece[], from: LinePiece): readonly Continuation[] {
  const beside: (Continuation & { readonly gap: number })[] = [];
  const below: (Continuation & { readonly distance: number; readonly shift: number })[] = [];
  for (const piece of pieces) {
    if (piece === from || piece.alongX * from.alongX + piece.alongY * from.alongY < 0.999) continue;
    const em = Math.max(from.em, piece.em);
    const down = piece.down - from.down;
    const gap = piece.start - from.end;
    if (Math.abs(down) <= 0.3 * em) {
      if (gap > -0.3 * em && gap <= 4 * em) beside.push({ piece, joint: gap > 0.15 * em ? ' ' : '', gap: gap / em });
    } else if (down > 0 && down <= 3.5 * em && piece.start < from.end + em && piece.end > from.start - em) {
      below.push({ piece, joint: '\n', distance: down / em, shift: Math.abs(piece.start - from.start) / em });
    }
  }
  beside.sort((a, b) => a.gap - b.gap);
  below.sort((a, b) => a.distance - b.distance || a.shift - b.shift);
  const near = beside.filter(({ gap }) => gap <= 0.6);
  const far = beside.filter(({ gap }) => gap > 0.6);
  // What the content shows next is the natural continuation where it lies at the start of a lower line.
  const nextShown = below.filter(({ piece }) => piece.index === from.index + 1);
  const others = below.filter(({ piece }) => piece.index !== from.index + 1);
  return [...near.slice(0, 2), ...nextShown, ...others.slice(0, 3), ...far.slice(0, 1)];
}
