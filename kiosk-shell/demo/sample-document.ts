import { readFileSync } from 'node:fs';
import * as fontkit from 'fontkit';
import { PDFDocument, rgb, type PDFFont, type PDFPage } from 'pdf-lib';

const FONT = new URL(import.meta.resolve('@expo-google-fonts/source-sans-3/400Regular/SourceSans3_400Regular.ttf'));
const BOLD = new URL(import.meta.resolve('@expo-google-fonts/source-sans-3/700Bold/SourceSans3_700Bold.ttf'));

const A4: [number, number] = [595.28, 841.89];
const MARGIN = 64;
const INK = rgb(0.09, 0.125, 0.17);
const PEN = rgb(0.114, 0.306, 0.537);

/** A two-page agreement in Slovene with white-on-white tags for a customer and a countersigning clerk. */
export async function sampleDocument(): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  pdf.registerFontkit(fontkit);
  pdf.setTitle('Pogodba o osebnem računu 2026/117');
  pdf.setLanguage('sl-SI');
  const font = await pdf.embedFont(readFileSync(FONT), { subset: true });
  const bold = await pdf.embedFont(readFileSync(BOLD), { subset: true });

  const first = pdf.addPage(A4);
  heading(first, bold, font);
  paragraphs(first, font, 680, [
    'Banka Primer d.d., Poslovalnica Bled, Ljubljanska cesta 7, 4260 Bled (v nadaljevanju: banka), in komitent, katerega istovetnost je uslužbenec banke preveril ob podpisu, skleneta to pogodbo.',
    '1. člen. Banka komitentu odpre osebni račun. Račun je namenjen vplačilom, izplačilom in plačilnim storitvam po splošnih pogojih, ki jih je komitent prejel pred podpisom.',
    '2. člen. Vodenje računa stane 2,90 EUR na mesec. Prvo leto je brezplačno. O vsaki spremembi cene banka obvesti komitenta vsaj dva meseca vnaprej.',
    '3. člen. Komitent lahko pogodbo odpove kadarkoli in brez stroškov. Banka jo lahko odpove z odpovednim rokom dveh mesecev.',
    '4. člen. Osebne podatke banka obdeluje po Splošni uredbi (EU) 2016/679 in ZVOP-2. Podrobnosti so v obvestilu, ki ga komitent dobi pri okencu.',
  ]);
  footer(first, font, '1 / 2');

  const second = pdf.addPage(A4);
  paragraphs(second, font, 760, [
    '5. člen. Stranki soglašata, da je pogodba sklenjena v elektronski obliki. Vsaka stranka prejme svoj izvod.',
    'Kraj: Bled',
  ]);
  second.drawText('Datum:', { x: MARGIN, y: 640, size: 11.5, font, color: INK });
  hidden(second, font, MARGIN + 48, 634, '{{Datum;role=customer;type=date;order=1;width=120;height=22}}');
  second.drawText('Komitent', { x: MARGIN, y: 560, size: 11.5, font, color: INK });
  hidden(second, font, MARGIN, 480, '{{Podpis komitenta;role=customer;type=signature;order=1;width=200;height=70}}');
  line(second, MARGIN, 476, 200);
  second.drawText('Za banko', { x: 330, y: 560, size: 11.5, font, color: INK });
  hidden(second, font, 330, 480, '{{Podpis uslužbenca;role=clerk;type=signature;order=2;width=200;height=70}}');
  line(second, 330, 476, 200);
  footer(second, font, '2 / 2');
  return pdf.save();
}

function heading(page: PDFPage, bold: PDFFont, font: PDFFont): void {
  page.drawText('Banka Primer d.d.', { x: MARGIN, y: 770, size: 13, font: bold, color: PEN });
  page.drawText('Pogodba o osebnem računu', { x: MARGIN, y: 728, size: 22, font: bold, color: INK });
  page.drawText('št. 2026/117', { x: MARGIN, y: 708, size: 11.5, font, color: INK });
}

function paragraphs(page: PDFPage, font: PDFFont, top: number, texts: readonly string[]): void {
  let y = top;
  for (const text of texts) {
    page.drawText(text, { x: MARGIN, y, size: 11.5, font, color: INK, maxWidth: A4[0] - 2 * MARGIN, lineHeight: 17 });
    const lines = Math.ceil(font.widthOfTextAtSize(text, 11.5) / (A4[0] - 2 * MARGIN - 24));
    y -= lines * 17 + 14;
  }
}

function hidden(page: PDFPage, font: PDFFont, x: number, y: number, tag: string): void {
  page.drawText(tag, { x, y, size: 4, font, color: rgb(1, 1, 1) });
}

function line(page: PDFPage, x: number, y: number, width: number): void {
  page.drawLine({ start: { x, y }, end: { x: x + width, y }, thickness: 0.6, color: INK });
}

function footer(page: PDFPage, font: PDFFont, text: string): void {
  page.drawText(text, { x: A4[0] / 2 - 10, y: 36, size: 9, font, color: INK });
}
