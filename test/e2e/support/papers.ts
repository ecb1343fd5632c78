import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sampleDocument } from '../../../kiosk-shell/demo/sample-document.ts';
import { samplePdf } from '../../support/sample-pdf.ts';

/** Two pages for a customer and a countersigning clerk. */
export function agreement(): Promise<Uint8Array> {
  return sampleDocument();
}

/** One page that one customer signs; the quickest thing to sign there is. */
export function slip(label = 'Podpis stranke'): Promise<Uint8Array> {
  return samplePdf([
    {
      texts: [
        { text: 'Potrdilo o prejemu kartice', x: 64, y: 760, size: 18, font: 'sans' },
        {
          text: 'Potrjujem, da sem danes prejela bančno kartico in kuverto s kodo PIN.',
          x: 64,
          y: 720,
          size: 11,
          font: 'sans',
        },
        {
          text: `{{${label};role=customer;type=signature;order=1;width=200;height=70}}`,
          x: 64,
          y: 560,
          size: 4,
          white: true,
          font: 'sans',
        },
      ],
    },
  ]);
}

/** Three pages with something to fill in, to tick, to initial and to sign. */
export function form(): Promise<Uint8Array> {
  const lines = (from: number, page: number): { text: string; x: number; y: number; size: number; font: 'sans' }[] =>
    Array.from({ length: 14 }, (_, i) => ({
      text: `${page}.${i + 1} Banka in stranka se dogovorita, kakor je zapisano v splošnih pogojih poslovanja.`,
      x: 64,
      y: from - i * 26,
      size: 11,
      font: 'sans',
    }));
  const tag = (
    text: string,
    x: number,
    y: number,
  ): { text: string; x: number; y: number; size: number; white: true; font: 'sans' } => ({
    text: `{{${text}}}`,
    x,
    y,
    size: 3,
    white: true,
    font: 'sans',
  });
  return samplePdf([
    { texts: [{ text: 'Vprašalnik za stranko', x: 64, y: 770, size: 20, font: 'sans' }, ...lines(720, 1)] },
    { texts: [...lines(760, 2), tag('Parafa;role=customer;type=initials;order=1;width=80;height=40', 450, 60)] },
    {
      texts: [
        ...lines(760, 3),
        { text: 'Kraj:', x: 64, y: 330, size: 11, font: 'sans' },
        tag('Kraj;role=customer;type=text;order=1;width=180;height=22;required=true', 110, 326),
        tag(
          'Želim prejemati obvestila po pošti;role=customer;type=checkbox;order=1;width=16;height=16;required=false',
          64,
          280,
        ),
        { text: 'Želim prejemati obvestila po pošti', x: 90, y: 284, size: 11, font: 'sans' },
        tag('Podpis stranke;role=customer;type=signature;order=1;width=200;height=70', 64, 160),
      ],
    },
  ]);
}

/** A real PDF without a tag or a field. */
export const UNTAGGED = join(import.meta.dirname, '..', '..', 'fixtures', 'pdf', 'valid', 'pdfjs-find_all.pdf');

/** Signed by another product, with a certificate that no kiosk knows. */
export const SIGNED_ELSEWHERE = join(
  ...[import.meta.dirname, '..', '..', 'fixtures', 'lgpl', 'pdf', 'valid', 'dss-signed-pades-b.pdf'],
);

/** A file that only says it is a PDF. */
export function notReally(): Uint8Array {
  return readFileSync(join(import.meta.dirname, '..', '..', 'fixtures', 'pdf', 'hostile', 'pdfjs-not-really-pdf.pdf'));
}
