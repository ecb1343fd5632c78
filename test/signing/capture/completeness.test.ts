import { describe, expect, it } from 'vitest';
import { measureCompleteness } from '../../../signing/capture/completeness.ts';
import { loopyCapture } from '../../support/pen.ts';

const whole = loopyCapture();

describe('completeness of a capture', () => {
  it('calls an unbroken stream of 200 reports a second complete, with its figures', () => {
    expect(measureCompleteness(whole)).toEqual({
      word: 'complete',
      samples: 492,
      strokes: 3,
      durationMs: 2455,
      rate: 200,
      longestGapMs: 5,
      lostReports: 0,
      pressureMin: 100,
      pressureMax: 940,
      saturatedShare: 0,
    });
  });

  it('says gaps when the sequence numbers show a lost report', () => {
    expect(measureCompleteness({ ...whole, losses: { ...whole.losses, lostReports: 1 } }).word).toBe('gaps');
  });

  it('says gaps when a pause falls inside a stroke, but not between strokes', () => {
    const later = (from: number): readonly number[] => whole.columns.time.map((t, i) => (i >= from ? t + 90_000 : t));
    expect(measureCompleteness({ ...whole, columns: { ...whole.columns, time: later(50) } }).word).toBe('gaps');
    expect(measureCompleteness({ ...whole, columns: { ...whole.columns, time: later(162) } }).word).toBe('complete');
  });

  it('says poor when the rate is too low for an examiner', () => {
    const slow = whole.columns.time.map((t) => t * 4);
    expect(measureCompleteness({ ...whole, columns: { ...whole.columns, time: slow } }).word).toBe('poor');
  });

  it('says poor when the pressure never changes', () => {
    const flat = whole.columns.pressure?.map(() => 512) ?? [];
    expect(measureCompleteness({ ...whole, columns: { ...whole.columns, pressure: flat } }).word).toBe('poor');
  });

  it('reports no pressure figures for a device without pressure', () => {
    const { pressure: omitted, ...columns } = whole.columns;
    expect(measureCompleteness({ ...whole, columns })).toMatchObject({
      pressureMin: null,
      pressureMax: null,
      saturatedShare: null,
    });
  });

  it('counts the share of samples at full pressure', () => {
    const full = whole.columns.pressure?.map((p, i) => (i % 2 === 0 ? 1023 : p)) ?? [];
    const { saturatedShare } = measureCompleteness({ ...whole, columns: { ...whole.columns, pressure: full } });
    expect(saturatedShare).toBeCloseTo(0.5, 1);
  });
});
