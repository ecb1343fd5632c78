import { createRequire } from 'node:module';
import { isArray, isName, isStream, type PdfDict } from '../pdf/objects.ts';
import type { PdfFile } from '../pdf/pdf-file.ts';
import { buildFontProbe, type ProbeFont } from './font-probe.ts';
import { ScanLimitError } from './scan-limit.ts';

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

interface Font {
  readonly dict: PdfDict;
  readonly composite: boolean;
  /** Every code is two bytes. */
  readonly identity: boolean;
  readonly vertical: boolean;
  /** Glyph space to text space: 1/1000, or the /FontMatrix of a Type 3 font. */
  readonly scale: number;
  /** By the bytes of a code, or of a whole string when the codes' lengths differ. */
  readonly known: Map<string, readonly DecodedCode[] | null>;
  readonly wanted: Map<string, Uint8Array>;
}

/** pdf.js runs in slices on this thread, so a timer can end a hostile font that keeps it busy. */
const TIME_LIMIT_MS = 8000;
const CODES_PER_STRING = 2000;

/** Decodes shown strings to Unicode and advances: first `want`, then `load`, then `decode`. */
export class FontDecoder {
  readonly #file: PdfFile;
  readonly #fonts = new Map<string, Font>();

  constructor(file: PdfFile) {
    this.#file = file;
  }

  want(key: string, dict: PdfDict, bytes: Uint8Array): void {
    const font = this.#font(key, dict);
    if (!font.composite) {
      if (font.known.size === 0) font.wanted.set('all', allBytes());
    } else if (font.identity) {
      for (let at = 0; at + 2 <= bytes.length; at += 2) this.#wantOne(font, bytes.subarray(at, at + 2));
    } else this.#wantOne(font, bytes);
  }

  /** Asks pdf.js for everything wanted and not yet known. @throws ScanLimitError */
  async load(): Promise<void> {
    const fonts = [...this.#fonts.values()].filter((font) => font.wanted.size > 0);
    if (fonts.length === 0) return;
    const probes = fonts.map((font): ProbeFont => ({ dict: font.dict, strings: probeStrings(font) }));
    const answers = await withinTime(askPdfjs(buildFontProbe(this.#file, probes)));
    fonts.forEach((font, index) => {
      const strings = probes[index]?.strings ?? [];
      strings.forEach((string, at) => {
        learn(font, string, answers[index]?.[at] ?? []);
      });
      font.wanted.clear();
    });
  }

  /** Null when the font cannot be decoded. */
  decode(key: string, bytes: Uint8Array): readonly DecodedCode[] | null {
    const font = this.#fonts.get(key);
    if (font === undefined) return null;
    if (font.composite && !font.identity) return font.known.get(latin1(bytes)) ?? null;
    const step = font.composite ? 2 : 1;
    const out: DecodedCode[] = [];
    for (let at = 0; at < bytes.length; at += step) {
      const code = bytes.subarray(at, at + step);
      out.push(font.known.get(latin1(code))?.[0] ?? { length: code.length, unicode: '', advance: 0, space: false });
    }
    return out;
  }

  isVertical(key: string): boolean {
    return this.#fonts.get(key)?.vertical ?? false;
  }

  #font(key: string, dict: PdfDict): Font {
    const known = this.#fonts.get(key);
    if (known !== undefined) return known;
    const encoding = this.#file.resolve(dict.entries.get('Encoding'));
    const composite = isName(this.#file.resolve(dict.entries.get('Subtype')), 'Type0');
    const matrix = this.#file.resolve(dict.entries.get('FontMatrix'));
    const type3 = isName(this.#file.resolve(dict.entries.get('Subtype')), 'Type3');
    const first = type3 && isArray(matrix) ? this.#file.resolve(matrix.items[0]) : null;
    const font: Font = {
      dict,
      composite,
      identity: composite && (isName(encoding, 'Identity-H') || isName(encoding, 'Identity-V')),
      vertical:
        composite &&
        ((isName(encoding) && encoding.name.endsWith('V')) ||
          (isStream(encoding) && this.#file.resolve(encoding.dict.entries.get('WMode')) === 1)),
      scale: typeof first === 'number' ? first : 0.001,
      known: new Map(),
      wanted: new Map(),
    };
    this.#fonts.set(key, font);
    return font;
  }

  #wantOne(font: Font, bytes: Uint8Array): void {
    const key = latin1(bytes);
    if (!font.known.has(key)) font.wanted.set(key, bytes);
  }
}

function probeStrings(font: Font): readonly Uint8Array[] {
  const wanted = [...font.wanted.values()];
  if (!font.identity) return wanted;
  const strings: Uint8Array[] = [];
  for (let at = 0; at < wanted.length; at += CODES_PER_STRING) {
    strings.push(Buffer.concat(wanted.slice(at, at + CODES_PER_STRING)));
  }
  return strings;
}

/** What pdf.js says of a glyph (with `fontExtraProperties`). */
interface PdfjsGlyph {
  readonly originalCharCode: number;
  readonly unicode: string;
  readonly width: number;
  readonly vmetric?: readonly number[] | undefined;
}

function learn(font: Font, string: Uint8Array, glyphs: readonly PdfjsGlyph[]): void {
  const lengths = codeLengths(font, string, glyphs);
  if (lengths === null) {
    if (font.composite && !font.identity) font.known.set(latin1(string), null);
    return;
  }
  let at = 0;
  const codes = glyphs.map((glyph, index): DecodedCode => {
    const length = lengths[index] ?? 0;
    const space = length === 1 && string[at] === 0x20;
    const code = { length, unicode: glyph.unicode, advance: advanceOf(font, glyph), space };
    if (!font.composite || font.identity) font.known.set(latin1(string.subarray(at, at + length)), [code]);
    at += length;
    return code;
  });
  if (font.composite && !font.identity) font.known.set(latin1(string), codes);
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
  if (!font.composite) return glyphs.length === string.length ? glyphs.map(() => 1) : null;
  if (font.identity) return glyphs.length * 2 === string.length ? glyphs.map(() => 2) : null;
  const lengths: number[] = [];
  let budget = 4 * string.length + 64;
  const fits = (index: number, at: number): boolean => {
    const glyph = glyphs[index];
    if (glyph === undefined) return at === string.length;
    let value = 0;
    for (let length = 1; length <= 4 && at + length <= string.length; length += 1) {
      value = value * 256 + (string[at + length - 1] ?? 0);
      budget -= 1;
      if (budget < 0) return false;
      if (value !== glyph.originalCharCode) continue;
      lengths[index] = length;
      if (fits(index + 1, at + length)) return true;
    }
    return false;
  };
  // Deeper than any honest string: recursion would end in a stack overflow.
  if (glyphs.length > 4000) return null;
  return fits(0, 0) ? lengths.slice(0, glyphs.length) : null;
}

/** For each page of the probe, for each string shown, its glyphs. */
async function askPdfjs(probe: Uint8Array): Promise<readonly (readonly (readonly PdfjsGlyph[])[])[]> {
  const { getDocument, OPS } = await import('pdfjs-dist/legacy/build/pdf.mjs');
  const task = getDocument({
    data: probe,
    cMapUrl: cMapFolder(),
    disableFontFace: false,
    fontExtraProperties: true,
    useSystemFonts: false,
    useWasm: false,
    verbosity: 0,
  });
  try {
    const pdf = await task.promise;
    const pages: (readonly (readonly PdfjsGlyph[])[])[] = [];
    for (let number = 1; number <= pdf.numPages; number += 1) {
      const page = await pdf.getPage(number);
      const list = await page.getOperatorList();
      const shown: (readonly PdfjsGlyph[])[] = [];
      list.fnArray.forEach((operator: number, index: number) => {
        if (operator === OPS.showText) shown.push(glyphsOf(list.argsArray[index]));
      });
      pages.push(shown);
      page.cleanup();
    }
    return pages;
  } finally {
    await task.destroy();
  }
}

function glyphsOf(parameters: unknown): readonly PdfjsGlyph[] {
  const list: unknown = Array.isArray(parameters) ? parameters[0] : undefined;
  return Array.isArray(list) ? list.filter(isGlyph) : [];
}

function isGlyph(value: unknown): value is PdfjsGlyph {
  return typeof value === 'object' && value !== null && 'originalCharCode' in value && 'unicode' in value;
}

/** Where pdf.js finds the predefined CMaps of CJK fonts: in its own package. */
function cMapFolder(): string {
  return createRequire(import.meta.url)
    .resolve('pdfjs-dist/package.json')
    .replace(/package\.json$/, 'cmaps/');
}

async function withinTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new ScanLimitError('the fonts take too long to read'));
    }, TIME_LIMIT_MS);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

function allBytes(): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => byte);
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
