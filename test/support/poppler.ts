/** What poppler sees of a PDF: an opinion that is not ours. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface Word {
  readonly text: string;
  readonly xMin: number;
  readonly yMin: number;
  readonly xMax: number;
  readonly yMax: number;
}

/** Runs `use` with the bytes in a file of a temporary folder. */
export function withPdfFile<T>(bytes: Uint8Array, use: (file: string, folder: string) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), 'countersign-pdf-'));
  try {
    const file = path.join(folder, 'document.pdf');
    writeFileSync(file, bytes);
    return use(file, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function pdfText(bytes: Uint8Array): string {
  return withPdfFile(bytes, (file) => execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' }));
}

/**
 * Every word of every page with its box, points from the upper left of the displayed page: of its media box, or of its
 * crop box.
 */
export function pdfWords(bytes: Uint8Array, box: 'media' | 'crop' = 'media'): readonly Word[] {
  const options = box === 'crop' ? ['-cropbox', '-bbox'] : ['-bbox'];
  const html = withPdfFile(bytes, (file) => execFileSync('pdftotext', [...options, file, '-'], { encoding: 'utf8' }));
  const pattern = /<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)<\/word>/g;
  return [...html.matchAll(pattern)].map(([, xMin, yMin, xMax, yMax, text]) => ({
    text: text ?? '',
    xMin: Number(xMin),
    yMin: Number(yMin),
    xMax: Number(xMax),
    yMax: Number(yMax),
  }));
}

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Grey, one byte per pixel, rows from the top. */
  readonly pixels: Uint8Array;
}

/** The first page at `dpi`, in grey. */
export function pdfPicture(bytes: Uint8Array, dpi = 72): Picture {
  return withPdfFile(bytes, (file, folder) => {
    const stem = path.join(folder, 'page');
    execFileSync('pdftoppm', ['-r', String(dpi), '-cropbox', '-gray', '-singlefile', file, stem], { stdio: 'pipe' });
    const pgm = readFileSync(`${stem}.pgm`);
    const head = /^P5\s(\d+)\s(\d+)\s255\s/.exec(pgm.subarray(0, 40).toString('latin1'));
    if (head === null) throw new Error('not a grey picture');
    return { width: Number(head[1]), height: Number(head[2]), pixels: pgm.subarray(head[0].length) };
  });
}

export interface PixelBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Boxes tight around what differs, one for the whole picture; null when nothing does. */
export function difference(a: Picture, b: Picture): PixelBox | null {
  if (a.width !== b.width || a.height !== b.height) throw new Error('pictures of different size');
  let box: PixelBox | null = null;
  a.pixels.forEach((value, index) => {
    if (value === b.pixels[index]) return;
    const x = index % a.width;
    const y = Math.floor(index / a.width);
    box = {
      left: Math.min(box?.left ?? x, x),
      top: Math.min(box?.top ?? y, y),
      right: Math.max(box?.right ?? x, x),
      bottom: Math.max(box?.bottom ?? y, y),
    };
  });
  return box;
}

/** Throws with qpdf's words when `qpdf --check` finds anything. */
export function qpdfCheck(bytes: Uint8Array): void {
  withPdfFile(bytes, (file) => execFileSync('qpdf', ['--check', file], { stdio: 'pipe' }));
}
