import { isArray, isName, isStream, type PdfDict } from '../pdf/objects.ts';
import type { PdfFile } from '../pdf/pdf-file.ts';
import { buildFontProbe, type ProbeFont } from './font-probe.ts';
import { askPdfjs, type PdfjsGlyph } from './pdfjs-fonts.ts';

/** One code of a shown string, as its font has it. */
export interface DecodedCode {
  /** Bytes of the code. */
  readonly length: number;
  readonly unicode: string;
  /** Along the writing direction, in text space for size 1: negative in vertical writing. */
  readonly advance: number;
  /** Code 32 of one byte: the only one word spacing counts for (9.3.3). */
  readonly space: boolean;
}

/** What a page shows in one font, each once. */
export interface ShownCodes {
  /** Of fonts whose codes have one length; a last code without its second byte has 0 there. */
  readonly codes: ReadonlySet<number>;
  /** Of other fonts: whole strings, by their bytes as Latin-1. */
  readonly strings: ReadonlyMap<string, Uint8Array>;
}

interface Font {
  readonly dict: PdfDict;
  /** Bytes of every code; null when a CMap mixes lengths: then whole strings are looked up. */
  readonly codeLength: 1 | 2 | null;
  readonly vertical: boolean;
  /** Glyph space to text space: 1/1000, or the /FontMatrix of a Type 3 font. */
  readonly scale: number;
  readonly codes: Map<number, DecodedCode>;
  /** By its bytes, where lengths differ: no code begins with another (9.7.6.2). */
  readonly mixedCodes: Map<string, DecodedCode>;
  readonly strings: Map<string, readonly DecodedCode[] | null>;
  readonly wantedCodes: Set<number>;
  readonly wantedStrings: Map<string, Uint8Array>;
  /** Codes for `{`. */
  readonly braces: Set<number>;
}

const CODES_PER_STRING = 2000;
/** Longer strings than any honest one are not matched with their glyphs. */
const MAX_STRING_GLYPHS = 4000;

/** Decodes shown strings to Unicode and advances: first `want`, then `load`, then `decode`. */
export class FontDecoder {
  readonly #file: PdfFile;
  readonly #fonts = new Map<string, Font>();

  constructor(file: PdfFile) {
    this.#file = file;
  }

  /** Bytes of every code of a font; null when a CMap mixes lengths. */
  codeLength(key: string, dict: PdfDict): 1 | 2 | null {
    return this.#font(key, dict).codeLength;
  }

  want(key: string, { codes, strings }: ShownCodes): void {
    const font = this.#fonts.get(key);
    if (font === undefined) return;
    if (font.codeLength === 1 && codes.size > 0 && font.codes.size === 0 && font.wantedCodes.size === 0) {
      for (const code of this.#codesWithWidth(font.dict)) font.wantedCodes.add(code);
    }
    for (const code of codes) if (!font.codes.has(code)) font.wantedCodes.add(code);
    for (const [string, bytes] of strings) if (!font.strings.has(string)) font.wantedStrings.set(string, bytes);
  }

  /** Asks pdf.js for everything wanted and not yet known. @throws ScanLimitError */
  async load(): Promise<void> {
    const fonts = [...this.#fonts.values()].filter((font) => font.wantedCodes.size + font.wantedStrings.size > 0);
    if (fonts.length === 0) return;
    const probes = fonts.map((font): ProbeFont => ({ dict: font.dict, strings: probeStrings(font) }));
    const answers = await askPdfjs(buildFontProbe(this.#file, probes));
    fonts.forEach((font, index) => {
      (probes[index]?.strings ?? []).forEach((string, at) => {
        learn(font, string, answers[index]?.[at] ?? []);
      });
      font.wantedCodes.clear();
      font.wantedStrings.clear();
    });
  }

  /** Null when the font cannot be decoded. */
  decode(key: string, bytes: Uint8Array): readonly DecodedCode[] | null {
    const font = this.#fonts.get(key);
    if (font === undefined) return null;
    if (font.codeLength === null) return font.strings.get(latin1(bytes)) ?? fromKnownCodes(font, bytes);
    const out: DecodedCode[] = [];
    for (let at = 0; at < bytes.length; at += font.codeLength) {
      const length = Math.min(font.codeLength, bytes.length - at);
      out.push(font.codes.get(codeAt(bytes, at, length)) ?? { length, unicode: '', advance: 0, space: false });
    }
    return out;
  }

  /** Whether one of these shows a `{`: asked of every page. */
  showsBrace(key: string, { codes, strings }: ShownCodes): boolean {
    const font = this.#fonts.get(key);
    if (font === undefined) return false;
    for (const code of font.braces) if (codes.has(code)) return true;
    for (const string of strings.keys()) {
      if (font.strings.get(string)?.some(({ unicode }) => unicode.includes('{')) === true) return true;
    }
    return false;
  }

  isVertical(key: string): boolean {
    return this.#fonts.get(key)?.vertical ?? false;
  }

  /** What a font of one-byte codes is likely to be asked for on later pages, too: one question then does. */
  #codesWithWidth(dict: PdfDict): readonly number[] {
    const first = this.#file.resolve(dict.entries.get('FirstChar'));
    const widths = this.#file.resolve(dict.entries.get('Widths'));
    const start = typeof first === 'number' ? first : 0;
    const items = isArray(widths) ? widths.items.slice(0, 256) : [];
    return items.flatMap((width, index) => {
      const code = start + index;
      return Number.isInteger(code) && code >= 0 && code <= 255 && width !== 0 ? [code] : [];
    });
  }

  #font(key: string, dict: PdfDict): Font {
    const known = this.#fonts.get(key);
    if (known !== undefined) return known;
    const entry = (name: string) => this.#file.resolve(dict.entries.get(name));
    const encoding = entry('Encoding');
    const composite = isName(entry('Subtype'), 'Type0');
    const identity = isName(encoding, 'Identity-H') || isName(encoding, 'Identity-V');
    const matrix = isName(entry('Subtype'), 'Type3') ? entry('FontMatrix') : null;
    const scale = isArray(matrix) ? this.#file.resolve(matrix.items[0]) : null;
    const font: Font = {
      dict,
      codeLength: composite ? (identity ? 2 : null) : 1,
      vertical:
        composite &&
        ((isName(encoding) && encoding.name.endsWith('V')) ||
          (isStream(encoding) && this.#file.resolve(encoding.dict.entries.get('WMode')) === 1)),
      scale: typeof scale === 'number' ? scale : 0.001,
      codes: new Map(),
      mixedCodes: new Map(),
      strings: new Map(),
      wantedCodes: new Set(),
      wantedStrings: new Map(),
      braces: new Set(),
    };
    this.#fonts.set(key, font);
    return font;
  }
}

function probeStrings(font: Font): readonly Uint8Array[] {
  const { codeLength } = font;
  if (codeLength === null) return [...font.wantedStrings.values()];
  const codes = [...font.wantedCodes];
  const strings: Uint8Array[] = [];
  for (let at = 0; at < codes.length; at += CODES_PER_STRING) {
    const part = codes.slice(at, at + CODES_PER_STRING);
    const string = Buffer.alloc(part.length * codeLength);
    part.forEach((code, index) => string.writeUIntBE(code, index * codeLength, codeLength));
    strings.push(string);
  }
  return strings;
}

function learn(font: Font, string: Uint8Array, glyphs: readonly PdfjsGlyph[]): void {
  const lengths = codeLengths(font, string, glyphs);
  if (lengths === null) {
    if (font.codeLength === null) font.strings.set(latin1(string), null);
    return;
  }
  let at = 0;
  const codes = glyphs.map((glyph, index): DecodedCode => {
    const length = lengths[index] ?? 0;
    const space = length === 1 && string[at] === 0x20;
    const code = { length, unicode: glyph.unicode, advance: advanceOf(font, glyph), space };
    if (font.codeLength !== null) {
      font.codes.set(codeAt(string, at, length), code);
      if (glyph.unicode.includes('{')) font.braces.add(codeAt(string, at, length));
    } else font.mixedCodes.set(latin1(string.subarray(at, at + length)), code);
    at += length;
    return code;
  });
  if (font.codeLength === null) font.strings.set(latin1(string), codes);
}

/** A string not shown in the document itself, as a rewritten one: codes that were seen elsewhere, or null. */
function fromKnownCodes(font: Font, bytes: Uint8Array): readonly DecodedCode[] | null {
  const out: DecodedCode[] = [];
  for (let at = 0; at < bytes.length;) {
    const lengths = [1, 2, 3, 4].filter((length) => at + length <= bytes.length);
    const found = lengths.map((length) => font.mixedCodes.get(latin1(bytes.subarray(at, at + length))));
    const code = found.find((candidate) => candidate !== undefined);
    if (code === undefined) return null;
    out.push(code);
    at += code.length;
  }
  return out;
}

function advanceOf(font: Font, glyph: PdfjsGlyph): number {
  const width = Number.isFinite(glyph.width) ? glyph.width : 0;
  // 9.7.4.3: without /W2 and /DW2 a vertical glyph takes one em.
  return (font.vertical ? (glyph.vmetric?.[0] ?? -1000) : width) * font.scale;
}

/**
 * How many bytes each code took. pdf.js tells the value of each code; together the codes must be the
 * string, which leaves one answer for every CMap in use.
 */
function codeLengths(font: Font, string: Uint8Array, glyphs: readonly PdfjsGlyph[]): readonly number[] | null {
  const { codeLength } = font;
  if (codeLength !== null) return glyphs.length * codeLength === string.length ? glyphs.map(() => codeLength) : null;
  if (glyphs.length > MAX_STRING_GLYPHS) return null;
  const lengths: number[] = [];
  let budget = 8 * string.length + 64;
  const fits = (index: number, at: number): boolean => {
    const glyph = glyphs[index];
    if (glyph === undefined) return at === string.length;
    for (let length = 1; length <= 4 && at + length <= string.length; length += 1) {
      budget -= 1;
      if (budget < 0) return false;
      if (codeAt(string, at, length) !== glyph.originalCharCode) continue;
      lengths[index] = length;
      if (fits(index + 1, at + length)) return true;
    }
    return false;
  };
  return fits(0, 0) ? lengths.slice(0, glyphs.length) : null;
}

function codeAt(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let index = 0; index < length; index += 1) value = value * 256 + (bytes[at + index] ?? 0);
  return value;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
