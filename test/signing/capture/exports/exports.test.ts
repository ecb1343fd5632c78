import { describe, expect, it } from 'vitest';
import type { CaptureColumns, CaptureRecord } from '../../../../signing/capture/capture-record.ts';
import { exportInkml } from '../../../../signing/capture/exports/inkml-export.ts';
import { exportIso } from '../../../../signing/capture/exports/iso-export.ts';
import { exportSvc } from '../../../../signing/capture/exports/svc-export.ts';
import { sampleCapture } from '../../../support/seal-fixtures.ts';
import { recorded } from '../ink-files/ink-fixtures.ts';

/** Repeatable numbers from 0 up to 1. */
function generator(): () => number {
  let state = 20_261_123;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}

/** Two strokes with hover before, between and after; times in odd microseconds. */
function written(changes: Partial<CaptureColumns> = {}): CaptureRecord {
  const base = sampleCapture(60);
  const random = generator();
  const tip = base.columns.tip.map((_, i) => (i < 5 || (i > 28 && i < 35) || i > 54 ? 0 : 1)) as (0 | 1)[];
  let at = 7;
  return {
    ...base,
    columns: {
      ...base.columns,
      tip,
      time: tip.map(() => (at += 4900 + Math.floor(random() * 200))),
      pressure: tip.map((down) => (down === 1 ? 1 + Math.floor(random() * 1022) : 0)),
      tiltX: tip.map(() => Math.floor(random() * 12_000) - 6000),
      tiltY: tip.map(() => Math.floor(random() * 12_000) - 6000),
      sequence: tip.map((_, i) => (250 + i) % 256),
      ...changes,
    },
  };
}
const start = ({ columns }: CaptureRecord): number => columns.time[0]!;

describe('ISO/IEC 19794-7 of a capture', () => {
  it('says position, time and force of every sample to what its notes allow', () => {
    const record = written();
    const { bytes, notes } = exportIso(record);
    // 2540 lpi are 100 000 counts a metre, which no scaling can say.
    expect(notes).toEqual([
      { code: 'coordinates-divided', by: 2 },
      { code: 'time-rounded', micros: 100 },
      { code: 'columns-left-out', columns: ['sequence'] },
    ]);
    const { samples } = recorded(bytes);
    const { x, y, tip, time, pressure } = record.columns;
    expect(samples.map((sample) => sample.tip)).toEqual(tip.map((down) => down === 1));
    samples.forEach((sample, i) => {
      expect(Math.abs(sample.x - x[i]! * 1e-5)).toBeLessThanOrEqual(1.01e-5);
      expect(Math.abs(sample.y + (6000 - y[i]!) * 1e-5)).toBeLessThanOrEqual(1.01e-5);
      expect(Math.abs(sample.time - (time[i]! - start(record)) / 1000)).toBeLessThanOrEqual(0.051);
      expect(sample.pressure).toBeCloseTo(pressure![i]! / 1023, 9);
    });
  });

  it('of a coarser pad keeps every count, scaled to a metre', () => {
    const record = { ...written(), surface: { ...written().surface, unitsPerInch: { x: 1000, y: 1000 } } };
    const { bytes, notes } = exportIso(record);
    expect(notes.map(({ code }) => code)).not.toContain('coordinates-divided');
    expect(Buffer.from(bytes).readUInt16BE(11)).toBe(0xf99d);
    expect(Buffer.from(bytes).readUInt16BE(8)).toBe(0xc158);
  });

  it('of more than 65 seconds goes by steps, without adding up what is rounded', () => {
    const base = written();
    const record = written({ time: base.columns.tip.map((_, i) => i * 1_500_033) });
    const { samples } = recorded(exportIso(record).bytes);
    expect(Math.abs(samples.at(-1)!.time - (59 * 1_500_033) / 1000)).toBeLessThanOrEqual(0.051);
  });

  it('without pressure says the tip by its switch, and with a clock that went back says how often', () => {
    const { pressure: _none, ...columns } = written().columns;
    const time = columns.time.map((at, i) => (i === 10 ? at - 20_000 : at));
    const record: CaptureRecord = { ...written(), columns: { ...columns, time } };
    const { bytes, notes } = exportIso(record);
    expect(recorded(bytes).samples.map(({ tip }) => (tip ? 1 : 0))).toEqual(columns.tip);
    expect(notes).toContainEqual({ code: 'time-moved', samples: 1 });
  });

  it('never lets force 0 pass for a lifted pen, nor force in the air for ink, and says so', () => {
    const { tip } = written().columns;
    const record = written({ pressure: tip.map((_, i) => (i % 2 === 0 ? 0 : 40)) });
    const { bytes, notes } = exportIso(record);
    expect(recorded(bytes).samples.map((sample) => (sample.tip ? 1 : 0))).toEqual(tip);
    const raised = tip.filter((down, i) => down === 1 && i % 2 === 0).length;
    const cleared = tip.filter((down, i) => down === 0 && i % 2 === 1).length;
    expect(notes).toContainEqual({ code: 'force-raised', samples: raised });
    expect(notes).toContainEqual({ code: 'force-cleared', samples: cleared });
  });

  it('of a large screen without a real size is divided until it fits, and says both', () => {
    const base = written();
    const { unitsPerInch: _none, ...surface } = { ...base.surface, maxX: 192_000, maxY: 108_000 };
    const { bytes, notes } = exportIso({ ...base, surface });
    expect(notes).toContainEqual({ code: 'coordinates-divided', by: 8 });
    expect(notes).toContainEqual({ code: 'no-real-size' });
    expect(recorded(bytes).samples).toHaveLength(60);
  });
});

describe('SVC text of a capture', () => {
  it('reads back sample for sample', () => {
    const record = written();
    const { text, notes } = exportSvc(record);
    const { samples, format } = recorded(text);
    expect(format).toBe('svc');
    expect(samples.map(({ x, y }) => [x, 6000 + y])).toEqual(record.columns.x.map((x, i) => [x, record.columns.y[i]]));
    expect(samples.map(({ tip }) => (tip ? 1 : 0))).toEqual(record.columns.tip);
    expect(samples.map(({ time }) => time)).toEqual(
      record.columns.time.map((at) => Math.round((at - start(record)) / 1000)),
    );
    expect(notes.map(({ code }) => code)).toEqual(['time-rounded', 'angles-filled', 'columns-left-out']);
  });

  it('has four columns where nothing measured force', () => {
    const { pressure: _none, ...columns } = written().columns;
    const { text } = exportSvc({ ...written(), columns });
    expect(text.split('\n')[1]).toMatch(/^\d+ \d+ 0 0$/);
  });
});

describe('InkML of a capture', () => {
  it('holds every column with its exact values', () => {
    const record = written();
    const { text, notes } = exportInkml(record);
    expect(notes).toEqual([]);
    const { samples, format } = recorded(text);
    expect(format).toBe('inkml');
    const { x, y, tip, time, pressure, tiltX, sequence } = record.columns;
    const down = samples.filter((sample) => sample.tip);
    const rows = tip.flatMap((one, i) => (one === 1 ? [i] : []));
    expect(down.map((sample) => [sample.x, sample.y])).toEqual(rows.map((i) => [x[i], y[i]]));
    expect(down.map((sample) => sample.pressure)).toEqual(rows.map((i) => pressure![i]! / 1023));
    const micros = down.map((sample) => Math.round(sample.time * 1000));
    expect(micros).toEqual(rows.map((i) => time[i]! - start(record)));
    // Channels that our own reader passes over, by the text itself.
    const points = [...text.matchAll(/<trace [^>]*>([^<]*)</g)].flatMap(([, points = '']) =>
      points.split(',').map((point) => point.split(' ').map(Number)),
    );
    expect(points.map((point) => Math.round(point[4]! * 100))).toEqual(tiltX);
    expect(points.map((point) => point[6])).toEqual(sequence);
  });

  it('gives each device that was written on a context of its own', () => {
    const { type: _type, version: _version, cleared: _cleared, ...part } = written();
    const second = { ...part, device: { ...part.device, model: 'Other & <pad>', serial: null } };
    const { text } = exportInkml({ ...written(), earlier: [second] });
    expect(text).toContain('model="Other &#38; &#60;pad&#62;"');
    expect(text.match(/contextRef="#context1"/g)).toHaveLength(5);
    expect(text.match(/contextRef="#context2"/g)).toHaveLength(5);
    expect(recorded(text).samples.filter(({ tip }) => tip)).toHaveLength(88);
  });
});
