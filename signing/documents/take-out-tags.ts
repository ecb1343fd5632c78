import type { PdfPage } from '../pdf/pdf-file.ts';
import { err, ok, type Result } from '../result.ts';
import type { DocumentRefusal } from './document.ts';
import type { Glyph } from './glyph.ts';
import { showsTheRest, withoutGlyphs, type RewrittenSource } from './hide-tags.ts';
import type { TagScan } from './scan-tags.ts';

/**
 * The content of every page and form that shows a well-formed tag, without it. Malformed tags stay
 * visible: somebody has to see them. Refused is what would change anything else on any page.
 * @throws PdfSyntaxError, ScanLimitError
 */
export function takeOutTags(scan: TagScan): Result<readonly RewrittenSource[], DocumentRefusal> {
  const gone: Glyph[] = [];
  for (const { page, tags } of scan.pages) {
    const own = tags.flatMap((tag) => (tag.ok ? tag.glyphs : []));
    if (withoutGlyphs(own) === null) return notRemovable(page, 'it is written in a font of no size');
    gone.push(...own);
  }
  const rewritten = withoutGlyphs(gone) ?? [];
  const replacements = new Map(rewritten.map(({ source, bytes }) => [source.key, bytes]));
  for (const page of pagesShowing(scan, rewritten)) {
    const before = scan.readText(page).glyphs;
    const after = scan.readText(page, replacements).glyphs;
    if (!showsTheRest(before, ownGlyphs(scan, page, before), after)) {
      return notRemovable(page, 'other text would move or vanish with it');
    }
  }
  return ok(rewritten);
}

function pagesShowing(scan: TagScan, rewritten: readonly RewrittenSource[]): readonly PdfPage[] {
  const pages = new Map(scan.pages.map(({ page }) => [page.index, page]));
  for (const { source } of rewritten) {
    for (const page of scan.formPages.get(source.key) ?? []) pages.set(page.index, page);
  }
  return [...pages.values()];
}

/** The glyphs of a page's tags among `glyphs`, which were read anew: the same places in the same order. */
function ownGlyphs(scan: TagScan, page: PdfPage, glyphs: readonly Glyph[]): ReadonlySet<Glyph> {
  const place = (glyph: Glyph): string => {
    const { source, operation } = glyph.show;
    return `${source.key}/${operation.start}/${glyph.item}/${glyph.offset}/${glyph.x.toFixed(3)}/${glyph.y.toFixed(3)}`;
  };
  const tags = scan.pages.find((tagged) => tagged.page.index === page.index)?.tags ?? [];
  const wanted = new Set(tags.flatMap((tag) => (tag.ok ? tag.glyphs.map(place) : [])));
  return new Set(glyphs.filter((glyph) => wanted.has(place(glyph))));
}

function notRemovable(page: PdfPage, why: string): Result<never, DocumentRefusal> {
  return err({
    code: 'tag-not-removable',
    detail: `a tag on page ${page.index + 1} cannot be taken out: ${why}`,
  });
}
