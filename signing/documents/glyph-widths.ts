import { isArray, isDict, isName, type PdfDict, type PdfObject } from '../pdf/objects.ts';
import type { PdfFile } from '../pdf/pdf-file.ts';

/** Widths of the glyphs of a string in ems, as the font dictionary has them (ISO 32000-1, 9.2.4 and 9.7.4.3). */
export interface GlyphWidths {
  readonly vertical: boolean;
  /** `space`: code 32 of one byte, which shows nothing and takes word spacing. */
  of(bytes: Uint8Array): readonly GlyphWidth[];
}

export interface GlyphWidth {
  readonly code: number;
  readonly width: number;
  readonly space: boolean;
}

/** Wider than most glyphs: for standard fonts, which need not say how wide they are. */
const GUESS = 0.7;
const MAX_ENTRIES = 70_000;

export function glyphWidths(file: PdfFile, font: PdfDict): GlyphWidths {
  return isName(file.resolve(font.entries.get('Subtype')), 'Type0') ? composite(file, font) : simple(file, font);
}

function simple(file: PdfFile, font: PdfDict): GlyphWidths {
  const first = numberOf(file, font.entries.get('FirstChar')) ?? 0;
  const list = itemsOf(file, font.entries.get('Widths')).map((item) => numberOf(file, item));
  // Type 3 widths are in glyph space, which its matrix leads to text space.
  const matrix = itemsOf(file, font.entries.get('FontMatrix')).map((item) => numberOf(file, item));
  const unit = isName(file.resolve(font.entries.get('Subtype')), 'Type3') ? Math.abs(matrix[0] ?? 0.001) : 0.001;
  const of = (bytes: Uint8Array): readonly GlyphWidth[] =>
    [...bytes].map((code) => {
      const width = list[code - first];
      return { code, width: width === undefined || width === null ? GUESS : width * unit, space: code === 32 };
    });
  return { vertical: false, of };
}

function composite(file: PdfFile, font: PdfDict): GlyphWidths {
  const encoding = file.resolve(font.entries.get('Encoding'));
  const descendant = file.resolve(itemsOf(file, font.entries.get('DescendantFonts'))[0]);
  const known = isDict(descendant) ? cidWidths(file, descendant.entries.get('W')) : new Map<number, number>();
  const usual = (isDict(descendant) ? numberOf(file, descendant.entries.get('DW')) : null) ?? 1000;
  // Codes are glyph numbers only in Identity; elsewhere each may be as wide as the widest.
  const identity = isName(encoding) && encoding.name.startsWith('Identity');
  const widest = Math.max(usual, ...known.values());
  const of = (bytes: Uint8Array): readonly GlyphWidth[] =>
    Array.from({ length: Math.ceil(bytes.length / 2) }, (_, i) => {
      const code = (bytes[2 * i] ?? 0) * 256 + (bytes[2 * i + 1] ?? 0);
      return { code, width: (identity ? (known.get(code) ?? usual) : widest) / 1000, space: false };
    });
  return { vertical: isName(encoding) && encoding.name.endsWith('-V'), of };
}

/** /W: `c [w1 w2 ...]` and `first last w`. */
function cidWidths(file: PdfFile, value: PdfObject | undefined): ReadonlyMap<number, number> {
  const widths = new Map<number, number>();
  const items = itemsOf(file, value).map((item) => file.resolve(item));
  for (let i = 0; i < items.length && widths.size < MAX_ENTRIES;) {
    const [first, second, third] = items.slice(i, i + 3);
    if (typeof first !== 'number') return widths;
    if (isArray(second ?? null)) {
      itemsOf(file, second).forEach((item, k) => widths.set(first + k, numberOf(file, item) ?? 0));
      i += 2;
    } else {
      const last = typeof second === 'number' ? Math.min(second, first + MAX_ENTRIES) : first;
      for (let cid = first; cid <= last; cid += 1) widths.set(cid, typeof third === 'number' ? third : 0);
      i += 3;
    }
  }
  return widths;
}

function itemsOf(file: PdfFile, value: PdfObject | undefined): readonly PdfObject[] {
  const list = file.resolve(value);
  return isArray(list) ? list.items : [];
}

function numberOf(file: PdfFile, value: PdfObject | undefined): number | null {
  const number = file.resolve(value);
  return typeof number === 'number' ? number : null;
}
