import type { CaptureRecord } from '../../signing/capture/capture-record.ts';

/** A small deterministic generator (mulberry32), so that every run draws the same pen. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * A signature-like capture on a pad of 10800 x 6480 units at 200 reports a second: loops whose speed and pressure
 * vary strongly along the way, so that a leak of either would show.
 */
export function loopyCapture(strokes = 3, samplesPerStroke = 160): CaptureRecord {
  const x: number[] = [];
  const y: number[] = [];
  const tip: (0 | 1)[] = [];
  const time: number[] = [];
  const pressure: number[] = [];
  const sequence: number[] = [];
  let phase = 0;
  let micros = 0;
  for (let stroke = 0; stroke < strokes; stroke += 1) {
    for (let i = 0; i < samplesPerStroke; i += 1) {
      phase += 0.03 + 0.09 * (1 + Math.sin(i / 9));
      x.push(Math.round(1500 + stroke * 2300 + phase * 40 + 700 * Math.cos(phase)));
      y.push(Math.round(3200 + 900 * Math.sin(phase)));
      tip.push(1);
      pressure.push(Math.round(520 + 420 * Math.sin(i / 7)));
      time.push(micros);
      sequence.push(x.length & 0xffff);
      micros += 5000;
    }
    for (let i = 0; i < 4; i += 1) {
      x.push(x.at(-1) ?? 0);
      y.push(y.at(-1) ?? 0);
      tip.push(0);
      pressure.push(0);
      time.push(micros);
      sequence.push(x.length & 0xffff);
      micros += 5000;
    }
  }
  return {
    type: 'countersign.capture',
    version: 1,
    device: {
      kind: 'pad',
      simulated: true,
      maker: 'Wacom',
      model: 'STU-530',
      serial: 'T1',
      firmware: '1.0',
      driver: 'wacom-stu 0.1.0',
    },
    surface: {
      maxX: 10800,
      maxY: 6480,
      maxPressure: 1023,
      unitsPerInch: { x: 2540, y: 2540 },
      nominalRate: 200,
      area: { x: 500, y: 1500, width: 9800, height: 3400 },
    },
    clock: { startedAt: '2026-11-23T10:41:00.000Z', source: 'host-arrival', unit: 'us' },
    columns: { x, y, tip, time, pressure, sequence },
    losses: { lostReports: 0, malformedReports: 0, unknownReports: 0 },
    cleared: 0,
  };
}
