import { describe, expect, it } from 'vitest';
import { figures, inkFixture, pressures, recorded, refused } from './ink-fixtures.ts';

describe('real recordings', () => {
  it.each([
    ['ink/wacom-raw-01.svc', { format: 'svc', down: 501, strokes: 3, median: 8, longest: 2653 }],
    ['ink/pointer-events-03.json', { format: 'pointer-json', down: 148, strokes: 1, median: 16, longest: 11673 }],
    ['ink/sensor-04.csv', { format: 'sensor-csv', down: 880, strokes: 4, median: 4, longest: 1124 }],
    ['ink/note-05-first-strokes.json', { format: 'uim-json', down: 202, strokes: 12, median: 8, longest: 5149 }],
    ['ink/epad_04df_0012.sample_capture.inkml', { format: 'inkml', down: 281, strokes: 2, median: 8, longest: 1424 }],
    ['lgpl/ink/touch-08.csv', { format: 'touch-csv', down: 1227, strokes: 2, median: 8, longest: 150 }],
    ['lgpl/ink/touch-09.csv', { format: 'touch-csv', down: 1328, strokes: 1, median: 8, longest: 33 }],
    ['lgpl/ink/touch-10.csv', { format: 'touch-csv', down: 1404, strokes: 2, median: 8, longest: 67 }],
    ['lgpl/ink/touch-11.csv', { format: 'touch-csv', down: 1234, strokes: 37, median: 8, longest: 5509 }],
  ])('of %s keep their samples, strokes and times', (file, wanted) => {
    expect(figures(recorded(inkFixture(file)))).toEqual(wanted);
  });

  it('give their pressure as a share of the range that the device or the recording has', () => {
    const range = (file: string) => {
      const levels = pressures(recorded(inkFixture(file))).map((level) => level ?? NaN);
      return [Math.min(...levels), Math.max(...levels)].map((level) => Math.round(level * 100) / 100);
    };
    expect(range('ink/wacom-raw-01.svc')).toEqual([0, 1]);
    expect(range('ink/pointer-events-03.json')).toEqual([0, 0.61]);
    expect(range('ink/sensor-04.csv')).toEqual([0, 0.89]);
    expect(pressures(recorded(inkFixture('lgpl/ink/touch-09.csv'))).every((level) => level === null)).toBe(true);
  });

  it('stand upright: writing goes on to the right and down the page', () => {
    const alphabet = recorded(inkFixture('lgpl/ink/touch-11.csv')).samples;
    expect(alphabet.at(-1)?.y).toBeGreaterThan(alphabet[0]?.y ?? Infinity);
    const loops = recorded(inkFixture('ink/wacom-raw-01.svc')).samples;
    // The first loop climbs from the line: up is smaller here, larger in the file.
    expect(loops[10]?.y).toBeLessThan(loops[0]?.y ?? -Infinity);
  });

  it('of the binary UIM container are an unknown format, not a damaged one', () => {
    expect(refused(Buffer.from('RIFF\u0000\u0010UINK\u0080\u0081'))).toMatchObject({ code: 'unknown-format' });
  });
});

describe('SVC', () => {
  const rows = ['10 20 1000 0 0 0 0', '11 30 1008 1 0 0 512', '12 40 1016 1 0 0 1024'];

  it('keeps rows beyond its count, turns the y axis, counts time from the first row', () => {
    expect(recorded(['2', ...rows].join('\n')).samples).toEqual([
      { x: 10, y: -20, tip: false, pressure: 0, time: 0 },
      { x: 11, y: -30, tip: true, pressure: 0.5, time: 8 },
      { x: 12, y: -40, tip: true, pressure: 1, time: 16 },
    ]);
  });

  it('is read with four columns, with other line ends and without an end of line', () => {
    expect(recorded('2\r\n1 2 3 1\r\n4 5 6 1').samples.map(({ pressure }) => pressure)).toEqual([null, null]);
  });

  it('keeps a very long pause as it is: a replay cuts it, the recording does not', () => {
    expect(recorded('2\n1 1 0 1\n2 2 3600000 1').samples[1]?.time).toBe(3_600_000);
  });

  it('puts a clock that steps back right without moving samples', () => {
    expect(recorded('3\n1 1 100 1\n2 2 50 1\n3 3 120 1').samples.map(({ time }) => time)).toEqual([0, 0, 20]);
  });

  it.each([
    ['fewer rows than announced', ['4', ...rows], 'damaged', 'fewer rows than announced'],
    ['letters', ['3', ...rows, '1 2 3 x 5 6 7'], 'damaged', 'line 5 holds something else than numbers'],
    ['a short row', ['3', ...rows, '1 2'], 'damaged', 'line 5 has too few columns'],
    ['rows of two kinds', ['3', ...rows, '1 2 3 1'], 'damaged', 'rows have different numbers of columns'],
    ['no touch at all', ['1', '1 2 3 0'], 'no-ink', 'the pen never touches'],
    ['a coordinate off every surface', ['1', '99999999999 2 3 1'], 'damaged', 'sample 1 is outside every range'],
    ['a clock gone wrong', ['2', '1 1 0 1', '1 1 90000000 1'], 'damaged', 'the time of sample 2 is a day late'],
  ])('is refused with %s', (_what, lines, code, detail) => {
    expect(refused(lines.join('\n'))).toEqual({ code, detail });
  });
});

describe('CSV', () => {
  const sensor = 'idx,SPLINE_X,SPLINE_Y,SENSOR_TIMESTAMP,SENSOR_PRESSURE,SENSOR_ALTITUDE,SENSOR_AZIMUTH';
  const touch = 'line_number,x,y,UTC_Timestamp,seconds,epoch_time_in_seconds_start';

  it('takes steps too short for any pen as seconds since the stroke began', () => {
    const lines = ['0,1,1,1000.000,0.5,0,0', '0,2,2,1000.004,0.5,0,0', '0,3,3,1000.009,0.5,0,0', '1,4,4,2890,0.5,0,0'];
    const times = recorded([sensor, ...lines].join('\n')).samples.map(({ time }) => Math.round(time));
    expect(times).toEqual([0, 4, 9, 17, 1890, 1898]);
  });

  it('takes milliseconds as they are', () => {
    const lines = ['0,1,1,1000,0.5,0,0', '0,2,2,1004,0.5,0,0', '0,3,3,1009,0.5,0,0'];
    expect(recorded([sensor, ...lines].join('\n')).samples.map(({ time }) => time)).toEqual([0, 4, 9, 17]);
  });

  it('sees a lift in a pause of a recorder that leaves hover out', () => {
    const lines = ['0,1,1,5.0,0.0,5.0', '0,2,2,5.008,0.008,', '0,9,9,5.5,0.5,', '0,9,8,5.508,0.508,'];
    expect(recorded([touch, ...lines].join('\n')).samples.map(({ tip }) => tip)).toEqual([
      true,
      true,
      false,
      true,
      true,
      false,
    ]);
  });

  it('does not take an empty cell for 0', () => {
    expect(refused([touch, '0,1,,5.0,0.0,5.0'].join('\n'))).toEqual({
      code: 'damaged',
      detail: 'line 2 holds something else than numbers',
    });
  });
});

describe('pointer events', () => {
  it('are refused when columns differ in length or hold no numbers', () => {
    expect(refused(JSON.stringify({ x: [1, 2], y: [1], time: [0, 1] }))?.detail).toBe('columns have different lengths');
    expect(refused(JSON.stringify({ x: ['secret'], y: [1], time: [0] }))?.detail).toBe(
      'columns x, y, time must be lists of numbers',
    );
  });

  it('are refused with numbers beyond any range', () => {
    expect(refused('{"x":[1e400],"y":[1],"time":[0]}')?.code).toBe('damaged');
    expect(refused('{"x":[1e30],"y":[1],"time":[0]}')?.detail).toBe('sample 1 is outside every range');
  });
});

describe('UIM', () => {
  const uim = (
    strokes: readonly (readonly [number, Readonly<Record<string, readonly number[]>>])[],
    extra: Readonly<Record<string, object>> = {},
  ): string =>
    JSON.stringify({
      inputData: {
        inputContextData: {
          sensorContexts: [
            {
              sensorChannelsContext: [
                {
                  channels: ['X', 'Y', 'Timestamp', 'Pressure'].map((name) => ({
                    id: name,
                    type: `will://input/3.0/channel/${name}`,
                    ...extra[name],
                  })),
                },
              ],
            },
          ],
        },
        sensorData: strokes.map(([timestamp, columns]) => ({
          timestamp: String(timestamp),
          dataChannels: Object.entries(columns).map(([sensorChannelID, values]) => ({ sensorChannelID, values })),
        })),
      },
    });

  it('puts strokes in the order in which they were written', () => {
    const late = [5000, { X: [100, 1], Y: [5, 1], Timestamp: [0, 8] }] as const;
    const early = [4000, { X: [1, 1], Y: [5, 1], Timestamp: [0, 8] }] as const;
    const samples = recorded(uim([late, early])).samples;
    expect(samples.map(({ x, time, tip }) => [x, time, tip])).toEqual([
      [1, 0, true],
      [2, 8, true],
      [2, 16, false],
      [100, 1000, true],
      [101, 1008, true],
      [101, 1016, false],
    ]);
  });

  it('reads precision, the range of the pressure and the unit of the time from the channels', () => {
    const stroke = [0, { X: [150, 50], Y: [200, 0], Timestamp: [0, 25], Pressure: [20, 20] }] as const;
    const extra = {
      X: { precision: 2 },
      Y: { precision: 2 },
      Timestamp: { resolution: 100 },
      Pressure: { precision: 2, max: 0.8 },
    };
    const samples = recorded(uim([stroke], extra)).samples;
    expect(samples.slice(0, 2)).toEqual([
      { x: 1.5, y: 2, tip: true, pressure: 0.25, time: 0 },
      { x: 2, y: 2, tip: true, pressure: 0.5, time: 250 },
    ]);
  });

  it('keeps the shape where the two axes count differently', () => {
    const stroke = [0, { X: [10, 10], Y: [10, 10] }] as const;
    const samples = recorded(uim([stroke], { X: { resolution: 1000 }, Y: { resolution: 500 } })).samples;
    expect(samples[1]).toMatchObject({ x: 20, y: 40 });
  });

  it('names the stroke that has no place, and the path of what has no shape', () => {
    expect(refused(uim([[0, { X: [1], Y: [1, 2] }]]))?.detail).toBe('stroke 1 has no x and y');
    expect(refused('{"inputData":{"sensorData":7}}')?.detail).toBe('inputData.inputContextData');
  });
});
