import { execFileSync } from 'node:child_process';
import { PDFDocument, PDFName, PDFNumber, degrees, rgb } from 'pdf-lib';
import { beforeEach, describe, expect, it } from 'vitest';
import { concat } from '../../../signing/bytes.ts';
import type { Placement } from '../../../signing/documents/placement.ts';
import { prepareDocument } from '../../../signing/documents/prepare.ts';
import type { PlacementId } from '../../../signing/ids.ts';
import { sealField } from '../../../signing/sealing/seal-field.ts';
import { difference, pdfPicture, pdfWords, withPdfFile } from '../../support/poppler.ts';
import { makePki, sealInput } from '../../support/seal-fixtures.ts';
import { requireTool } from '../../support/tools.ts';

const pki = makePki('p256');
type Rotation = 0 | 90 | 180 | 270;
type Corners = readonly [number, number, number, number];
interface Page {
  readonly media: Corners;
  readonly crop: Corners;
  readonly userUnit: number;
}

const PAGES: Readonly<Record<string, Page>> = {
  'plain page': { media: [0, 0, 595, 842], crop: [0, 0, 595, 842], userUnit: 1 },
  'page with a crop box inside': { media: [0, 0, 700, 900], crop: [40, 25, 640, 825], userUnit: 1 },
  'page with a negative origin': { media: [-300, -450, 295, 392], crop: [-300, -450, 295, 392], userUnit: 1 },
  'page with both': { media: [-300, -450, 400, 450], crop: [-260, -400, 340, 400], userUnit: 1 },
  'page in units of two points': { media: [0, 0, 595, 842], crop: [0, 0, 595, 842], userUnit: 2 },
};
/** Where the box is asked for on the page as displayed: from the upper left, units of the page. */
const ASKED = { left: 100, top: 150, width: 220, height: 90 };
const CAPTION = ['Žiga Čšćđ Müller', '23. 11. 2026, 09:09:10', 'Podpis stranke'];

/** By hand, not by the code under test: where a displayed point lies in user space. */
function inUserSpace([x0, y0, x1, y1]: Corners, rotate: Rotation, right: number, down: number): [number, number] {
  if (rotate === 0) return [x0 + right, y1 - down];
  if (rotate === 90) return [x0 + down, y0 + right];
  if (rotate === 180) return [x1 - right, y0 + down];
  return [x1 - down, y1 - right];
}

async function blank({ media, crop, userUnit }: Page, rotate: Rotation): Promise<Uint8Array> {
  const pdf = await PDFDocument.create({ updateMetadata: false });
  const page = pdf.addPage();
  page.setMediaBox(media[0], media[1], media[2] - media[0], media[3] - media[1]);
  page.setCropBox(crop[0], crop[1], crop[2] - crop[0], crop[3] - crop[1]);
  page.setRotation(degrees(rotate));
  if (userUnit !== 1) page.node.set(PDFName.of('UserUnit'), PDFNumber.of(userUnit));
  page.drawRectangle({ x: crop[0] + 5, y: crop[1] + 5, width: 5, height: 5, color: rgb(0, 0, 0) });
  return pdf.save({ useObjectStreams: false });
}

async function sealed(
  page: Page,
  rotate: Rotation,
  caption: readonly string[] = CAPTION,
  asked = ASKED,
): Promise<{ before: Uint8Array; after: Uint8Array }> {
  const original = await blank(page, rotate);
  const a = inUserSpace(page.crop, rotate, asked.left, asked.top);
  const b = inUserSpace(page.crop, rotate, asked.left + asked.width, asked.top + asked.height);
  const box = {
    x: Math.min(a[0], b[0]),
    y: Math.min(a[1], b[1]),
    width: Math.abs(a[0] - b[0]),
    height: Math.abs(a[1] - b[1]),
  };
  const placement: Placement = {
    id: 'p' as PlacementId,
    kind: 'signature',
    role: 'customer',
    order: 1,
    label: 'Podpis stranke',
    required: true,
    page: 0,
    box,
    fieldName: 'p',
    source: 'placed',
  };
  const prepared = await prepareDocument(original, [placement]);
  if (!prepared.ok) throw new Error(prepared.error.detail);
  const before = concat(original, prepared.value.increment);
  const field = { name: 'p', box: [box.x, box.y, box.width, box.height] as const };
  const result = await sealField(sealInput(pki, before, field, { caption }));
  if (!result.ok) throw new Error(result.error.detail);
  return { before, after: concat(before, result.value.increment) };
}

beforeEach((ctx) => {
  requireTool(ctx, 'pdftotext', 'pdftoppm', 'pdffonts');
});

/**
 * Golden geometry, from the upper left of the displayed page in its units: ink and lines are in the same place
 * whatever the page's boxes and rotation. Where a unit is two points the letters are half as many units high.
 */
const GOLDEN = {
  1: {
    all: [102, 159.5, 270.5, 236.5],
    words: {
      Žiga: [102, 211.9],
      Čšćđ: [116, 211.9],
      '23.': [102, 220.3],
      Podpis: [102, 228.7],
      stranke: [123.6, 228.7],
    },
  },
  2: {
    all: [101, 161, 286.5, 238],
    words: { Žiga: [101, 226], Čšćđ: [108, 226], '23.': [101, 230.2], Podpis: [101, 234.4], stranke: [111.8, 234.4] },
  },
} as const;
const DPI = 144;

/** The box as it is displayed, pixel by pixel. */
function boxOf({ width, pixels }: ReturnType<typeof pdfPicture>): Uint8Array {
  const scale = DPI / 72;
  const rows = Array.from({ length: ASKED.height * scale }, (_, row) => {
    const start = (ASKED.top * scale + row) * width + ASKED.left * scale;
    return pixels.subarray(start, start + ASKED.width * scale);
  });
  return Buffer.concat(rows);
}

describe.each(Object.entries(PAGES))('a %s', (_, page) => {
  it.each([0, 90, 180, 270] as const)('turned by %i shows ink and lines where they were asked for', async (rotate) => {
    const { before, after } = await sealed(page, rotate);
    const shown = pdfPicture(after, DPI);
    const changed = difference(pdfPicture(before, DPI), shown);
    const golden = GOLDEN[page.userUnit === 2 ? 2 : 1];
    const { left, top, right, bottom } = changed ?? { left: 0, top: 0, right: 0, bottom: 0 };
    [left, top, right, bottom].forEach((pixel, i) => {
      expect(Math.abs((pixel * 72) / DPI - (golden.all[i] ?? 0))).toBeLessThanOrEqual(1);
    });
    const words = pdfWords(after, 'crop');
    for (const [text, [x, y]] of Object.entries(golden.words)) {
      const word = words.find((candidate) => candidate.text === text);
      expect([text, Math.abs((word?.xMin ?? 0) - x) < 0.5, Math.abs((word?.yMin ?? 0) - y) < 0.5]).toEqual([
        text,
        true,
        true,
      ]);
    }
    // The look, not only the place: hardly a pixel differs from the page that is not turned.
    const upright = rotate === 0 ? shown : pdfPicture((await sealed(page, 0)).after, DPI);
    const [a, b] = [boxOf(shown), boxOf(upright)];
    const strange = a.filter((grey, i) => Math.abs(grey - (b[i] ?? 0)) > 96).length;
    expect(a.filter((grey) => grey < 128).length).toBeGreaterThan(300);
    expect(strange).toBeLessThan(a.length / 500);
  });
});

describe('lines below the ink', () => {
  it.each([
    'č š ž ć đ Č Š Ž Ć Đ',
    'Ирина Ђорђевић, Љубљана',
    'Ελένη Παπαδοπούλου',
    'Jürgen Groß, Überstraße',
    'Őry Győző, Hódmezővásárhely',
    'Niccolò Perché, È così',
  ])('keep every letter of %s, in an embedded subset', async (text) => {
    const { after } = await sealed(PAGES['plain page']!, 0, [text]);
    expect(
      pdfWords(after)
        .map((word) => word.text)
        .join(' '),
    ).toBe(text);
    const fonts = withPdfFile(after, (file) => execFileSync('pdffonts', [file], { encoding: 'utf8' }));
    const rows = fonts.trim().split('\n').slice(2);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatch(/^[A-Z]{6}\+SourceSans3\S*\s+CID TrueType\s+Identity-H\s+yes yes yes /);
    expect(Buffer.from(after).toString('latin1')).not.toContain('WinAnsi');
  });

  it('give way to the ink in a box too low for them, and are cut where it is too narrow', async () => {
    const lines = ['A name that is much too long for such a narrow box', 'time', 'reason'];
    const words = async (width: number, height: number): Promise<string> => {
      const { after } = await sealed(PAGES['plain page']!, 0, lines, { ...ASKED, width, height });
      return pdfWords(after)
        .map((word) => word.text)
        .join(' ');
    };
    expect(await words(200, 60)).toBe(lines.join(' '));
    expect(await words(200, 28)).toBe('A name that is much too long for such a narrow box time');
    expect(await words(200, 10)).toBe('');
    expect(await words(60, 60)).toMatch(/^A name that is m[a-z ]*… time reason$/);
  });
});
