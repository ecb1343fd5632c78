import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterAll, describe, expect, it } from 'vitest';
import { DrawnInk } from '../../app/_components/drawn-ink.tsx';
import { BoxLayer } from '../../app/_components/pdf/boxes.tsx';
import { Framebuffer } from '../../drivers/simulated/framebuffer.ts';
import { LiveInk } from '../../kiosk-shell/kiosk/live-ink.ts';
import { thinned } from '../../kiosk-shell/kiosk/thinned.ts';
import { fitInk, type FittedPoint } from '../../signing/capture/fit-ink.ts';
import { parseInk } from '../../signing/capture/ink-files/parse-ink.ts';
import { pictureOf } from '../../signing/capture/picture.ts';
import { sealOne } from '../signing/verification/samples.ts';
import { CHROMIUM_ARGS, chromiumPath } from '../support/chromium.ts';
import { pdfPicture } from '../support/poppler.ts';
import { pngPixels } from '../support/png-pixels.ts';
import { makePki, samplePdf } from '../support/seal-fixtures.ts';
import { requireTool } from '../support/tools.ts';

/** Where the pen writes, pixels; the box in the document has the same shape. */
const AREA = { x: 0, y: 0, width: 600, height: 300 };
const BOX = [60, 300, 240, 120] as const;
const INKS = path.resolve(import.meta.dirname, '../fixtures/ink');
/** Pixels of 600 that lines may lie apart: widths differ, places do not. */
const REACH = 6;
const DPI = 300;

type Strokes = readonly (readonly FittedPoint[])[];
/** One byte a pixel of `AREA`: 1 is ink. */
type Raster = Uint8Array;

function recorded(file: string): readonly FittedPoint[] {
  const parsed = parseInk(readFileSync(path.join(INKS, file)));
  if (!parsed.ok) throw new Error(file);
  return fitInk(parsed.value, AREA);
}
/** A č written fast: a long stroke of samples far apart, a hook, and a dot of one sample. */
const DOTTED: readonly FittedPoint[] = [
  ...Array.from({ length: 36 }, (_, i) => pen(80 + i * 11, 150 + 80 * Math.sin(i / 4), i)),
  pen(465, 150, 36, false),
  ...Array.from({ length: 9 }, (_, i) => pen(380 + i * 5, 40 + 20 * Math.sin((i * Math.PI) / 8), 40 + i)),
  pen(420, 40, 49, false),
  pen(520, 40, 60),
  pen(520, 40, 61, false),
];
type Place = readonly [number, number];
const arc = (x: number, y: number, r: number, samples: number, turn: number): readonly Place[] =>
  Array.from({ length: samples }, (_, i): Place => {
    const angle = Math.PI + (turn * i) / (samples - 1);
    return [x + r * Math.cos(angle), y + r * Math.sin(angle)];
  });
/** Written so fast that a stroke has a handful of samples: dots, one of a resting pen, dashes, hooks, a bow, a flourish. */
const SHORT = written([
  [[40, 60]],
  Array<Place>(4).fill([90, 60]),
  [
    [140, 90],
    [190, 30],
  ],
  arc(240, 70, 35, 3, Math.PI / 2),
  [
    [330, 30],
    [335, 90],
    [385, 95],
  ],
  arc(470, 80, 40, 5, Math.PI),
  [60, 150, 250, 330, 460].map((x, i): Place => [x, 220 - 14 * i]),
  arc(520, 220, 40, 5, 1.6 * Math.PI),
]);
function written(strokes: readonly (readonly Place[])[]): readonly FittedPoint[] {
  return strokes.flatMap((stroke, at) => {
    const samples = [
      ...stroke.map(([x, y]) => ({ x, y, tip: true })),
      { x: stroke[0]![0], y: stroke[0]![1], tip: false },
    ];
    return samples.map(({ x, y, tip }, i) => pen(x, y, 20 * at + i, tip));
  });
}
/** As a hand five times as fast would leave it: the first and the last sample of a stroke, and every fifth between. */
function faster(points: readonly FittedPoint[]): readonly FittedPoint[] {
  return points.filter(({ tip }, i) => {
    const end = points[i - 1]?.tip !== tip || points[i + 1]?.tip !== tip;
    return end || i % 5 === 0;
  });
}
function pen(x: number, y: number, at: number, tip = true): FittedPoint {
  return { x, y, p: tip ? 0.2 + 0.1 * (at % 5) : 0, tip, t: at * 8 };
}
function strokesOf(points: readonly FittedPoint[]): Strokes {
  const strokes: FittedPoint[][] = [];
  points.forEach((point, i) => {
    if (!point.tip) return;
    if (points[i - 1]?.tip !== true) strokes.push([]);
    strokes.at(-1)!.push(point);
  });
  return strokes;
}

function raster(isInk: (x: number, y: number) => boolean): Raster {
  return Uint8Array.from({ length: AREA.width * AREA.height }, (_, i) =>
    isInk(i % AREA.width, Math.floor(i / AREA.width)) ? 1 : 0,
  );
}
const isDark = ({ rgba }: { readonly rgba: Uint8Array }, i: number): boolean =>
  rgba[4 * i + 3]! > 127 && rgba[4 * i]! < 128;

function onPad(strokes: Strokes): Raster {
  const screen = new Framebuffer(AREA.width, AREA.height);
  for (const stroke of strokes) {
    stroke.forEach((point, i) => screen.ink(stroke[i - 1] ?? point, point, { width: 3, colour: [0, 0, 0] }, AREA));
  }
  const shown = screen.picture();
  return raster((x, y) => isDark(shown, y * AREA.width + x));
}

async function shot(page: Page): Promise<Raster> {
  const { width, rgba } = pngPixels(await page.screenshot({ omitBackground: true }));
  return raster((x, y) => isDark({ rgba }, y * width + x));
}

/** The clerk's mirror: what the kiosk pushes of the samples, drawn by the screen's own component. */
async function onMirror(page: Page, points: readonly FittedPoint[]): Promise<Raster> {
  const live = new LiveInk(AREA);
  live.add(points.map(({ x, y, tip }) => ({ x, y, tip }) as Parameters<LiveInk['add']>[0][number]));
  const viewport = { width: AREA.width, convertToViewportPoint: (x: number, y: number) => [x, y] };
  const box = { id: 'a', box: AREA, label: '', state: 'next', stateWord: '' } as const;
  const ink = { box: 'a', strokes: live.take() ?? [], aspect: AREA.width / AREA.height };
  const props = { viewport, boxes: [box], ink } as unknown as Parameters<typeof BoxLayer>[0];
  const markup = renderToStaticMarkup(createElement(BoxLayer, props));
  const place = `position:absolute;left:0;top:0;width:${AREA.width}px;height:${AREA.height}px`;
  await page.setContent(`<style>body{margin:0}span{display:none}div,svg{${place}}</style>${markup}`);
  return shot(page);
}

/** What was kept of another device, as the kiosk pushes it, drawn over the customer's sheet. */
async function kept(page: Page, strokes: Strokes): Promise<Raster> {
  const ink = thinned({ width: AREA.width, height: AREA.height, strokes });
  const props = { strokes: ink, aspect: AREA.width / AREA.height, className: undefined };
  const markup = renderToStaticMarkup(createElement(DrawnInk, props));
  const place = `display:block;width:${AREA.width}px;height:${AREA.height}px`;
  await page.setContent(`<style>body{margin:0}svg{${place}}</style>${markup}`);
  return shot(page);
}

const SHEET = ['../../signing/capture/curve.ts', '../../app/(customer)/customer/_screens/sheet-drawing.ts'];
/** The customer's sheet: its own drawing in a browser, told of samples `atOnce` at a time as events tell of them. */
async function onSheet(page: Page, strokes: Strokes, atOnce: number): Promise<Raster> {
  const size = `width:${AREA.width}px;height:${AREA.height}px`;
  await page.setContent(`<style>body{margin:0}canvas{display:block;${size}}</style><canvas></canvas>`);
  await page.addScriptTag({
    path: path.resolve(import.meta.dirname, '../../node_modules/signature_pad/dist/signature_pad.umd.js'),
  });
  for (const file of SHEET) {
    const source = stripTypeScriptTypes(readFileSync(path.resolve(import.meta.dirname, file), 'utf8'));
    await page.addScriptTag({ content: source.replace(/^import .*$/gmu, '').replace(/^export /gmu, '') });
  }
  const places = strokes.map((stroke) => stroke.map(({ x, y }) => ({ x, y })));
  await page.evaluate(`
    const drawing = new SheetDrawing(document.querySelector('canvas'));
    drawing.fit();
    for (const [first, ...more] of ${JSON.stringify(places)}) {
      drawing.begin(first);
      for (let i = 0; i < more.length; i += ${atOnce}) drawing.add(more.slice(i, i + ${atOnce}));
      if (${atOnce} > 1) drawing.end();
    }
  `);
  return shot(page);
}

const pki = makePki('p256');
const FIELD = { name: 'Podpis', box: BOX };

/** The sealed page as poppler draws it, laid back over the area by hand: margins and frame as the formats say. */
async function inPdf(strokes: Strokes): Promise<Raster> {
  const shape = { width: AREA.width, height: AREA.height, strokes };
  const picture = pictureOf(shape);
  const { bytes } = await sealOne(pki, await samplePdf({ fields: [FIELD] }), FIELD, { picture });
  const page = pdfPicture(bytes, DPI);
  const xs = strokes.flat().map(({ x }) => x);
  const ys = strokes.flat().map(({ y }) => y);
  const span = (values: readonly number[], least: number) => {
    const [low, high] = [Math.min(...values) - 18, Math.max(...values) + 18];
    const length = Math.max(high - low, least);
    return { from: (low + high - length) / 2, length };
  };
  const [across, down] = [span(xs, AREA.width / 2), span(ys, AREA.height / 2)];
  const [x, y, width, height] = BOX;
  const scale = Math.min((width - 4) / across.length, (height - 4) / down.length);
  const left = x + (width - across.length * scale) / 2;
  const top = 842 - y - height / 2 - (down.length * scale) / 2;
  return raster((u, v) => {
    const [px, py] = [left + (u - across.from) * scale, top + (v - down.from) * scale];
    const at = Math.round((py * DPI) / 72) * page.width + Math.round((px * DPI) / 72);
    return px > x + 1 && px < x + width - 1 && py > 842 - y - height + 1 && py < 842 - y - 1 && page.pixels[at]! < 110;
  });
}

/** The share of the ink of each that has ink of the other near it; the smaller of the two. */
function likeness(a: Raster, b: Raster): number {
  const share = (ink: Raster, other: Raster): number => {
    const near = grown(other);
    let [all, met] = [0, 0];
    ink.forEach((value, i) => {
      all += value;
      met += value & near[i]!;
    });
    return all === 0 ? 0 : met / all;
  };
  return Math.min(share(a, b), share(b, a));
}
function grown(ink: Raster): Raster {
  const out = new Uint8Array(ink.length);
  const { width, height } = AREA;
  ink.forEach((value, i) => {
    if (value === 0) return;
    const [x, y] = [i % width, Math.floor(i / width)];
    for (let v = Math.max(0, y - REACH); v <= Math.min(height - 1, y + REACH); v += 1) {
      out.fill(1, v * width + Math.max(0, x - REACH), v * width + Math.min(width - 1, x + REACH) + 1);
    }
  });
  return out;
}
/** Drawn wrongly: where a pixel of the copy comes from. */
const WRONG: Readonly<Record<string, (x: number, y: number) => readonly [number, number]>> = {
  mirrored: (x, y) => [599 - x, y],
  'upside down': (x, y) => [x, 299 - y],
  offset: (x, y) => [x - 20, y + 12],
  'at another scale': (x, y) => [300 + (x - 300) / 1.15, 150 + (y - 150) / 1.15],
  stretched: (x, y) => [300 + (x - 300) / 1.2, y],
};
function copied(ink: Raster, from: (x: number, y: number) => readonly [number, number]): Raster {
  return raster((x, y) => {
    const [u, v] = from(x, y).map(Math.round);
    return u! >= 0 && u! < AREA.width && v! >= 0 && v! < AREA.height && ink[v! * AREA.width + u!] === 1;
  });
}

const chromiumAt = chromiumPath();
let browser: Browser | null = null;
afterAll(async () => browser?.close());

describe('ink looks the same wherever it is shown', () => {
  it.for<[string, () => readonly FittedPoint[]]>([
    ['wacom-raw-01.svc', () => recorded('wacom-raw-01.svc')],
    ['pointer-events-03.json', () => recorded('pointer-events-03.json')],
    ['sensor-04.csv', () => recorded('sensor-04.csv')],
    ['an epad’s', () => recorded('epad_04df_0012.sample_capture.inkml')],
    ['fast strokes and a dot', () => DOTTED],
    ['strokes of 1, 2, 3 and 5 samples', () => SHORT],
    ['wacom-raw-01.svc, five times as fast', () => faster(recorded('wacom-raw-01.svc'))],
    ['pointer-events-03.json, five times as fast', () => faster(recorded('pointer-events-03.json'))],
  ])('of %s', async ([, read], ctx) => {
    requireTool(ctx, 'chromium', 'pdftoppm');
    browser ??= await chromium.launch({ executablePath: chromiumAt!, args: CHROMIUM_ARGS });
    const page = await browser.newPage({ viewport: { width: AREA.width, height: AREA.height } });
    const points = read();
    const strokes = strokesOf(points);
    const pad = onPad(strokes);
    const shown = {
      mirror: await onMirror(page, points),
      sheet: await onSheet(page, strokes, 4),
      'sheet while it is written': await onSheet(page, strokes, 1),
      'sheet, kept of another device': await kept(page, strokes),
      pdf: await inPdf(strokes),
    };
    await page.close();
    for (const [where, ink] of Object.entries(shown)) {
      expect(likeness(pad, ink), where).toBeGreaterThan(0.97);
      for (const [wrong, from] of Object.entries(WRONG)) {
        expect(likeness(pad, copied(ink, from)), `${where} ${wrong}`).toBeLessThan(0.93);
      }
    }
    // Short pieces weigh little among all ink: where strokes begin and end, dots too, is looked at by itself.
    for (const [where, ink] of Object.entries({ pad, ...shown })) {
      const near = grown(ink);
      for (const [i, { x, y }] of strokes.flatMap((stroke) => [stroke[0]!, stroke.at(-1)!]).entries()) {
        expect(near[Math.round(y) * AREA.width + Math.round(x)], `${where}: end ${i} at ${x}, ${y}`).toBe(1);
      }
    }
  });
});
