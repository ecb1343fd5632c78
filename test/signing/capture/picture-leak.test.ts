import { describe, expect, it } from 'vitest';
import type { InkShape, SignaturePicture } from '../../../signing/capture/capture-record.ts';
import { curveThrough } from '../../../signing/capture/curve.ts';
import { fitInk } from '../../../signing/capture/fit-ink.ts';
import { pictureOf } from '../../../signing/capture/picture.ts';
import { seededRandom } from '../../support/pen.ts';
import { attack, FEATURES, mean, type Feature, type Place, type Truth } from './dynamics-attack.ts';
import { inkFixture, recorded } from './ink-files/ink-fixtures.ts';

/** As the units of a pad, so that places are rounded as a pad rounds them. */
const AREA = { x: 0, y: 0, width: 10_000, height: 5000 };
const FILES = [
  ...['wacom-raw-01.svc', 'pointer-events-03.json', 'sensor-04.csv', 'note-05-first-strokes.json'],
  'epad_04df_0012.sample_capture.inkml',
].map((name) => `ink/${name}`);
const TOUCH = ['08', '09', '10', '11'].map((name) => `lgpl/ink/touch-${name}.csv`);

function truthsOf(file: string): readonly Truth[] {
  const points = fitInk(recorded(inkFixture(file)), AREA);
  const strokes: (typeof points)[number][][] = [];
  points.forEach((point, i) => {
    if (point.tip) (points[i - 1]?.tip === true ? strokes.at(-1)! : strokes[strokes.push([]) - 1]!).push(point);
  });
  return strokes.map((stroke) => {
    const places = stroke.map(({ x, y }): Place => [Math.round(x), Math.round(y)]);
    const speed = stroke.map(({ x, y, t }, i) => {
      const next = stroke[i + 1] ?? stroke[i - 1];
      return next === undefined ? 0 : Math.hypot(next.x - x, next.y - y) / Math.max(1, Math.abs(next.t - t));
    });
    return { places, speed, pressure: stroke.map(({ p }) => p) };
  });
}
const shapeOf = (strokes: readonly (readonly Place[])[]): InkShape => ({
  width: AREA.width,
  height: AREA.height,
  strokes: strokes.map((stroke) => stroke.map(([x, y]) => ({ x, y }))),
});

/** The same way written by another hand: `times` as many samples, at places of a speed of its own. */
function twin(truths: readonly Truth[], seed: number, times = 1): InkShape {
  const random = seededRandom(seed);
  return shapeOf(
    truths.map(({ places }) => {
      if (places.length < 8) return places;
      const way = curveThrough(places, 2);
      const waves = Array.from(
        { length: 4 },
        (_, i) => [random() * 2 * Math.PI, (i + 1) * (2 + 4 * random())] as const,
      );
      const count = times * places.length;
      const steps = Array.from({ length: count }, (_, i) => {
        const at = i / count;
        return Math.exp(0.6 * waves.reduce((sum, [phase, turns]) => sum + Math.sin(phase + turns * at * 6), 0));
      });
      const all = steps.slice(1).reduce((sum, step) => sum + step, 0);
      let gone = 0;
      return steps.map((_, i): Place => {
        if (i > 0) gone += steps[i]!;
        const [x, y] = way[Math.round(((way.length - 1) * gone) / all)]!;
        return [Math.round(x), Math.round(y)];
      });
    }),
  );
}

/** What must not be drawn: chords between samples with a vertex at each, and the width by pressure. */
function naive(shape: InkShape, truths: readonly Truth[]): SignaturePicture {
  const like = pictureOf(shape);
  const xs = shape.strokes.flat().map(({ x }) => x);
  const ys = shape.strokes.flat().map(({ y }) => y);
  const span = (values: readonly number[], least: number) => {
    const [low, high] = [Math.min(...values) - 300, Math.max(...values) + 300];
    const length = Math.max(high - low, least);
    return { from: (low + high - length) / 2, length };
  };
  const [across, down] = [span(xs, 5000), span(ys, 2500)];
  const scale = 1000 / across.length;
  const paths = truths.flatMap(({ places, pressure }) => {
    const points = places.map(
      ([x, y]) => [Math.round((x - across.from) * scale), Math.round((y - down.from) * scale)] as const,
    );
    return points
      .slice(1)
      .map((point, i) => ({ lineWidth: 4 + Math.round(4 * pressure[i]!), points: [points[i]!, point] }));
  });
  return { ...like, paths };
}

const RECORDINGS = [...FILES, ...TOUCH].map((file) => {
  const truths = truthsOf(file);
  return { file, truths, shape: shapeOf(truths.map(({ places }) => places)) };
});
type Recording = (typeof RECORDINGS)[number];
const pressed = RECORDINGS.filter(({ truths }) => new Set(truths.flatMap(({ pressure }) => pressure)).size > 8);
const TWINS = 8;
const twins = RECORDINGS.map(({ truths }) => Array.from({ length: TWINS }, (_, i) => twin(truths, 100 + i)));

/** The pressure of another recording's longest stroke, laid along these strokes. */
function borrowed(truths: readonly Truth[], other: Recording): readonly Truth[] {
  const [longest] = other.truths.toSorted((a, b) => b.places.length - a.places.length);
  const from = longest!.pressure;
  return truths.map((truth) => ({
    ...truth,
    pressure: truth.places.map((_, i) => from[Math.floor((i * from.length) / truth.places.length)]!),
  }));
}

/** Mean strength over recordings: of the attack on each, and of the same attack on each set of their twins. */
function strengths(recordings: readonly Recording[], feature: Feature, wanted: 'speed' | 'pressure') {
  const own = recordings.map(({ shape, truths }) => attack(pictureOf(shape), shape, truths, feature, wanted));
  const others = Array.from({ length: TWINS }, (_, k) =>
    recordings.map((recording) => {
      const shape = twins[RECORDINGS.indexOf(recording)]![k]!;
      return attack(pictureOf(shape), shape, recording.truths, feature, wanted);
    }),
  );
  const strength = (found: readonly number[]): number => mean(found.map(Math.abs));
  return { own: strength(own), twins: others.map(strength) };
}

/**
 * A shape itself tells something of speed: hands slow down in bends. So an attack is held against the same attack on
 * pictures of the same way written at another speed, which know nothing of this one's. Beyond the best of eight such
 * pictures by this much, over all recordings, is a leak: twins differ among themselves by as much again.
 */
const BEYOND = 0.03;

describe('who has the picture of a recorded signature', () => {
  it('has recordings of pens and fingers, most with pressure, to try it on', () => {
    expect(RECORDINGS).toHaveLength(9);
    expect(pressed.map(({ file }) => file)).toHaveLength(5);
  });

  it.for(FEATURES.flatMap((feature) => [[feature, 'speed'] as const, [feature, 'pressure'] as const]))(
    'learns no more by %s about %s than from pictures of the same way written otherwise',
    ([feature, wanted]) => {
      const { own, twins: others } = strengths(wanted === 'speed' ? RECORDINGS : pressed, feature, wanted);
      expect(own).toBeLessThan(Math.max(...others) + BEYOND);
    },
  );

  it('guesses the pressure of others from its widths as well as its own', () => {
    const found = (shift: number): number =>
      mean(
        pressed.map(({ shape, truths }, i) => {
          const laid = borrowed(truths, pressed[(i + shift) % pressed.length]!);
          return Math.abs(attack(pictureOf(shape), shape, laid, 'width', 'pressure'));
        }),
      );
    const own = mean(
      pressed.map(({ shape, truths }) => Math.abs(attack(pictureOf(shape), shape, truths, 'width', 'pressure'))),
    );
    expect(own).toBeLessThan(Math.max(...pressed.slice(1).map((_, i) => found(i + 1))) + BEYOND);
  });

  it('would learn both from chords with a vertex a sample and the width of the pressure: the attack works', () => {
    const learned = (feature: Feature, wanted: 'speed' | 'pressure', from: readonly Recording[]): number =>
      mean(from.map(({ shape, truths }) => Math.abs(attack(naive(shape, truths), shape, truths, feature, wanted))));
    expect(learned('gap', 'speed', RECORDINGS)).toBeGreaterThan(0.4);
    expect(learned('width', 'pressure', pressed)).toBeGreaterThan(0.5);
  });

  it.for(RECORDINGS)('cannot tell from $file which stroke came first, or which end of one', ({ truths, shape }) => {
    const other = shapeOf(truths.map(({ places }) => places.toReversed()).toReversed());
    expect(JSON.stringify(pictureOf(other)) === JSON.stringify(pictureOf(shape))).toBe(true);
  });

  it.for(RECORDINGS)('counts as many vertices in $file with twice the samples elsewhere', ({ truths, shape }) => {
    const count = (one: InkShape): number => pictureOf(one).paths.reduce((sum, { points }) => sum + points.length, 0);
    for (let seed = 0; seed < TWINS; seed += 1) {
      expect(Math.abs(count(twin(truths, seed, 2)) / count(shape) - 1)).toBeLessThan(0.03);
    }
  });
});
