import { describe, expect, it } from 'vitest';
import { decodeTrace } from '../../../../signing/capture/ink-files/inkml-trace.ts';
import { recorded, refused } from './ink-fixtures.ts';

const ink = (inside: string): string =>
  `<?xml version="1.0"?><ink xmlns="http://www.w3.org/2003/InkML">${inside}</ink>`;
const format = (...channels: readonly string[]): string =>
  `<traceFormat>${channels.map((channel) => `<channel ${channel}/>`).join('')}</traceFormat>`;

describe('the trace grammar', () => {
  it('decodes the worked example of explicit values, first and second differences', () => {
    expect(decodeTrace(`100 200 0,'5'-3'8,2 1 8,"1"0"0`, 3)).toEqual([
      [100, 200, 0],
      [105, 197, 8],
      [107, 198, 16],
      [110, 199, 24],
    ]);
  });

  it('needs no white space where a sign or prefix separates, and reads booleans, hexadecimals and repeats', () => {
    expect(decodeTrace('1-2T,*#1F F,!7!8?', 3)).toEqual([
      [1, -2, 1],
      [1, 31, 0],
      [7, 8, 0],
    ]);
  });

  it('begins every trace explicit, and lets points leave out channels at their end', () => {
    expect(decodeTrace(`1 2 3,'1'1`, 3)).toEqual([
      [1, 2, 3],
      [2, 3],
    ]);
  });

  it('refuses too many values and foreign signs', () => {
    expect(decodeTrace('1 2 3', 2)).toBeNull();
    expect(decodeTrace('1 2;3 4', 2)).toBeNull();
  });
});

describe('InkML', () => {
  it('is X and Y without a trace format, at an even pace, lifted after each trace', () => {
    expect(recorded(ink('<trace>1 2, 3 4</trace><trace>5 6</trace>')).samples).toEqual([
      { x: 1, y: 2, tip: true, pressure: null, time: 0 },
      { x: 3, y: 4, tip: true, pressure: null, time: 8 },
      { x: 3, y: 4, tip: false, pressure: null, time: 12 },
      { x: 5, y: 6, tip: true, pressure: null, time: 16 },
      { x: 5, y: 6, tip: false, pressure: null, time: 24 },
    ]);
  });

  it('takes the format of the context, the range of the force and traces in the air', () => {
    const definitions = `<definitions><context xml:id="c1"><inkSource>${format(
      'name="X"',
      'name="Y"',
      'name="F" max="1000"',
      'name="T" units="ms"',
    )}</inkSource></context></definitions>`;
    const traces =
      '<trace contextRef="#c1">1 1 500 10,2 2 1000 15</trace><trace contextRef="#c1" type="penUp">3 3 0 20</trace>';
    expect(recorded(ink(definitions + traces)).samples).toEqual([
      { x: 1, y: 1, tip: true, pressure: 0.5, time: 0 },
      { x: 2, y: 2, tip: true, pressure: 1, time: 5 },
      { x: 3, y: 3, tip: false, pressure: 0, time: 10 },
    ]);
  });

  it('lets a trace whose times begin anew follow the one before, and reads seconds', () => {
    const seconds = format('name="X"', 'name="Y"', 'name="T" units="s"');
    const times = recorded(ink(`${seconds}<trace>1 1 0,2 2 0.1</trace><trace>3 3 0,4 4 0.2</trace>`)).samples;
    expect(times.map(({ time }) => time)).toEqual([0, 100, 104, 108, 308, 316]);
  });

  it('is read with a namespace prefix', () => {
    expect(
      recorded('<i:ink xmlns:i="http://www.w3.org/2003/InkML"><i:trace>1 2</i:trace></i:ink>').samples,
    ).toHaveLength(2);
  });

  it.each([
    [
      'a document type',
      '<!DOCTYPE ink [<!ENTITY a "aaaa">]><ink><trace>1 2</trace></ink>',
      'document type is not allowed (line 1, column 35)',
    ],
    ['an open element', '<ink><trace>1234 5678', 'not well-formed (line 1, column 21)'],
    ['an entity of its own', '<ink><trace>&secret;</trace></ink>', 'not well-formed (line 1, column 20)'],
    [
      'a trace out of the grammar',
      ink('<trace>1 2</trace><trace>1 2 3 4</trace>'),
      'trace 2 does not follow the grammar',
    ],
    ['no place', ink(`${format('name="F"')}<trace>1</trace>`), 'trace 1 has no X and Y'],
    [
      'channels without end',
      ink(`${format('name="X"', 'name="Y"', ...Array.from({ length: 70 }, () => 'name="Q"'))}<trace>1 1</trace>`),
      'trace 1 has too many channels',
    ],
  ])('is refused with %s, in words that quote nothing of it', (_what, text, detail) => {
    expect(refused(text)).toEqual({ code: 'damaged', detail });
  });
});
