/**
 * Text in a font that travels with the document: a TrueType subset as a composite font (ISO 32000-1, 9.7)
 * with Identity-H codes, so that every letter the font has shows everywhere and reads back as itself.
 * Left out: shaping. Scripts whose letters join or reorder are shown letter by letter.
 */
import { createHash } from 'node:crypto';
import type { Font, Glyph } from 'fontkit';
import { utf8 } from '../bytes.ts';
import { array, dict, literal, name, type PdfObject, type PdfRef } from '../pdf/objects.ts';
import { flateStream, type PdfUpdate } from '../pdf/pdf-update.ts';
import { textFont } from './font-data.ts';

export interface EmbeddedText {
  /** Codes for `Tj`, two bytes each. */
  readonly codes: Uint8Array;
  /** In ems: times the font size gives units. */
  readonly width: number;
  /** Characters the font lacks; each is shown as a visible stand-in. */
  readonly missing: readonly string[];
}

export interface EmbeddedTexts {
  /** For /Font of the appearance's resources. */
  readonly font: PdfRef;
  /** One for each text given. */
  readonly texts: readonly EmbeddedText[];
  /** In ems, above and below (negative) the baseline. */
  readonly ascent: number;
  readonly descent: number;
  readonly capHeight: number;
}

/** Adds one font with the letters of all `texts` to `update`. */
export function embedTexts(update: PdfUpdate, texts: readonly string[]): EmbeddedTexts {
  const font = textFont();
  const subset = new LetterSubset(font);
  const encoded = texts.map((text) => subset.encode(text));
  const perEm = 1 / font.unitsPerEm;
  return {
    font: addFont(update, font, subset),
    texts: encoded,
    ascent: font.ascent * perEm,
    descent: font.descent * perEm,
    capHeight: font.capHeight * perEm,
  };
}

/** One text in a font of its own. */
export function embedText(update: PdfUpdate, text: string): EmbeddedText & { readonly font: PdfRef } {
  const { font, texts } = embedTexts(update, [text]);
  const [only] = texts;
  if (only === undefined) throw new Error('no text was embedded');
  return { ...only, font };
}

/** The width of `text` in ems, before anything is embedded. */
export function textWidth(text: string): number {
  const font = textFont();
  return Array.from(shown(text, font).text).reduce((sum, char) => sum + advance(font, char), 0);
}

interface Letter {
  readonly glyph: Glyph;
  readonly char: string;
}

/** fontkit numbers the glyphs of a subset in the order they come in, from 1 on; 0 is "missing". */
class LetterSubset {
  readonly #font: Font;
  readonly #codes = new Map<number, number>();
  readonly letters: Letter[] = [];

  constructor(font: Font) {
    this.#font = font;
  }

  encode(text: string): EmbeddedText {
    const { text: visible, missing } = shown(text, this.#font);
    const chars = Array.from(visible);
    const codes = Buffer.alloc(chars.length * 2);
    let width = 0;
    chars.forEach((char, index) => {
      codes.writeUInt16BE(this.#code(char), index * 2);
      width += advance(this.#font, char);
    });
    return { codes, width, missing };
  }

  #code(char: string): number {
    const glyph = this.#font.glyphForCodePoint(char.codePointAt(0) ?? 0);
    const known = this.#codes.get(glyph.id);
    if (known !== undefined) return known;
    this.letters.push({ glyph, char });
    this.#codes.set(glyph.id, this.letters.length);
    return this.letters.length;
  }

  file(): Uint8Array {
    const subset = this.#font.createSubset();
    for (const { glyph } of this.letters) subset.includeGlyph(glyph);
    return subset.encode();
  }
}

function advance(font: Font, char: string): number {
  return font.glyphForCodePoint(char.codePointAt(0) ?? 0).advanceWidth / font.unitsPerEm;
}

/** Composed letters, white space as spaces, and a stand-in for what the font lacks. */
function shown(text: string, font: Font): { readonly text: string; readonly missing: readonly string[] } {
  const standIn = font.hasGlyphForCodePoint(0x2610) ? '\u2610' : '?';
  const missing: string[] = [];
  const visible = Array.from(text.normalize('NFC').replace(/[\s\p{Cc}]/gu, ' '), (char) => {
    if (font.hasGlyphForCodePoint(char.codePointAt(0) ?? 0)) return char;
    missing.push(char);
    return standIn;
  });
  return { text: visible.join(''), missing };
}

function addFont(update: PdfUpdate, font: Font, subset: LetterSubset): PdfRef {
  const file = subset.file();
  const tag = subsetTag(file);
  const thousandths = (value: number): number => Math.round((value * 1000) / font.unitsPerEm);
  const baseFont = name(`${tag}+${font.postscriptName}`);
  const add = (object: PdfObject): PdfRef => {
    const ref = update.allocate();
    update.set(ref, object);
    return ref;
  };
  const descriptor = add(
    dict({
      Type: name('FontDescriptor'),
      FontName: baseFont,
      // Symbolic (table 123): codes stand for glyphs, not for an encoding.
      Flags: 4,
      FontBBox: array([font.bbox.minX, font.bbox.minY, font.bbox.maxX, font.bbox.maxY].map(thousandths)),
      ItalicAngle: font.italicAngle,
      Ascent: thousandths(font.ascent),
      Descent: thousandths(font.descent),
      CapHeight: thousandths(font.capHeight),
      StemV: 80,
      CIDSet: add(flateStream({}, cidSet(file))),
      FontFile2: add(flateStream({ Length1: file.length }, file)),
    }),
  );
  const descendant = add(
    dict({
      Type: name('Font'),
      Subtype: name('CIDFontType2'),
      BaseFont: baseFont,
      CIDSystemInfo: dict({ Registry: ascii('Adobe'), Ordering: ascii('Identity'), Supplement: 0 }),
      FontDescriptor: descriptor,
      DW: 1000,
      W: array([1, array(subset.letters.map(({ glyph }) => thousandths(glyph.advanceWidth)))]),
      CIDToGIDMap: name('Identity'),
    }),
  );
  return add(
    dict({
      Type: name('Font'),
      Subtype: name('Type0'),
      BaseFont: baseFont,
      Encoding: name('Identity-H'),
      DescendantFonts: array([descendant]),
      ToUnicode: add(flateStream({}, utf8(toUnicode(subset.letters)))),
    }),
  );
}

/** Every glyph of the font program, as PDF/A-1 asks of a subset (ISO 19005-1, 6.3.5) and the later parts allow. */
function cidSet(file: Uint8Array): Uint8Array {
  const glyphs = glyphCount(file);
  const bits = new Uint8Array(Math.ceil(glyphs / 8));
  for (let cid = 0; cid < glyphs; cid += 1) bits[cid >> 3] = (bits[cid >> 3] ?? 0) | (0x80 >> (cid & 7));
  return bits;
}

/** numGlyphs of the table maxp: a subset also has the parts of its composed letters. */
function glyphCount(file: Uint8Array): number {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let entry = 12; entry < 12 + 16 * view.getUint16(4); entry += 16) {
    if (view.getUint32(entry) === 0x6d617870) return view.getUint16(view.getUint32(entry + 8) + 4);
  }
  throw new Error('a font without maxp');
}

function ascii(text: string): PdfObject {
  return literal(Buffer.from(text, 'latin1'));
}

/** Six letters that differ between subsets (9.6.4), here from the subset itself. */
function subsetTag(file: Uint8Array): string {
  const digest = createHash('sha256').update(file).digest();
  return String.fromCharCode(...[...digest.subarray(0, 6)].map((byte) => 65 + (byte % 26)));
}

/** 9.10.3 */
function toUnicode(letters: readonly Letter[]): string {
  const hex = (value: number): string => value.toString(16).toUpperCase().padStart(4, '0');
  const lines = letters.map(({ char }, index) => {
    const units = Array.from({ length: char.length }, (_, at) => hex(char.charCodeAt(at))).join('');
    return `<${hex(index + 1)}> <${units}>`;
  });
  const blocks: string[] = [];
  for (let at = 0; at < lines.length; at += 100) {
    const block = lines.slice(at, at + 100);
    blocks.push(`${block.length} beginbfchar\n${block.join('\n')}\nendbfchar`);
  }
  return [
    '/CIDInit /ProcSet findresource begin',
    '12 dict begin',
    'begincmap',
    '/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def',
    '/CMapName /Adobe-Identity-UCS def',
    '/CMapType 2 def',
    '1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange',
    ...blocks,
    'endcmap',
    'CMapName currentdict /CMap defineresource pop',
    'end',
    'end',
  ].join('\n');
}
