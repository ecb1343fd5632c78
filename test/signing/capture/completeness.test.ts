import { describe, expect, it } from 'vitest';
import type { CaptureRecord } from '../../../signing/capture/capture-record.ts';
import { measureCompleteness, outsideFigures } from '../../../signing/capture/completeness.ts';
import { loopyCapture } from '../../support/pen.ts';

const whole = loopyCapture();
type Columns = CaptureRecord['columns'];
const withColumns = (columns: Partial<Columns>): CaptureRecord => ({
  ...whole,
  columns: { ...whole.columns, ...columns },
});
const wordOf = (record: CaptureRecord): string => measureCompleteness(record).word;

describe('completeness of a capture', () => {
  it('calls an unbroken stream of 200 reports a second complete, with its figures', () => {
    expect(measureCompleteness(whole)).toEqual({
      word: 'complete',
      samples: 492,
      strokes: 3,
      durationMs: 2455,
      rate: 200,
      jitterMs: 0,
      longestGapMs: 5,
      lostReports: 0,
      malformedReports: 0,
      refusedReports: 0,
      pressureMin: 100,
      pressureMax: 940,
      pressureSpan: 0.821,
      saturatedShare: 0,
      interruptions: 0,
      voidedSamples: 0,
    });
  });

  it('says gaps when the sequence numbers show a lost report, and poor when a twentieth is lost', () => {
    const losing = (lostReports: number): CaptureRecord => ({ ...whole, losses: { ...whole.losses, lostReports } });
    expect([1, 24, 25].map((lost) => wordOf(losing(lost)))).toEqual(['gaps', 'gaps', 'poor']);
  });

  it('says gaps when reports came that could not be read, or were refused', () => {
    expect(wordOf({ ...whole, losses: { ...whole.losses, malformedReports: 1 } })).toBe('gaps');
    expect(wordOf({ ...whole, losses: { ...whole.losses, refusedReports: 1 } })).toBe('gaps');
    expect(wordOf({ ...whole, losses: { ...whole.losses, unknownReports: 9 } })).toBe('complete');
  });

  it('says gaps when a pause falls inside a stroke, but not between strokes', () => {
    const later = (from: number): readonly number[] => whole.columns.time.map((t, i) => (i >= from ? t + 90_000 : t));
    expect(measureCompleteness(withColumns({ time: later(50) }))).toMatchObject({ word: 'gaps', longestGapMs: 95 });
    expect(measureCompleteness(withColumns({ time: later(162) }))).toMatchObject({ word: 'complete', longestGapMs: 5 });
  });

  it('says gaps when reports come in lumps: speed within them is the computer’s, not the hand’s', () => {
    const lumps = (size: number): CaptureRecord =>
      withColumns({ time: whole.columns.time.map((_, i) => Math.floor(i / size) * size * 5000) });
    expect(measureCompleteness(lumps(4))).toMatchObject({ word: 'complete', jitterMs: 20 });
    expect(measureCompleteness(lumps(6))).toMatchObject({ word: 'gaps', jitterMs: 30, longestGapMs: 30 });
  });

  it('says poor when the rate is too low for an examiner', () => {
    expect(wordOf(withColumns({ time: whole.columns.time.map((t) => t * 4) }))).toBe('poor');
  });

  it('says poor when the pressure never changes', () => {
    expect(wordOf(withColumns({ pressure: whole.columns.pressure?.map(() => 512) ?? [] }))).toBe('poor');
  });

  it('reports no pressure figures for a device without pressure, and misses none', () => {
    const { pressure: omitted, ...columns } = whole.columns;
    expect(measureCompleteness({ ...whole, columns })).toMatchObject({
      word: 'complete',
      pressureMin: null,
      pressureMax: null,
      pressureSpan: null,
      saturatedShare: null,
    });
  });

  it('says gaps where the curve of pressure is cut off, and poor where half of it is', () => {
    const full = (every: number): CaptureRecord =>
      withColumns({ pressure: whole.columns.pressure?.map((p, i) => (i % every === 0 ? 1023 : p)) ?? [] });
    const figures = [20, 7, 1].map((every) => measureCompleteness(full(every)));
    expect(figures.map(({ word }) => word)).toEqual(['complete', 'gaps', 'poor']);
    expect(figures[1]?.saturatedShare).toBeCloseTo(1 / 7, 2);
  });

  it('counts all parts of a capture that went on elsewhere, and what was void between', () => {
    const other = loopyCapture(1, 40);
    const { pressure: omitted, sequence: none, ...columns } = other.columns;
    const { lostReports: unknown, ...losses } = other.losses;
    const earlier = [{ device: other.device, surface: other.surface, clock: other.clock, columns, losses }];
    const resumedOn = { kind: 'pad', model: 'STU-430', serial: null } as const;
    const interruptions = [{ afterSample: 44, reason: 'unplugged', voidedSamples: 17, resumedOn }] as const;
    expect(measureCompleteness({ ...whole, earlier, interruptions })).toMatchObject({
      word: 'gaps',
      samples: 492 + 44,
      strokes: 4,
      lostReports: 0,
      pressureMax: 940,
      pressureSpan: 0.821,
      interruptions: 1,
      voidedSamples: 17,
    });
    expect(measureCompleteness({ ...other, columns, losses }).lostReports).toBeNull();
  });

  it('has no figures to be sorry for when nothing was written', () => {
    const empty = withColumns({ x: [], y: [], tip: [], time: [], pressure: [], sequence: [] });
    expect(measureCompleteness(empty)).toMatchObject({ word: 'complete', samples: 0, rate: 0, jitterMs: 0 });
  });

  it('tells outside how the device did, and nothing of how long or how hard somebody wrote', () => {
    expect(outsideFigures(measureCompleteness(whole))).toEqual({
      word: 'complete',
      samples: 492,
      strokes: 3,
      rate: 200,
      longestGapMs: 5,
      lostReports: 0,
    });
  });
});
