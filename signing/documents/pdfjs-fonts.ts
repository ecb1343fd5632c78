import { createRequire } from 'node:module';
import { ScanLimitError } from './scan-limit.ts';

/** What pdf.js says of a glyph (with `fontExtraProperties`). */
export interface PdfjsGlyph {
  readonly originalCharCode: number;
  readonly unicode: string;
  /** In glyph space. */
  readonly width: number;
  /** Vertical advance and origin. */
  readonly vmetric?: readonly number[] | undefined;
}

/** pdf.js runs in slices on this thread, so a timer can end a hostile font that keeps it busy. */
const TIME_LIMIT_MS = 8000;

/** For each page of a font probe, for each string shown, its glyphs. @throws ScanLimitError */
export async function askPdfjs(probe: Uint8Array): Promise<readonly (readonly (readonly PdfjsGlyph[])[])[]> {
  const { getDocument, OPS } = await import('pdfjs-dist/legacy/build/pdf.mjs');
  const task = getDocument({
    data: probe,
    cMapUrl: cMapFolder(),
    disableFontFace: true,
    fontExtraProperties: true,
    useSystemFonts: false,
    useWasm: false,
    verbosity: 0,
  });
  const read = async (): Promise<readonly (readonly (readonly PdfjsGlyph[])[])[]> => {
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
  };
  try {
    return await withinTime(read());
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
