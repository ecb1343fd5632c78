import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PadSample } from '../../../drivers/pad.ts';
import { TopazParser } from '../../../drivers/topaz/topaz-parser.ts';
import { Bench, stroke } from '../pad-contract/bench.ts';
import { padSubjects } from '../pad-contract/subjects.ts';

/** What a bad cable makes of one report. `held` comes after the next one: the two change places. */
type Harm =
  | { readonly kind: 'none' | 'lost' | 'twice' | 'held' }
  | { readonly kind: 'flip'; readonly bit: number }
  | { readonly kind: 'cut'; readonly length: number }
  | { readonly kind: 'longer' | 'noise'; readonly bytes: Uint8Array };

const harms: fc.Arbitrary<Harm> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Harm>({ kind: 'none' }) },
  fc.constantFrom<Harm>({ kind: 'lost' }, { kind: 'twice' }, { kind: 'held' }),
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('flip' as const), bit: fc.nat(8 * 40) }) },
  fc.record({ kind: fc.constant('cut' as const), length: fc.nat(20) }),
  fc.record({ kind: fc.constantFrom('longer' as const, 'noise' as const), bytes: fc.uint8Array({ maxLength: 24 }) }),
);

class BadCable {
  readonly #plan: readonly Harm[];
  #at = 0;
  #held: Uint8Array | null = null;
  delivered = 0;

  constructor(plan: readonly Harm[]) {
    this.#plan = plan;
  }

  pass(report: Uint8Array): readonly Uint8Array[] {
    const harm = this.#plan[this.#at++ % this.#plan.length] ?? { kind: 'none' };
    const out = this.#harmed(report, harm);
    const all = harm.kind === 'held' || this.#held === null ? out : [...out, this.#held];
    if (harm.kind !== 'held') this.#held = null;
    this.delivered += all.length;
    return all;
  }

  #harmed(report: Uint8Array, harm: Harm): readonly Uint8Array[] {
    switch (harm.kind) {
      case 'none':
        return [report];
      case 'lost':
        return [];
      case 'twice':
        return [report, report];
      case 'held': {
        const before = this.#held;
        this.#held = report.slice();
        return before === null ? [] : [before];
      }
      case 'flip': {
        const copy = report.slice();
        const at = (harm.bit >> 3) % copy.length;
        copy[at] = (copy[at] ?? 0) ^ (1 << (harm.bit & 7));
        return [copy];
      }
      case 'cut':
        return [report.slice(0, harm.length % report.length)];
      case 'longer':
        return [Uint8Array.from([...report, ...harm.bytes])];
      case 'noise':
        return [harm.bytes, report];
    }
  }
}

/** Two samples share a report on the STU-300, 500 and 520. */
const samplesAReport = 2;
const plans = fc.array(harms, { minLength: 1, maxLength: 40 });
const line = stroke(40);
const place = ({ x, y, pressure }: PadSample): string => `${x} ${y} ${String(pressure)}`;

function expectSound(bench: Bench, cable: BadCable): void {
  const problems = bench.bad.length;
  const batches = bench.events.filter(({ type }) => type === 'samples').length;
  expect(batches + problems).toBeLessThanOrEqual(cable.delivered);
  expect(bench.samples.length + problems).toBeLessThanOrEqual(cable.delivered * samplesAReport);
  expect(bench.ends).toEqual([]);
  for (const { x, y, pressure = 0, sequence = 0, padTime = 0 } of bench.samples) {
    for (const value of [x, y, pressure, sequence, padTime]) expect(Number.isInteger(value)).toBe(true);
  }
}

// A serial line has no reports that a cable could harm one by one: see below.
describe.each(padSubjects.filter(({ abilities }) => abilities.reports))(
  'a bad cable between host and $name',
  (subject) => {
    beforeAll(() => subject.prepare?.());

    it('costs samples and counts problems, and never makes an error or a sample too many', async () => {
      const bench = await Bench.of(subject);
      await bench.write(line);
      expect(bench.road.arrived.length).toBeGreaterThan(0);
      await fc.assert(
        fc.asyncProperty(plans, async (plan) => {
          bench.events.length = 0;
          const cable = new BadCable(plan);
          bench.road.harm = (report) => cable.pass(report);
          await bench.write(line);
          expectSound(bench, cable);
        }),
        { numRuns: 25, seed: 3 },
      );
    });

    if (!subject.abilities.encryption) return;
    it('never invents a sample while capturing: each was measured, and none is told twice where they are numbered', async () => {
      const bench = await Bench.of(subject);
      const measured = new Set((bench.expected(line) as readonly PadSample[]).map(place));
      await fc.assert(
        fc.asyncProperty(plans, async (plan) => {
          bench.road.harm = (report) => [report];
          await bench.run(bench.pad.startCapture());
          bench.events.length = 0;
          const cable = new BadCable(plan);
          bench.road.harm = (report) => cable.pass(report);
          await bench.write(line);
          bench.road.harm = (report) => [report];
          await bench.run(bench.pad.endCapture());
          expectSound(bench, cable);
          for (const sample of bench.samples) expect(measured).toContain(place(sample));
          const numbers = bench.samples.flatMap(({ sequence }) => (sequence === undefined ? [] : [sequence]));
          expect(new Set(numbers).size).toBe(numbers.length);
        }),
        { numRuns: 25, seed: 4 },
      );
    });
  },
);

describe('a serial line', () => {
  const packets = fc.array(
    fc.oneof(
      fc.tuple(fc.integer({ min: 0x80, max: 0xff }), fc.uint8Array({ minLength: 4, maxLength: 4, max: 0x7f })),
      fc.tuple(fc.integer({ min: 0, max: 0xff }), fc.uint8Array({ maxLength: 7 })),
    ),
    { maxLength: 30 },
  );
  const streamOf = (list: readonly (readonly [number, Uint8Array])[]): Uint8Array =>
    Uint8Array.from(list.flatMap(([first, rest]) => [first, ...rest]));

  it('gives the same in any chunks, and never more than one item for a byte', () => {
    fc.assert(
      fc.property(packets, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (list, sizes) => {
        const stream = streamOf(list);
        const whole = new TopazParser().feed(stream);
        const parser = new TopazParser();
        const pieces = [];
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          pieces.push(...parser.feed(stream.subarray(at, at + size)));
          at += size;
        }
        expect(pieces).toEqual(whole);
        expect(whole.length).toBeLessThanOrEqual(stream.length);
        expect(whole.filter(({ type }) => type === 'pen').length * 5).toBeLessThanOrEqual(stream.length);
      }),
      { numRuns: 300, seed: 5 },
    );
  });
});
