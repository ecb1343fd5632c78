import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INK_FILE_LIMIT, INK_SAMPLE_LIMIT } from '../../../../signing/capture/ink-files/ink-recording.ts';
import { parseInk } from '../../../../signing/capture/ink-files/parse-ink.ts';
import { inkFixture, refused } from './ink-fixtures.ts';

/** Heads of real files, small enough that a change hits something that matters. */
const seeds: readonly Uint8Array[] = [
  inkFixture('ink/wacom-raw-01.svc').slice(4, 400),
  Buffer.concat([Buffer.from('2\n'), inkFixture('ink/wacom-raw-01.svc').slice(4, 300)]),
  inkFixture('ink/sensor-04.csv').slice(0, 600),
  inkFixture('lgpl/ink/touch-11.csv').slice(0, 600),
  inkFixture('ink/note-05-first-strokes.json'),
  Buffer.from('{"x":[1,2,3],"y":[1,2,3],"time":[0,8,16],"pressure":[0,0.5,1],"buttons":[0,1,1]}'),
  inkFixture('ink/epad_04df_0012.sample_capture.inkml'),
  inkFixture('ink/iso19794-7/v1-x-y-t-f.bin'),
  inkFixture('ink/iso19794-7/v2-constant-dt.bin'),
];
const mutated = fc
  .tuple(
    fc.constantFrom(...seeds),
    fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 }),
    fc.option(fc.nat(), { freq: 3 }),
  )
  .map(([seed, changes, cut]) => {
    const changed = Uint8Array.from(cut === null ? seed : seed.slice(0, cut % seed.length));
    for (const [at, value] of changes) if (changed.length > 0) changed[at % changed.length] = value;
    return changed;
  });

describe('hostile ink files', () => {
  it('are read or refused with a code, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), mutated), (bytes) => {
        const parsed = parseInk(bytes);
        if (!parsed.ok) return ['unknown-format', 'damaged', 'no-ink', 'too-large'].includes(parsed.error.code);
        const { samples } = parsed.value;
        return (
          samples.some(({ tip }) => tip) &&
          samples.every(
            ({ x, y, time, pressure }, i) =>
              Number.isFinite(x) &&
              Number.isFinite(y) &&
              time >= (samples[i - 1]?.time ?? 0) &&
              (pressure === null || (pressure >= 0 && pressure <= 1)),
          )
        );
      }),
      { seed: 20_261_123, numRuns: 600 },
    );
  });

  it('are refused in words that hold no sample', () => {
    const secret = '31415926';
    const files = [
      `1\n${secret} 2 3 x5 6 7 8`,
      `1\n${secret} 2 3 1 5 6 7\n${secret}x 1 1 1 1 1 1`,
      `idx,SPLINE_X,SPLINE_Y,SENSOR_TIMESTAMP,SENSOR_PRESSURE,A,B\n0,${secret},x,1,1,1,1`,
      `line_number,x,y,UTC_Timestamp,seconds,e\n0,${secret},y,1,1`,
      `{"x":[${secret}],"y":["${secret}"],"time":[0]}`,
      `{"inputData":{"inputContextData":{"sensorContexts":[]},"sensorData":[{"timestamp":"${secret}x","dataChannels":[]}]}}`,
      `<ink><trace>${secret} ${secret} ${secret}</trace></ink>`,
      `<ink><trace>1 2</t${secret}></ink>`,
    ];
    for (const file of files) {
      const problem = refused(file);
      expect(problem?.detail).not.toContain(secret);
      expect(problem?.code).toMatch(/^(?:damaged|unknown-format)$/);
    }
  });

  it('of too many bytes are refused unread', () => {
    expect(refused(new Uint8Array(INK_FILE_LIMIT + 1))).toEqual({
      code: 'too-large',
      detail: `${INK_FILE_LIMIT + 1} bytes`,
    });
  });

  it('of too many samples are refused in every format', () => {
    const count = INK_SAMPLE_LIMIT + 1;
    const zeros = Array.from({ length: count }, () => 0);
    const iso = Buffer.concat([
      Buffer.from('5344490020313000C0C080EB8980EB8984B48060000003FF0000', 'hex'),
      Buffer.of(count >> 16, (count >> 8) & 0xff, count & 0xff),
      Buffer.alloc(count * 6),
    ]);
    const files = [
      `${count}\n${'1 1 1 1\n'.repeat(count)}`,
      JSON.stringify({ x: zeros, y: zeros, time: zeros }),
      `<ink><trace>${'1 1,'.repeat(count)}</trace></ink>`,
      iso,
    ];
    for (const file of files) expect(refused(file)?.code).toBe('too-large');
  });

  it('that are made to cost time do not', () => {
    const size = 2_000_000;
    const files = [
      `1${'\n '.repeat(size / 2)}`,
      `<ink><trace>${' '.repeat(size)}</trace></ink>`,
      `<ink>${'<a>'.repeat(size / 8)}`,
      `<ink><trace>${"'".repeat(size)}</trace></ink>`,
      '['.repeat(size),
      `{"x":${'['.repeat(size / 2)}`,
      `1\n1 1 1 1${' 1'.repeat(size / 2)}`,
    ];
    // A second or so together; where one of them is quadratic, minutes: that runs into the test's own limit.
    for (const file of files) expect(refused(file)).not.toBeNull();
  });
});
