/**
 * Takes the glyphs of tags out of the content: the bytes of their codes go, a number in TJ makes up
 * for their width, everything else in the stream stays byte for byte. What was rewritten is read again
 * and must show exactly the other glyphs where they were.
 */
import { concat, join, utf8 } from '../bytes.ts';
import { array, isDict, literal, withEntries, type PdfObject } from '../pdf/objects.ts';
import { writeObject } from '../pdf/serialize.ts';
import type { Operation } from './content-stream.ts';
import type { Glyph, Show } from './glyph.ts';
import type { ContentSource } from './page-content.ts';

export interface RewrittenSource {
  readonly source: ContentSource;
  readonly bytes: Uint8Array;
}

interface ShowEdit {
  readonly show: Show;
  /** Glyphs to take out, by item and offset. */
  readonly removed: Map<string, Glyph>;
}

/** Names the codes taken out of one operator: the same however often a form is drawn. */
function codePlace(glyph: Glyph): string {
  return `${glyph.item}:${glyph.offset}`;
}

/** All sources that show any of `glyphs`, without them; null when a glyph's width cannot be made up for. */
export function withoutGlyphs(glyphs: readonly Glyph[]): readonly RewrittenSource[] | null {
  const bySource = new Map<string, { readonly source: ContentSource; readonly edits: Map<number, ShowEdit> }>();
  for (const glyph of glyphs) {
    const { show } = glyph;
    if (show.fontSize === 0 && glyph.displacement !== 0) return null;
    const entry = bySource.get(show.source.key) ?? { source: show.source, edits: new Map<number, ShowEdit>() };
    bySource.set(show.source.key, entry);
    const edit = entry.edits.get(show.operation.start) ?? { show, removed: new Map<string, Glyph>() };
    entry.edits.set(show.operation.start, edit);
    edit.removed.set(codePlace(glyph), glyph);
  }
  return [...bySource.values()].map(({ source, edits }) => ({ source, bytes: rewrite(source, [...edits.values()]) }));
}

function rewrite(source: ContentSource, edits: readonly ShowEdit[]): Uint8Array {
  const shows = edits.map((edit) => ({
    operation: edit.show.operation,
    bytes: replacement(edit.show.operation, edit),
  }));
  const spans = spokenSpans(source, new Set(edits.map(({ show }) => show.operation.start)));
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const { operation, bytes } of [...shows, ...spans].sort((a, b) => a.operation.start - b.operation.start)) {
    parts.push(source.bytes.subarray(at, operation.start), bytes);
    at = operation.end;
  }
  parts.push(source.bytes.subarray(at));
  return join(parts);
}

/**
 * Marked content around an edited operator that says in /ActualText what it shows (14.9.4): the tag stands
 * there a second time. The glyphs that stay speak for themselves.
 */
function spokenSpans(
  source: ContentSource,
  edited: ReadonlySet<number>,
): readonly { readonly operation: Operation; readonly bytes: Uint8Array }[] {
  const open: Operation[] = [];
  const spans = new Map<number, { readonly operation: Operation; readonly bytes: Uint8Array }>();
  for (const operation of source.operations) {
    if (operation.operator === 'BDC' || operation.operator === 'BMC') open.push(operation);
    else if (operation.operator === 'EMC') open.pop();
    else if (edited.has(operation.start)) {
      for (const span of open) {
        const [tag = null, properties = null] = span.operands;
        if (!isDict(properties) || !properties.entries.has('ActualText')) continue;
        const silent = withEntries(properties, { ActualText: undefined });
        const bytes = concat(writeObject(tag), utf8(' '), writeObject(silent), utf8(' BDC'));
        spans.set(span.start, { operation: span, bytes });
      }
    }
  }
  return [...spans.values()];
}

/** The same operation as TJ; what ' and " do besides showing is spelled out (table 109). */
function replacement(operation: Operation, edit: ShowEdit): Uint8Array {
  const text = [writeObject(array(remaining(edit))), utf8(' TJ')];
  if (operation.operator === "'") return concat(utf8(' T* '), ...text);
  if (operation.operator !== '"') return concat(utf8(' '), ...text);
  const number = (index: number): PdfObject => {
    const value = operation.operands.at(index);
    return typeof value === 'number' ? value : 0;
  };
  return concat(utf8(' '), writeObject(number(-3)), utf8(' Tw '), writeObject(number(-2)), utf8(' Tc T* '), ...text);
}

function remaining({ show, removed }: ShowEdit): readonly PdfObject[] {
  const out: PdfObject[] = [];
  let gap = 0;
  const flush = (): void => {
    if (gap !== 0) out.push(Math.round(gap * 10_000) / 10_000);
    gap = 0;
  };
  show.items.forEach((item, index) => {
    if (typeof item === 'number') {
      gap += item;
      return;
    }
    let from = 0;
    const keep = (until: number): void => {
      if (until > from) {
        flush();
        out.push(literal(item.subarray(from, until)));
      }
    };
    const gone = [...removed.values()].filter((glyph) => glyph.item === index).sort((a, b) => a.offset - b.offset);
    for (const glyph of gone) {
      keep(glyph.offset);
      if (show.fontSize !== 0) gap -= (1000 * glyph.displacement) / show.fontSize;
      from = glyph.offset + glyph.length;
    }
    keep(item.length);
  });
  flush();
  return out;
}

/** Whether `after` shows what `before` shows without `gone`, in the same places. */
export function showsTheRest(before: readonly Glyph[], gone: ReadonlySet<Glyph>, after: readonly Glyph[]): boolean {
  const rest = before.filter((glyph) => !gone.has(glyph));
  return (
    rest.length === after.length &&
    rest.every((glyph, index) => {
      const other = after[index];
      return (
        other !== undefined &&
        other.unicode === glyph.unicode &&
        Math.abs(other.x - glyph.x) < 0.02 &&
        Math.abs(other.y - glyph.y) < 0.02
      );
    })
  );
}
