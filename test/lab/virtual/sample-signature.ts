/** Ink for a virtual pad: a signature of our own making, or a recording from a file. */
import type { InkRecording } from '../../../signing/capture/ink-files/ink-recording.ts';
import type { PenMoment } from './pad-core.ts';

/** Where our screens have the box to sign in, on every pad: shares of the surface. */
const box = { x: 0.15, y: 0.38, width: 0.7, height: 0.34 } as const;
const stepMs = 5;
const leave = { tip: false, inRange: false, pressure: 0 } as const;

/** Three strokes of loops that get lower towards the end, 200 moments a second, the pen lifted between them. */
export function sampleSignature(): readonly PenMoment[] {
  const moments: PenMoment[] = [];
  const strokes = [
    { from: 0, to: 0.45, loops: 4, height: 0.9 },
    { from: 0.5, to: 0.8, loops: 3, height: 0.6 },
    { from: 0.78, to: 1, loops: 1, height: 0.3 },
  ];
  let t = 0;
  for (const { from, to, loops, height } of strokes) {
    const count = loops * 45;
    for (let at = 0; at <= count; at++) {
      const share = at / count;
      const turn = share * loops * 2 * Math.PI;
      moments.push({
        x: box.x + box.width * Math.min(1, Math.max(0, from + (to - from) * share + 0.03 * Math.sin(turn))),
        y: box.y + box.height * (0.5 - (height / 2) * Math.cos(turn)),
        pressure: 0.15 + 0.5 * Math.sin(Math.PI * share) ** 2 + 0.1 * Math.abs(Math.cos(turn)),
        tip: at < count,
        inRange: true,
        t,
      });
      t += stepMs;
    }
    t += 120;
  }
  return withLeave(moments);
}

/** The recording in its own shape, as large as the box takes it. */
export function momentsOf({ samples }: InkRecording): readonly PenMoment[] {
  const inked = samples.filter(({ tip }) => tip);
  const left = Math.min(...inked.map(({ x }) => x));
  const top = Math.min(...inked.map(({ y }) => y));
  const width = Math.max(...inked.map(({ x }) => x)) - left;
  const height = Math.max(...inked.map(({ y }) => y)) - top;
  // Shares of a pad that is wider than high: its surfaces are about five to three.
  const scale = Math.min(box.width / (width || 1), (box.height * 0.6) / (height || 1));
  const share = (value: number): number => Math.min(1, Math.max(0, value));
  return withLeave(
    samples.map(({ x, y, tip, pressure, time }) => ({
      x: share(box.x + (x - left) * scale),
      y: share(box.y + ((y - top) * scale) / 0.6),
      pressure: tip ? (pressure ?? 0.5) : 0,
      tip,
      inRange: true,
      t: time,
    })),
  );
}

/** A finger's time on a button, then away. */
export function tap(x: number, y: number): readonly PenMoment[] {
  return withLeave(
    Array.from({ length: 24 }, (_, at) => ({ x, y, pressure: 0.4, tip: at < 23, inRange: true, t: at * stepMs })),
  );
}

function withLeave(moments: readonly PenMoment[]): readonly PenMoment[] {
  const last = moments.at(-1);
  return last ? [...moments, { ...last, ...leave, t: last.t + stepMs }] : [];
}
