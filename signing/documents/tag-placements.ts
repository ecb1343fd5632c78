import type { PdfPage } from '../pdf/pdf-file.ts';
import type { FoundTag } from './find-tags.ts';
import type { Glyph } from './glyph.ts';
import { boxFromDisplayed, slideOntoPage, toDisplayed, type Point } from './page-space.ts';
import type { PlacementBox } from './placement.ts';
import type { TextTag } from './text-tags.ts';

/**
 * The place a tag asks for, in user space: its lower left corner is that of the tag's first glyph on
 * its baseline as the reader sees the page. Null when that is not on the page.
 */
export function tagBox(page: PdfPage, tag: TextTag, glyphs: FoundTag['glyphs']): PlacementBox | null {
  const first = glyphs[0];
  if (first === undefined) return null;
  const corner = anchor(page, first);
  const unit = 1 / page.userUnit;
  const wanted = {
    x: corner.x + tag.dx * unit,
    y: corner.y + tag.dy * unit,
    width: tag.width * unit,
    height: tag.height * unit,
  };
  const slid = slideOntoPage(page, wanted);
  return slid === null ? null : boxFromDisplayed(page, slid);
}

/** For upright text simply the glyph's origin; for turned text the lower left of the glyph's cell. */
function anchor(page: PdfPage, glyph: Glyph): Point {
  const corners = [
    { x: glyph.x, y: glyph.y },
    { x: glyph.x + glyph.advanceX, y: glyph.y + glyph.advanceY },
    { x: glyph.x + glyph.upX, y: glyph.y + glyph.upY },
    { x: glyph.x + glyph.advanceX + glyph.upX, y: glyph.y + glyph.advanceY + glyph.upY },
  ].map((corner) => toDisplayed(page, corner));
  return { x: Math.min(...corners.map(({ x }) => x)), y: Math.min(...corners.map(({ y }) => y)) };
}
