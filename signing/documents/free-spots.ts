import type { Box4, PdfFile } from '../pdf/pdf-file.ts';
import type { DocumentRefusal } from './document.ts';
import type { Placement } from './placement.ts';
import { overlap } from './boxes.ts';
import { annotationsUnder, contentUnder } from './under-box.ts';

/**
 * The first new field that a verifier would hold against the signatures already there, since it lies over something that
 * was to be seen when they were made, or over another new field, whose signature it would cover. Null when all stand free.
 */
export function placementInTheWay(file: PdfFile, added: readonly Placement[]): DocumentRefusal | null {
  const pages = file.pages();
  for (const [index, placement] of added.entries()) {
    const page = pages[placement.page];
    if (page === undefined) throw new Error('placements are held against the pages first');
    const box = toBox(placement);
    const others = added.slice(0, index).filter((other) => other.page === placement.page);
    const what =
      annotationsUnder(file, page, box).length > 0
        ? 'a field or remark'
        : others.some((other) => overlap(toBox(other), box))
          ? 'another new field'
          : WORDS[contentUnder(file, page, box) ?? 'nothing'];
    if (what === null) continue;
    const detail = `a field on page ${placement.page + 1} would lie over ${what}, and the document was signed already`;
    return { code: 'placement-over-content', detail, page: placement.page };
  }
  return null;
}

/** The first place for a signature that lies over another one, whichever is signed first. Null when each has its own. */
export function overlappingSignatures(placements: readonly Placement[]): DocumentRefusal | null {
  const signatures = placements.filter(({ kind }) => kind === 'signature' || kind === 'initials');
  for (const [index, one] of signatures.entries()) {
    const under = signatures
      .slice(0, index)
      .find((other) => other.page === one.page && overlap(toBox(other), toBox(one)));
    if (under === undefined) continue;
    const detail = `two signatures on page ${one.page + 1} lie over each other`;
    return { code: 'signatures-overlap', detail, page: one.page };
  }
  return null;
}

const WORDS = { content: 'what the page shows', unclear: 'what cannot be told', nothing: null } as const;

function toBox({ box }: Placement): Box4 {
  return [box.x, box.y, box.x + box.width, box.y + box.height];
}
