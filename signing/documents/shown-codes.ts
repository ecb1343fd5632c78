import { latin1 } from '../pdf/characters.ts';
import type { PdfPage } from '../pdf/pdf-file.ts';
import type { FontDecoder, ShownCodes } from './font-decoder.ts';
import type { ContentLibrary } from './page-content.ts';
import { TextInterpreter, type FontUse } from './text-interpreter.ts';

export interface PageCodes {
  /** By the font's key. */
  readonly fonts: ReadonlyMap<string, ShownCodes>;
  /** Keys of the form XObjects in which text is shown. */
  readonly forms: ReadonlySet<string>;
}

interface Gathered extends ShownCodes {
  readonly codeLength: 1 | 2 | null;
  readonly codes: Set<number>;
  readonly strings: Map<string, Uint8Array>;
}

/** First pass over pages: what each shows, without where, and without keeping its strings. */
export class ShownCodesReader {
  readonly #library: ContentLibrary;
  readonly #decoder: FontDecoder;
  /** For each code, the last stretch of text in one font that showed it: most codes need no look into a set. */
  readonly #seen = new Uint32Array(0x10000);
  #stretch = 0;

  constructor(library: ContentLibrary, decoder: FontDecoder) {
    this.#library = library;
    this.#decoder = decoder;
  }

  /** Tells the decoder which codes it will be asked for, too. @throws PdfSyntaxError, ScanLimitError */
  read(page: PdfPage): PageCodes {
    const fonts = new Map<string, Gathered>();
    const forms = new Set<string>();
    let key: string | null = null;
    let current: Gathered | null = null;
    new TextInterpreter(this.#library, page, (source, font, bytes, from, to) => {
      if (source.form !== null) forms.add(source.key);
      if (current === null || font.key !== key) {
        current = this.#gathered(fonts, font);
        key = font.key;
        this.#stretch += 1;
      }
      this.#add(current, bytes, from, to);
    }).run();
    for (const [fontKey, shown] of fonts) this.#decoder.want(fontKey, shown);
    return { fonts, forms };
  }

  #gathered(fonts: Map<string, Gathered>, { key, dict }: FontUse): Gathered {
    const known = fonts.get(key);
    if (known !== undefined) return known;
    const made = { codeLength: this.#decoder.codeLength(key, dict), codes: new Set<number>(), strings: new Map() };
    fonts.set(key, made);
    return made;
  }

  #add({ codeLength, codes, strings }: Gathered, bytes: Uint8Array, from: number, to: number): void {
    if (codeLength === null) {
      const string = latin1(bytes, from, to);
      // The bytes are used again for the next operation.
      if (!strings.has(string)) strings.set(string, bytes.slice(from, to));
      return;
    }
    const seen = this.#seen;
    const stretch = this.#stretch;
    for (let at = from; at < to; at += codeLength) {
      const first = bytes[at] ?? 0;
      const code = codeLength === 1 ? first : (first << 8) | (at + 1 < to ? (bytes[at + 1] ?? 0) : 0);
      if (seen[code] === stretch) continue;
      seen[code] = stretch;
      codes.add(code);
    }
  }
}
