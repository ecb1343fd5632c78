import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planScreen } from '../../../drivers/wacom/stu-screen-plan.ts';
import type { ScreenGiven, ScreenStep } from '../../../drivers/wacom/stu-screen-plan.ts';
import { stuEncoding } from '../../../drivers/wacom/stu-reports.ts';
import type { StuArea } from '../../../drivers/wacom/stu-reports.ts';
import { line, openBench } from './stu-bench.ts';

const seed = 20261123;
type Rgb = readonly [number, number, number];
const [white, black, blue]: readonly [Rgb, Rgb, Rgb] = [
  [255, 255, 255],
  [0, 0, 0],
  [29, 78, 137],
];

function paper(width: number, height: number): Uint8Array {
  return new Uint8Array(width * height * 4).fill(255);
}
function paint(rgba: Uint8Array, width: number, area: StuArea, colour: Rgb): Uint8Array {
  for (let y = area.y; y < area.y + area.height; y++) {
    for (let x = area.x; x < area.x + area.width; x++) rgba.set(colour, (y * width + x) * 4);
  }
  return rgba;
}
const text = (width: number, height: number, rows: readonly number[]): Uint8Array =>
  rows.reduce((rgba, y) => paint(rgba, width, { x: 20, y, width: width - 40, height: 5 }, black), paper(width, height));
const same = (one: Uint8Array, other: Uint8Array): boolean => Buffer.from(one).equals(Buffer.from(other));
const given = (picture: Uint8Array, before: Uint8Array | null, more: Partial<ScreenGiven> = {}): ScreenGiven => ({
  picture: { width: 800, height: 480, rgba: picture },
  before,
  dirty: null,
  encodings: 0x0e,
  areas: true,
  whiteBackground: true,
  perRequest: 253,
  ...more,
});

/** What the pad's screen shows after the steps, when it showed `screen` before them. */
function carriedOut(steps: readonly ScreenStep[], { picture }: ScreenGiven, screen: Uint8Array): Uint8Array {
  const { width, height, rgba } = picture;
  const out = screen.slice();
  for (const step of steps) {
    const area = step.area ?? { x: 0, y: 0, width, height };
    for (let y = area.y; y < area.y + area.height; y++) {
      const [from, to] = [(y * width + area.x) * 4, (y * width + area.x + area.width) * 4];
      if (step.kind === 'clear') out.fill(255, from, to);
      else if (step.encoding !== stuEncoding.oneBit) out.set(rgba.subarray(from, to), from);
      else for (let at = from; at < to; at += 4) out.fill(rgba[at]! < 128 ? 0 : 255, at, at + 3);
    }
  }
  return out;
}

describe('getting from one picture to the next', () => {
  it('takes nothing when there is nothing new', () => {
    const picture = paint(paper(800, 480), 800, { x: 3, y: 3, width: 90, height: 30 }, black);
    expect(planScreen(given(picture, picture.slice()))).toEqual([]);
  });

  it('takes the part that changed, in whole tiles, as 1 bit where it has no colour', () => {
    const before = paint(paper(800, 480), 800, { x: 700, y: 400, width: 50, height: 50 }, blue);
    const picture = paint(before.slice(), 800, { x: 100, y: 100, width: 20, height: 4 }, black);
    expect(planScreen(given(picture, before))).toEqual([
      { kind: 'image', area: { x: 96, y: 96, width: 32, height: 16 }, encoding: stuEncoding.oneBit },
    ]);
  });

  it('keeps the colour of a part that lies inside another', () => {
    const before = paint(paper(800, 480), 800, { x: 112, y: 96, width: 16, height: 16 }, blue);
    const picture = before.slice();
    for (const x of [96, 128]) paint(picture, 800, { x, y: 96, width: 8, height: 8 }, black);
    // Blocks are long here, so that one picture around all three tiles is cheaper than two.
    const steps = planScreen(given(picture, before, { perRequest: 2557 }));
    expect(same(carriedOut(steps, given(picture, before), before), picture)).toBe(true);
    expect(steps.some((step) => step.kind === 'image' && step.encoding === stuEncoding.twentyFourBit)).toBe(true);
  });

  it('sends a screen with a little colour as 1 bit with the colour over it, not as 4,554 blocks', () => {
    const picture = paint(paper(800, 480), 800, { x: 40, y: 400, width: 60, height: 40 }, blue);
    for (let row = 0; row < 480; row += 20) paint(picture, 800, { x: 0, y: row, width: 800, height: 9 }, black);
    const steps = planScreen(given(picture, null, { whiteBackground: false }));
    expect(steps[0]).toEqual({ kind: 'image', area: null, encoding: stuEncoding.oneBit });
    expect(steps.slice(1).every((step) => step.kind === 'image' && step.encoding === stuEncoding.twentyFourBit)).toBe(
      true,
    );
    const before = paint(paper(800, 480), 800, { x: 0, y: 0, width: 800, height: 480 }, blue);
    expect(same(carriedOut(steps, given(picture, null), before), picture)).toBe(true);
  });

  it('clears what is white, but only where cleared is known to be white', () => {
    const [picture, before] = [
      paper(800, 480),
      paint(paper(800, 480), 800, { x: 0, y: 0, width: 800, height: 400 }, black),
    ];
    expect(planScreen(given(picture, before))).toEqual([
      { kind: 'clear', area: { x: 0, y: 0, width: 800, height: 400 } },
    ]);
    expect(planScreen(given(picture, before, { whiteBackground: false }))).toMatchObject([{ kind: 'image' }]);
    expect(planScreen(given(picture, null))).toEqual([{ kind: 'clear', area: null }]);
  });

  it('sends the whole picture to a pad that takes no parts', () => {
    const picture = paint(paper(800, 480), 800, { x: 100, y: 100, width: 20, height: 4 }, black);
    const whole = given(picture, paper(800, 480), { areas: false });
    expect(planScreen(whole)).toEqual([{ kind: 'image', area: null, encoding: stuEncoding.oneBit }]);
    expect(planScreen(given(paper(800, 480), picture, { areas: false }))).toEqual([{ kind: 'clear', area: null }]);
  });

  it('shows the picture exactly, whatever was there before and wherever ink may be', () => {
    const area = (width: number, height: number): fc.Arbitrary<StuArea> =>
      fc
        .tuple(
          fc.nat(width - 1),
          fc.nat(height - 1),
          fc.integer({ min: 1, max: width }),
          fc.integer({ min: 1, max: height }),
        )
        .map(([x, y, w, h]) => ({ x, y, width: Math.min(w, width - x), height: Math.min(h, height - y) }));
    const [width, height] = [150, 90];
    const shapes = fc.array(fc.tuple(area(width, height), fc.constantFrom(white, black, blue)), { maxLength: 8 });
    const draw = (list: readonly (readonly [StuArea, Rgb])[]): Uint8Array =>
      list.reduce((rgba, [where, colour]) => paint(rgba, width, where, colour), paper(width, height));
    const kinds = new Set<string>();
    fc.assert(
      fc.property(
        shapes,
        fc.option(shapes),
        fc.option(area(width, height)),
        fc.boolean(),
        fc.boolean(),
        fc.constantFrom(0x02, 0x06, 0x0e),
        fc.constantFrom(253, 2557, 8),
        (next, last, dirty, areas, whiteBackground, encodings, perRequest) => {
          const [rgba, before] = [draw(next), last && draw(last)];
          // A pad without colour shows none: its picture has none either.
          if (encodings === 0x02)
            for (let at = 0; at < rgba.length; at += 4) if (rgba[at] === blue[0]) rgba.set(black, at);
          const one = given(rgba, before, {
            picture: { width, height, rgba },
            dirty,
            areas,
            whiteBackground,
            encodings,
            perRequest,
          });
          const shown = before
            ? before.slice()
            : paint(paper(width, height), width, { x: 0, y: 0, width, height }, [7, 7, 7]);
          if (dirty) paint(shown, width, dirty, [9, 9, 9]);
          const steps = planScreen(one);
          for (const step of steps)
            kinds.add(`${step.kind}${step.area ? ' part' : ''}${step.kind === 'image' ? step.encoding : ''}`);
          expect(same(carriedOut(steps, one, shown), rgba)).toBe(true);
        },
      ),
      { seed, numRuns: 1500 },
    );
    expect([...kinds].sort()).toEqual([
      'clear',
      'clear part',
      'image part0',
      'image part2',
      'image part4',
      'image0',
      'image2',
      'image4',
    ]);
  });
});

describe('the screen of a STU pad', () => {
  it('is sent once: the same picture again costs nothing, a new line only its own part', async () => {
    const { pad, simulated, told, settle } = await openBench('stu-430');
    told();
    await settle(pad.showPicture(text(320, 200, [10, 40])));
    expect(told().length).toBeGreaterThan(0);
    await settle(pad.showPicture(text(320, 200, [10, 40])));
    expect(told()).toEqual([]);
    await settle(pad.showPicture(text(320, 200, [10, 40, 100])));
    expect(told()).toEqual(['2400011000600' + '02f016f00', 'block 256 x3', '2700']);
    expect(same(simulated.screen().rgba, text(320, 200, [10, 40, 100]))).toBe(true);
  });

  it('is white again where ink was, by one clear of the ink’s own area', async () => {
    const { pad, simulated, told, settle } = await openBench('stu-530');
    const picture = text(800, 480, [10, 40]);
    await settle(pad.showPicture(picture));
    await settle(pad.startCapture({ x: 0, y: 160, width: 800, height: 304 }));
    await settle(
      simulated.penSamples(
        line(90).map((one) => ({ ...one, y: 200 })),
        { fast: true },
      ),
    );
    expect(same(simulated.screen().rgba, picture)).toBe(false);
    told();
    await settle(pad.showPicture(picture));
    expect(told().filter((report) => /^(2[0-7]|block)/.test(report))).toEqual(['2100', '230001' + '0000a0001f03cf01']);
    expect(same(simulated.screen().rgba, picture)).toBe(true);
  });

  it('is sent whole after a picture that failed half-way', async () => {
    const { pad, simulated, told, settle } = await openBench('stu-430');
    await settle(pad.showPicture(text(320, 200, [10])));
    let blocks = 0;
    simulated.behave(({ id }) => (id === 0x26 && ++blocks === 2 ? 'stall' : 'answer'));
    await expect(settle(pad.showPicture(text(320, 200, [10, 60, 120])))).rejects.toMatchObject({ code: 'refused' });
    simulated.behave(() => 'answer');
    expect(told().at(-1)).toBe('2701');
    await settle(pad.showPicture(text(320, 200, [10])));
    expect(told()).toContain('block 256 x32');
    expect(same(simulated.screen().rgba, text(320, 200, [10]))).toBe(true);
  });

  it('tells how much of a picture is through, rising to all of it', async () => {
    for (const bulkToo of [false, true]) {
      const { pad, settle } = await openBench('stu-530', { bulkToo });
      const shares: number[] = [];
      const picture = paint(text(800, 480, [10, 200, 400]), 800, { x: 9, y: 300, width: 60, height: 60 }, blue);
      await settle(pad.showPicture(picture, (share) => shares.push(share)));
      expect(shares.length).toBeGreaterThan(3);
      expect(shares).toEqual([...shares].sort((a, b) => a - b));
      expect(shares.at(-1)).toBe(1);
      shares.length = 0;
      await settle(pad.showPicture(picture, (share) => shares.push(share)));
      expect(shares).toEqual([1]);
    }
  });
});

describe('a picture on its way', () => {
  const photo = (width: number, height: number): Uint8Array => {
    const rgba = paper(width, height);
    for (let at = 0; at < width * height; at++) rgba.set([(at * 7) % 256, (at * 13) % 256, (at * 29) % 256], at * 4);
    return rgba;
  };

  it('takes the bulk interface where the pad has one, and blocks where it has none', async () => {
    const fast = await openBench('stu-530', { bulkToo: true });
    fast.told();
    await fast.settle(fast.pad.showPicture(photo(800, 480)));
    expect(fast.told()).toEqual(['2514', `bulk x${Math.ceil(1_152_000 / 16_384)}`, '2700']);
    expect(same(fast.simulated.screen().rgba, photo(800, 480))).toBe(true);
    const slow = await openBench('stu-530');
    slow.told();
    await slow.settle(slow.pad.showPicture(photo(800, 480)));
    expect(slow.told()).toEqual(['2504', 'block 256 x4554', '2700']);
    expect(same(slow.simulated.screen().rgba, photo(800, 480))).toBe(true);
  });

  it('goes in longer blocks where the descriptor declares them, and only there', async () => {
    for (const [blind, blocks] of [
      [false, `block 2560 x${Math.ceil(1_152_000 / 2557)}`],
      [true, 'block 256 x4554'],
    ] as const) {
      const { pad, told, settle } = await openBench('stu-540', { blind });
      told();
      await settle(pad.showPicture(photo(800, 480)));
      expect(told()).toEqual(['2504', blocks, '2700']);
    }
  });

  it.each([
    ['cannot be had', () => Promise.resolve(null)],
    ['cannot be opened', () => Promise.reject(new Error('access denied'))],
    [
      'fails at once',
      () => Promise.resolve({ write: () => Promise.reject(new Error('stall')), close: () => Promise.resolve() }),
    ],
    [
      'hangs',
      () => Promise.resolve({ write: () => new Promise<void>(() => undefined), close: () => Promise.resolve() }),
    ],
    ['hangs while it is opened', () => new Promise<null>(() => undefined)],
    ['swallows the data', () => Promise.resolve({ write: () => Promise.resolve(), close: () => Promise.resolve() })],
  ])('goes in blocks when the bulk interface %s, and does not try it again', async (_what, bulk) => {
    let opened = 0;
    const { pad, simulated, told, settle } = await openBench('stu-430', {
      bulk: () => {
        opened += 1;
        return bulk();
      },
    });
    const shares: number[] = [];
    await settle(pad.showPicture(photo(320, 200), (share) => shares.push(share)));
    expect(told().slice(-3)).toEqual(['2500', 'block 256 x32', '2700']);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    simulated.device.screen.clear();
    await settle(pad.showPicture(paint(photo(320, 200), 320, { x: 0, y: 0, width: 320, height: 200 }, black)));
    expect(opened).toBe(1);
    expect(simulated.screen().rgba[0]).toBe(0);
  });

  it('is packed only when asked to be, and only where that saves blocks', async () => {
    const lines = paint(paper(800, 480), 800, { x: 0, y: 0, width: 800, height: 479 }, black);
    const plain = await openBench('stu-530', { settings: {} });
    plain.told();
    await plain.settle(plain.pad.showPicture(lines));
    expect(plain.told()[1]).toBe('block 256 x190');
    const packed = await openBench('stu-530', { settings: { zlib: true } });
    packed.told();
    await packed.settle(packed.pad.showPicture(lines));
    expect(packed.told()).toEqual(['2501', 'block 256 x1', '2700']);
    expect(same(packed.simulated.screen().rgba, lines)).toBe(true);
    const without = await openBench('stu-430', { settings: { zlib: true } });
    without.told();
    await without.settle(without.pad.showPicture(text(320, 200, [10, 40])));
    expect(without.told()[0]).toMatch(/^2[45]00/);
  });
});
