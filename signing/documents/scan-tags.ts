import type { PdfFile, PdfPage } from '../pdf/pdf-file.ts';
import { findTags, type FoundTag } from './find-tags.ts';
import { FontDecoder } from './font-decoder.ts';
import type { PageText } from './glyph.ts';
import { readPageText } from './glyphs.ts';
import { ContentLibrary } from './page-content.ts';
import { ShownCodesReader } from './shown-codes.ts';

export interface TaggedPage {
  readonly page: PdfPage;
  readonly tags: readonly FoundTag[];
}

export interface TagScan {
  /** Pages with tags, in order. */
  readonly pages: readonly TaggedPage[];
  /** For each form XObject that shows text, by source key: the pages it is drawn on. */
  readonly formPages: ReadonlyMap<string, readonly PdfPage[]>;
  /** A page's text again; `replacements` stand in for sources by key. */
  readText(page: PdfPage, replacements?: ReadonlyMap<string, Uint8Array>): PageText;
}

/** Pages whose fonts are decoded together: few calls of pdf.js, and only so many pages held at once. */
const BATCH = 25;

/** Looks through every page. @throws PdfSyntaxError, ScanLimitError */
export async function scanTags(file: PdfFile): Promise<TagScan> {
  const library = new ContentLibrary(file);
  const decoder = new FontDecoder(file);
  const reader = new ShownCodesReader(library, decoder);
  const found: TaggedPage[] = [];
  const formPages = new Map<string, PdfPage[]>();
  const pages = file.pages();
  for (let from = 0; from < pages.length; from += BATCH) {
    const batch = pages.slice(from, from + BATCH);
    const shown = batch.map((page) => ({ page, ...reader.read(page) }));
    await decoder.load();
    for (const { page, fonts, forms } of shown) {
      for (const key of forms) formPages.set(key, [...(formPages.get(key) ?? []), page]);
      // Where every glyph stands is worked out for the few pages only that can have a tag.
      if (![...fonts].some(([font, codes]) => decoder.showsBrace(font, codes))) continue;
      const tags = findTags(readPageText(library, page, decoder).glyphs);
      if (tags.length > 0) found.push({ page, tags });
    }
    library.forgetPages();
  }
  return {
    pages: found,
    formPages,
    readText: (page, replacements) => readPageText(library, page, decoder, replacements),
  };
}
