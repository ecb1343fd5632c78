import { pdflibAddPlaceholder } from '@signpdf/placeholder-pdf-lib';
import { P12Signer } from '@signpdf/signer-p12';
import { SignPdf } from '@signpdf/signpdf';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type * as pdfLib from 'pdf-lib';
import { BENCH_BOX } from './seal-input.ts';
import { measure, peakBytes, type Measured } from './seal-measure.ts';

// @signpdf is CommonJS: with the other build of pdf-lib it would not know the objects it is given.
const { PDFDocument } = createRequire(import.meta.url)('pdf-lib') as typeof pdfLib;

/**
 * The same document signed by @signpdf as its own examples do: loaded with pdf-lib, placeholder added, saved, signed.
 * Arguments: PDF, PKCS#12 without a passphrase, file to write to, runs. Prints one JSON line.
 */
const [pdf = '', p12 = '', target = '', runs = '1'] = process.argv.slice(2);
const keys = readFileSync(p12);
const idle = peakBytes();
const original = readFileSync(pdf);
const ms = await measure({ run: sign, pieces: (signed) => [signed], target }, Number(runs));
const measured: Measured = { ...ms, peak: peakBytes() - idle };
process.stdout.write(JSON.stringify(measured));

async function sign(): Promise<Uint8Array> {
  const pdfDoc = await PDFDocument.load(original);
  const { x, y, width, height } = BENCH_BOX;
  pdflibAddPlaceholder({
    pdfDoc,
    reason: 'Bench',
    contactInfo: 'Bench',
    name: 'Bench',
    location: 'Bench',
    widgetRect: [x, y, x + width, y + height],
  });
  return new SignPdf().sign(await pdfDoc.save(), new P12Signer(keys));
}
