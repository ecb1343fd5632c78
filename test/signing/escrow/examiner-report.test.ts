import { beforeAll, describe, expect, it } from 'vitest';
import type { CaptureRecord } from '../../../signing/capture/capture-record.ts';
import { openCaptures, type OpenedCapture } from '../../../signing/escrow/open-captures.ts';
import { captureFolder, exportFiles } from '../../../signing/escrow/release-files.ts';
import { dynamicsOf } from '../../../signing/escrow/report/dynamics.ts';
import { inkDrawing } from '../../../signing/escrow/report/drawings.ts';
import type { ReportedCapture } from '../../../signing/escrow/report/examiner-facts.ts';
import { examinerPdf } from '../../../signing/escrow/report/examiner-pdf.ts';
import { examinerReport } from '../../../signing/escrow/report/examiner-report.ts';
import { EXAMINER_EN, EXAMINER_SL, type ExaminerWords } from '../../../signing/escrow/report/report-words.ts';
import { histogramOf } from '../../../signing/escrow/report/histogram.ts';
import { SaxesParser } from 'saxes';
import { PREFLIGHT, preflightFaults } from '../../support/pdfa-judges.ts';
import { pdfText, qpdfCheck } from '../../support/poppler.ts';
import { requireTool } from '../../support/tools.ts';
import { makePki, sampleCapture, type TestPki } from '../../support/seal-fixtures.ts';
import { FIRST, sealed } from '../verification/samples.ts';

/**
 * A pad of 2540 lines an inch: 10 counts are 0.1 mm. Right 10 mm in 50 ms, three samples in the air (20 mm further), then
 * down again; one number of the counter is missing in the second stroke, after a pause of 60 ms.
 */
function drawn(changes: Partial<CaptureRecord> = {}): CaptureRecord {
  const base = sampleCapture(1);
  const first = Array.from({ length: 11 }, (_, i) => ({ x: 1000 + i * 100, y: 2000, tip: 1, time: i * 5000 }));
  const air = Array.from({ length: 3 }, (_, i) => ({ x: 2500 + i * 500, y: 1500, tip: 0, time: 55_000 + i * 5000 }));
  const second = Array.from({ length: 4 }, (_, i) => ({
    x: 4000,
    y: 2000 + i * 100,
    tip: 1,
    time: 70_000 + i * 5000 + (i > 1 ? 55_000 : 0),
  }));
  const all = [...first, ...air, ...second];
  return {
    ...base,
    columns: {
      x: all.map(({ x }) => x),
      y: all.map(({ y }) => y),
      tip: all.map(({ tip }) => tip as 0 | 1),
      time: all.map(({ time }) => time + 123),
      pressure: all.map(({ tip }, i) => (tip === 1 ? 300 + i : 0)),
      sequence: all.map((_, i) => (250 + i + (i > 15 ? 1 : 0)) % 256),
    },
    ...changes,
  };
}

describe('what is computed of a capture', () => {
  it('is in millimetres, by hand and by rule the same', () => {
    const { unit, figures, strokes, points } = dynamicsOf(drawn());
    expect(unit).toBe('mm');
    expect(strokes).toEqual([
      [0, 11],
      [14, 18],
    ]);
    expect(figures).toMatchObject({ samples: 18, strokes: 2, durationMs: 140, downMs: 120, airShare: 3 / 18 });
    expect(figures.pathLength).toBeCloseTo(13, 9);
    expect(figures.width).toBeCloseTo(30, 9);
    expect(figures.height).toBeCloseTo(3, 9);
    // 1 mm in 5 ms.
    expect(points[5]!.speed).toBeCloseTo(200, 9);
    expect(figures.topSpeed).toBeCloseTo(200, 9);
    expect(figures.meanSpeed).toBeCloseTo(13_000 / 120, 9);
    expect(figures).toMatchObject({ pressureMin: 300, pressureMax: 317, medianInterval: 5, longestInterval: 60 });
  });

  it('begins the speed of a stroke within it: the way through the air is not its own', () => {
    const { points, strokes } = dynamicsOf(drawn());
    for (const [from] of strokes) {
      expect(points[from]!.speed).toBeNull();
      // 1 mm in 5 ms; from the air it would be 7 mm.
      expect(points[from + 1]!.speed).toBeCloseTo(200, 9);
    }
  });

  it('shows a gap by the clock and by the counter of the pad, over its wrap', () => {
    expect(dynamicsOf(drawn()).gaps).toEqual([{ at: 75, millis: 60, skipped: 1 }]);
    const { sequence: _none, ...columns } = drawn().columns;
    expect(dynamicsOf(drawn({ columns })).gaps).toEqual([{ at: 75, millis: 60, skipped: null }]);
  });

  it('counts in device units where the size is not known, and makes no speed where no time went by', () => {
    const base = drawn();
    const { unitsPerInch: _none, ...surface } = base.surface;
    const { unit, figures } = dynamicsOf({ ...base, surface });
    expect([unit, Math.round(figures.pathLength)]).toEqual(['units', 1300]);
    const time = base.columns.time.map((at, i) => (i === 3 ? (base.columns.time[2] ?? at) : at));
    expect(dynamicsOf({ ...base, columns: { ...base.columns, time } }).points[3]!.speed).toBeNull();
  });
});

describe('the report for an examiner', () => {
  let pki: TestPki;
  beforeAll(() => {
    pki = makePki('p256');
  });
  async function opened(capture: CaptureRecord): Promise<OpenedCapture> {
    const { seals } = await sealed(pki, [FIRST], { changes: { capture } });
    const material = await openCaptures(seals[0]!.sealedCapture!, { key: pki.escrow.privateKey, roots: [] });
    if (!material.ok) throw new Error(material.error);
    return material.value.captures[0]!;
  }
  const facts = {
    holders: ['Ana', 'Bor'],
    reason: 'P 12/2026',
    at: '2026-11-24T09:00:00.000Z',
    until: '2026-11-24T09:30:00.000Z',
    software: { name: 'Countersign', version: '0.1.0' },
    input: 'abc',
  } as const;
  async function reported(capture: CaptureRecord): Promise<readonly ReportedCapture[]> {
    const own = await opened(capture);
    return [{ capture: own, files: exportFiles(own, captureFolder(0)) }];
  }
  async function report(capture: CaptureRecord, words: ExaminerWords = EXAMINER_EN): Promise<string> {
    return examinerReport(await reported(capture), facts, words);
  }
  /** Every polyline's points. */
  const lines = (html: string): readonly (readonly string[])[] =>
    [...html.matchAll(/<polyline points="([^"]*)"/g)].map(([, points = '']) => points.split(' '));

  it('draws the ink at its true size, with a bar of 50 mm', async () => {
    const html = await report(drawn());
    const [, width, box] = /width="([\d.]+)mm" height="[\d.]+mm" viewBox="([^"]*)"/.exec(html)!;
    // A unit of the drawing is a millimetre on paper.
    expect(Number(width)).toBe(Number(box!.split(' ')[2]));
    expect(html).toContain('v2h50v-2');
    const [ink] = [...html.matchAll(/class="ink"[^>]* d="([^"]*)"/g)].map(([, d]) => d);
    expect(ink!.startsWith('M10 20L11 20L12 20')).toBe(true);
    expect(html.match(/class="air"/g)).toHaveLength(1);
  });

  it('plots every sample of x, y, pressure and interval once, and every speed within a stroke, strokes apart', async () => {
    const html = await report(drawn());
    expect(lines(html).map((points) => points.length)).toEqual([18, 18, 11, 4, 10, 3]);
    expect(html.match(/<circle /g)).toHaveLength(17);
    for (const words of Object.values(EXAMINER_EN.plots)) expect(html).toContain(words);
  });

  it.each([EXAMINER_EN, EXAMINER_SL])(
    'is one well-formed page without anything from elsewhere ($lang)',
    async (words) => {
      const html = await report(drawn({ device: { ...drawn().device, model: '<script>x</script>\u202e' } }), words);
      expect(html).toContain(`lang="${words.lang}"`);
      expect(html).not.toMatch(/<script|\u202e|https?:|url\(|src=|href=|undefined|NaN/);
      const parser = new SaxesParser();
      parser.on('error', (error) => {
        throw error;
      });
      parser.write(html.replace('<!doctype html>', '').replace(/<meta ([^>]*)>/g, '<meta $1/>')).close();
      for (const word of [
        words.title,
        words.holders,
        'Ana, Bor',
        'P 12/2026',
        words.outcome.passed,
        words.noDocument,
      ]) {
        expect(html).toContain(word);
      }
    },
  );

  it('draws on paper in millimetres of the paper, and says where the sheet is too small for that', () => {
    const { figure, scale } = inkDrawing(dynamicsOf(drawn()), 'ink');
    expect(scale).toBe(1);
    const mm = 72 / 25.4;
    const path = figure.operators.split('\n').find((line) => line.split(' l').length === 11)!;
    const xs = [...path.matchAll(/([\d.]+) [\d.]+ [ml]/g)].map(([, x]) => Number(x));
    // 10 counts of the pad are a tenth of a millimetre.
    for (let i = 1; i < xs.length; i += 1) expect(xs[i]! - xs[i - 1]!).toBeCloseTo(mm, 2);
    const [, from, to] = /w ([\d.]+) 9 m [\d.]+ 5 l ([\d.]+) 5 l/.exec(figure.operators)!;
    expect(Number(to) - Number(from)).toBeCloseTo(50 * mm, 2);
    const base = drawn();
    const wide = inkDrawing(
      dynamicsOf({ ...base, columns: { ...base.columns, x: base.columns.x.map((x) => x * 10) } }),
      'ink',
    );
    expect(wide.scale).toBeLessThan(1);
  });

  it('counts every interval in a stroke once, none left out', () => {
    const { width, bars } = histogramOf(dynamicsOf(drawn()))!;
    expect(bars.reduce((sum, { count }) => sum + count, 0)).toBe(13);
    expect(bars.filter(({ count }) => count > 0)).toEqual([
      { from: Math.floor(5 / width) * width, count: 12 },
      { from: Math.floor(60 / width) * width, count: 1 },
    ]);
    const base = drawn();
    const time = base.columns.time.map((_, i) => i * 5000);
    const even = histogramOf(dynamicsOf({ ...base, columns: { ...base.columns, time } }))!;
    // All alike: one bar between two empty ones, not one that fills the plot.
    expect(even.bars.map(({ count }) => count)).toEqual([0, 13, 0]);
  });

  it('is a PDF/A-1b with the same words, and says when it is to be destroyed', { timeout: 120_000 }, async (ctx) => {
    requireTool(ctx, 'pdftotext', 'qpdf', ...PREFLIGHT);
    const captures = await reported(drawn());
    for (const words of [EXAMINER_EN, EXAMINER_SL]) {
      const bytes = examinerPdf(captures, facts, words);
      qpdfCheck(bytes);
      const text = pdfText(bytes).replace(/\s+/g, ' ');
      const { x, y, pressure, speed, interval, intervals } = words.plots;
      for (const word of [
        words.until,
        facts.until,
        'P 12/2026',
        'Ana, Bor',
        '50 mm',
        x,
        y,
        pressure,
        speed,
        interval,
        intervals,
      ]) {
        expect(text).toContain(word);
      }
      expect(text).toContain(words.inkNote.mm);
    }
    expect(preflightFaults(examinerPdf(captures, facts, EXAMINER_SL))).toEqual([]);
  });

  it('says what the device could not do, and which files leave something out', async () => {
    const base = drawn();
    const { pressure: _none, ...columns } = base.columns;
    const { unitsPerInch: _size, ...surface } = base.surface;
    const html = await report({ ...base, columns, surface });
    expect(html).toContain(EXAMINER_EN.noPressure);
    expect(html).toContain(EXAMINER_EN.inkNote.units);
    expect(html).not.toContain('v2h50v-2');
    expect(html).toContain('no real size is stated');
    const { clock, device, losses } = base;
    const two = await report({ ...base, earlier: [{ clock, device, losses, surface, columns: base.columns }] });
    expect(two).toContain('Device 1 of 2');
    expect(two).toContain('ink-device-2.svc');
  });
});
