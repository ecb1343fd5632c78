import { beforeEach, describe, expect, it } from 'vitest';
import { concat } from '../../../signing/bytes.ts';
import { sha256 } from '../../../signing/digest.ts';
import { fitText } from '../../../signing/documents/fit-text.ts';
import { embedText, textWidth } from '../../../signing/documents/embedded-font.ts';
import { fillDocument, type FieldValue } from '../../../signing/documents/fill.ts';
import { intakeDocument } from '../../../signing/documents/intake.ts';
import { prepareDocument } from '../../../signing/documents/prepare.ts';
import { readFields } from '../../../signing/pdf/form.ts';
import { isName, isString } from '../../../signing/pdf/objects.ts';
import { PdfUpdate } from '../../../signing/pdf/pdf-update.ts';
import { readPdf } from '../../../signing/pdf/read-pdf.ts';
import { decodeText } from '../../../signing/pdf/text-string.ts';
import { pdfText, pdfWords, qpdfCheck, withPdfFile } from '../../support/poppler.ts';
import { samplePdf, type SamplePage } from '../../support/sample-pdf.ts';
import { requireTool } from '../../support/tools.ts';
import { execFileSync } from 'node:child_process';

beforeEach((ctx) => {
  requireTool(ctx, 'pdftotext', 'pdffonts', 'qpdf');
});

async function prepared(page: SamplePage): Promise<Uint8Array> {
  const original = await samplePdf([page]);
  const intake = await intakeDocument(original, () => 'id');
  if (!intake.ok) throw new Error(intake.error.detail);
  const result = await prepareDocument(original, intake.value.placements);
  if (!result.ok) throw new Error(result.error.detail);
  return concat(original, result.value.increment);
}

async function filled(bytes: Uint8Array, ...values: readonly FieldValue[]): Promise<Uint8Array> {
  const result = await fillDocument(bytes, values);
  if (!result.ok) throw new Error(result.error.detail);
  const whole = concat(bytes, result.value.increment);
  expect(result.value.digest).toBe(sha256(whole));
  return whole;
}

const FORM: SamplePage = {
  texts: [
    { text: '{{Datum;type=date;name=date;width=300}}', x: 60, y: 700 },
    { text: '{{Besedilo;type=text;name=text;width=500}}', x: 60, y: 600 },
    { text: '{{Soglasje;type=checkbox;name=tick}}', x: 60, y: 500 },
  ],
};

describe('values of fields', () => {
  it.each(['Čšžćđ ČŠŽĆĐ', 'Žluťoučký kůň', 'Árvíztűrő tükörfúrógép', 'Съешь же ещё', 'Ξεσκεπάζω την', 'cena 3 €'])(
    'shows and extracts %s',
    async (text) => {
      const bytes = await filled(await prepared(FORM), { fieldName: 'text', value: text });
      expect(pdfText(bytes)).toContain(text);
      const value = readFields(readPdf(bytes)).find(({ name }) => name === 'text')?.value ?? null;
      expect(isString(value) ? decodeText(value.bytes) : null).toBe(text);
    },
  );

  it('embeds a subset of the font and leaves a file that qpdf finds clean', async () => {
    const before = await prepared(FORM);
    const bytes = await filled(
      before,
      { fieldName: 'date', value: '23. 11. 2026' },
      { fieldName: 'text', value: 'Žiga' },
    );
    qpdfCheck(bytes);
    const fonts = withPdfFile(bytes, (file) => execFileSync('pdffonts', [file], { encoding: 'utf8' }));
    expect(fonts).toMatch(/[A-Z]{6}\+SourceSans3-Regular\s+CID TrueType\s+Identity-H\s+yes yes yes/);
    expect(fonts.match(/SourceSans3/g)).toHaveLength(1);
    expect(bytes.length - before.length).toBeLessThan(12_000);
  });

  it('ticks and unticks a checkbox', async () => {
    const state = (bytes: Uint8Array): readonly unknown[] => {
      const dict = readFields(readPdf(bytes)).find(({ name }) => name === 'tick')?.dict.entries;
      return ['V', 'AS'].map((key) => {
        const value = dict?.get(key);
        return isName(value) ? value.name : null;
      });
    };
    const ticked = await filled(await prepared(FORM), { fieldName: 'tick', value: true });
    expect(state(ticked)).toEqual(['Yes', 'Yes']);
    expect(state(await filled(ticked, { fieldName: 'tick', value: false }))).toEqual(['Off', 'Off']);
  });

  it.each([0, 90, 180, 270] as const)('stands upright in its box on a page turned by %d degrees', async (rotate) => {
    const at = { 0: [100, 300], 90: [300, 100], 180: [495, 542], 270: [300, 700] }[rotate];
    const tag = {
      text: '{{A;type=text;name=text;width=200;height=30}}',
      x: at[0] ?? 0,
      y: at[1] ?? 0,
      turn: rotate,
      size: 6,
    };
    const bytes = await filled(await prepared({ rotate, texts: [tag] }), { fieldName: 'text', value: 'Pokončno' });
    const [word] = pdfWords(bytes);
    expect(word?.text).toBe('Pokončno');
    expect((word?.xMax ?? 0) - (word?.xMin ?? 0)).toBeGreaterThan(1.5 * ((word?.yMax ?? 0) - (word?.yMin ?? 0)));
    const field = readFields(readPdf(bytes))[0]?.widgets[0]?.rect ?? [0, 0, 0, 0];
    // In displayed coordinates from the upper left, the word lies in the field.
    const shown: Readonly<Record<number, readonly [number, number]>> = {
      0: [field[0], 842 - field[3]],
      90: [field[1], field[0]],
      180: [595 - field[2], field[1]],
      270: [842 - field[3], 595 - field[2]],
    };
    const [left, top] = shown[rotate] ?? [0, 0];
    expect(word?.xMin).toBeGreaterThanOrEqual(left);
    expect(word?.xMax).toBeLessThanOrEqual(left + 200);
    expect(word?.yMin).toBeGreaterThanOrEqual(top - 6);
    expect(word?.yMax).toBeLessThanOrEqual(top + 36);
  });

  it('appends nothing without values', async () => {
    const bytes = await prepared(FORM);
    expect(await filled(bytes)).toEqual(bytes);
  });

  it('treats a value for no field, or of the wrong kind, as the bug it is', async () => {
    const bytes = await prepared(FORM);
    await expect(fillDocument(bytes, [{ fieldName: 'nobody', value: 'x' }])).rejects.toThrow(/does not exist/);
    await expect(fillDocument(bytes, [{ fieldName: 'tick', value: 'x' }])).rejects.toThrow(/not a text field/);
    await expect(fillDocument(bytes, [{ fieldName: 'text', value: true }])).rejects.toThrow(/not a checkbox/);
  });

  it('refuses bytes that are not a PDF', async () => {
    const result = await fillDocument(new Uint8Array([1, 2, 3]), []);
    expect(result.ok ? null : result.error.code).toBe('not-a-pdf');
  });
});

describe('the embedded font', () => {
  it('shows a stand-in for what it lacks and says so', async () => {
    const update = new PdfUpdate(readPdf(await samplePdf([{}])));
    const text = embedText(update, 'A漢č');
    expect(text.missing).toEqual(['漢']);
    expect(text.codes).toHaveLength(6);
    expect(text.width).toBeCloseTo(textWidth('A漢č'), 9);
    expect(text.width).toBeGreaterThan(textWidth('Ač'));
  });
});

describe('text in a box', () => {
  it('shrinks to the width', () => {
    const { size, lines } = fitText('Dolgo besedilo, ki samo ne gre v okvir', { width: 80, height: 24 }, 0, false);
    expect(size).toBeLessThan(12);
    expect(textWidth(lines[0]?.text ?? '') * size).toBeLessThanOrEqual(76.01);
    expect(fitText('A', { width: 80, height: 24 }, 0, false).size).toBe(12);
    expect(fitText('A', { width: 80, height: 10 }, 0, false).size).toBe(7.2);
  });

  it('breaks lines where the field allows it, and words only when they must', () => {
    const box = { width: 100, height: 60 };
    const { size, lines } = fitText(`Prva vrstica je dolga\n${'x'.repeat(80)}`, box, 0, true);
    expect(lines.length).toBeGreaterThan(3);
    for (const { text } of lines) expect(textWidth(text) * size).toBeLessThanOrEqual(96.01);
    expect(lines.map(({ text }) => text).join(' ')).toMatch(/^Prva vrstica/);
  });
});
