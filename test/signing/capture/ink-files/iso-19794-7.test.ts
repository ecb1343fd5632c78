import { describe, expect, it } from 'vitest';
import { inkFixture, recorded, refused } from './ink-fixtures.ts';

const vector = (name: string): Uint8Array => inkFixture(`ink/iso19794-7/${name}`);
interface Decoded {
  readonly points: readonly { readonly X: number; readonly Y: number; readonly T?: number; readonly F: number }[];
}
const decoded = (name: string): Decoded => JSON.parse(Buffer.from(vector(name)).toString('utf8')) as Decoded;

describe('ISO/IEC 19794-7 vectors', () => {
  it('v1 decodes to its values: metres, y turned, force of its maximum', () => {
    const { points } = decoded('v1-x-y-t-f.json');
    const wanted = points.map(({ X, Y, T = 0, F }) => ({
      x: X / 11_812,
      y: -Y / 11_812,
      tip: F > 0,
      pressure: F / 1023,
      time: T,
    }));
    expect(recorded(vector('v1-x-y-t-f.bin'))).toEqual({ format: 'iso-19794-7', samples: wanted });
  });

  it('v2 takes the rate of a constant time channel: 100 samples a second', () => {
    const { points } = decoded('v2-constant-dt.json');
    const { samples } = recorded(vector('v2-constant-dt.bin'));
    expect(samples.map(({ time }) => time)).toEqual([0, 10]);
    expect(samples.map(({ x }) => Math.round(x * 11_812))).toEqual(points.map(({ X }) => X));
    expect(samples[1]?.pressure).toBeCloseTo((points[1]?.F ?? 0) / 1023, 9);
  });

  it.each([
    ['bad-count.bin', 'damaged', 'fewer points than announced (byte 36)'],
    ['bad-magic.bin', 'unknown-format', 'no known recording of a pen'],
    ['bad-no-time.bin', 'damaged', 'exactly one time channel is needed (byte 8)'],
    ['bad-truncated.bin', 'damaged', 'fewer points than announced (byte 36)'],
  ])('%s is refused', (file, code, detail) => {
    expect(refused(vector(file))).toEqual({ code, detail });
  });

  it('is refused at every length but its own', () => {
    const whole = vector('v1-x-y-t-f.bin');
    for (let length = 4; length < whole.length; length += 1) {
      expect(refused(whole.slice(0, length))?.code).toBe('damaged');
    }
    expect(refused(Buffer.concat([whole, Buffer.of(0)]))?.detail).toBe('bytes after the end (byte 63)');
  });

  it('reads over extended data, and refuses it cut short', () => {
    const extended = Buffer.concat([vector('v1-x-y-t-f.bin'), Buffer.from([0, 3, 0x41, 0x42, 0x43])]);
    extended[35] = 1;
    expect(recorded(extended).samples).toHaveLength(3);
    expect(refused(extended.subarray(0, 67))?.detail).toBe('ends inside the extended data (byte 63)');
    expect(refused(extended.subarray(0, 64))?.detail).toBe('ends before the extended data (byte 63)');
  });

  it('of a later edition is refused by its version', () => {
    const later = vector('v1-x-y-t-f.bin').slice();
    later[5] = 0x32;
    expect(refused(later)?.detail).toBe('version is not 2007 (byte 4)');
  });
});
