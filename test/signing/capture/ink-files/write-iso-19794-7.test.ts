import { describe, expect, it } from 'vitest';
import {
  decodeScaling,
  encodeScaling,
  type IsoChannel,
} from '../../../../signing/capture/ink-files/iso-19794-7-layout.ts';
import { writeIso19794, type IsoRecord } from '../../../../signing/capture/ink-files/write-iso-19794-7.ts';
import { inkFixture } from './ink-fixtures.ts';

interface Decoded {
  readonly channels: readonly {
    readonly c: IsoChannel;
    readonly scale?: number;
    readonly min?: number;
    readonly max?: number;
    readonly constant?: boolean;
  }[];
  readonly points: readonly Readonly<Partial<Record<IsoChannel, number>>>[];
}

function recordOf(name: string): IsoRecord {
  const { channels, points } = JSON.parse(Buffer.from(inkFixture(`ink/iso19794-7/${name}`)).toString()) as Decoded;
  return {
    channels: channels.map(({ c, scale, ...rest }) => ({
      channel: c,
      ...(scale === undefined ? {} : { scaling: scale }),
      ...rest,
    })),
    points: points.map((point) =>
      channels.filter(({ constant }) => constant !== true).map(({ c }) => point[c] ?? Number.NaN),
    ),
  };
}

const POINT: IsoRecord = {
  channels: [{ channel: 'X' }, { channel: 'Y' }, { channel: 'T', scaling: 1000 }],
  points: [[1, 2, 3]],
};

describe('writing ISO/IEC 19794-7:2007', () => {
  it.each(['v1-x-y-t-f', 'v2-constant-dt'])('gives the very bytes of the vector %s', (name) => {
    const written = Buffer.from(writeIso19794(recordOf(`${name}.json`)));
    expect(written.toString('hex')).toBe(Buffer.from(inkFixture(`ink/iso19794-7/${name}.bin`)).toString('hex'));
  });

  it('puts channels into bit order, whatever order they are given in', () => {
    const [x, y, t] = POINT.channels;
    const turned = { channels: [t!, y!, x!], points: [[3, 2, 1]] };
    expect(writeIso19794(turned)).toEqual(writeIso19794(POINT));
  });

  it('refuses what the format cannot hold', () => {
    const [x, y, t] = POINT.channels;
    const bad: readonly IsoRecord[] = [
      { channels: [x!, t!], points: [] },
      { channels: [x!, y!], points: [] },
      { channels: [x!, y!, t!, { channel: 'DT' }], points: [] },
      { channels: [x!, x!, y!, t!], points: [] },
      { channels: [x!, y!, t!, { channel: 'Az', constant: true }], points: [] },
      { channels: [x!, y!, { channel: 'T', scaling: 100_000 }], points: [] },
      { ...POINT, points: [[32_768, 0, 0]] },
      { ...POINT, points: [[0, 0, -1]] },
      { ...POINT, points: [[0, 0.5, 0]] },
      { ...POINT, points: [[0, 0]] },
      { channels: [x!, y!, t!, { channel: 'S' }], points: [[0, 0, 0, 2]] },
    ];
    for (const record of bad) expect(() => writeIso19794(record)).toThrow(RangeError);
  });
});

describe('scaling values', () => {
  it.each([
    [0.5, 0x7800],
    [1, 0x8000],
    [100, 0xb480],
    [200, 0xbc80],
    [1000, 0xcfa0],
    [3937, 0xdf61],
    [10_000, 0xe9c4],
    [11_811.02, 0xeb89],
    [39_370, 0xf99d],
    [50_000, 0xfc35],
    [65_520, 0xffff],
    [100_000, null],
    [0, null],
    [Number.NaN, null],
  ])('%d is coded as the table of the reference says', (value, code) => {
    expect(encodeScaling(value)).toBe(code);
  });

  it('every code is the code of what it says', () => {
    for (let code = 0; code <= 0xffff; code += 1) {
      if (encodeScaling(decodeScaling(code)) !== code) expect.fail(`code ${code.toString(16)}`);
    }
  });
});
