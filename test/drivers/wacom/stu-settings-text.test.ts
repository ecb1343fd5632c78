import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatStuSettings, parseStuSettings, stuSettingNames } from '../../../drivers/wacom/stu-settings-text.ts';
import type { StuDeskSettings } from '../../../drivers/wacom/stu-settings-text.ts';

const run = { seed: 20261123, numRuns: 500 };
const byte = fc.nat(255);
const settings: fc.Arbitrary<StuDeskSettings> = fc.record(
  {
    inkColour: fc.record({ red: byte, green: byte, blue: byte }),
    thickness: fc.nat(3),
    colourOrder: fc.constantFrom('rgb', 'bgr'),
    backlight: fc.nat(3),
    contrast: fc.nat(0xffff),
    bootScreen: fc.boolean(),
    rendering: fc.constantFrom('plain', 'smooth'),
    zlib: fc.boolean(),
  },
  { requiredKeys: [] },
);

describe('the settings of a desk’s STU pads, as text', () => {
  it('name each of them', () => {
    const text =
      'backlight=2, contrast=16 ,ink=00006A,thickness = 2,colour-order=bgr,boot-screen=off,rendering=smooth,zlib=on';
    expect(parseStuSettings(text)).toEqual({
      ok: true,
      value: {
        backlight: 2,
        contrast: 16,
        inkColour: { red: 0, green: 0, blue: 0x6a },
        thickness: 2,
        colourOrder: 'bgr',
        bootScreen: false,
        rendering: 'smooth',
        zlib: true,
      },
    });
    expect(text.split(',').map((part) => part.split('=')[0]!.trim())).toHaveLength(stuSettingNames.length);
  });

  it('read back as they were written, in any order', () => {
    fc.assert(
      fc.property(settings, fc.infiniteStream(fc.nat(0xffff)), (asked, ranks) => {
        const text = formatStuSettings(asked);
        fc.pre(text !== '');
        const shuffled = text
          .split(',')
          .map((part) => ({ part, rank: ranks.next().value as number }))
          .sort((one, other) => one.rank - other.rank)
          .map(({ part }) => part);
        expect(parseStuSettings(shuffled.join(','))).toEqual({ ok: true, value: asked });
      }),
      run,
    );
    expect(formatStuSettings({})).toBe('');
  });

  it('are, whatever somebody writes, taken as they mean or refused in one short line', () => {
    const pairs = ['ink=000060', 'backlight=3', 'contrast=16', 'boot-screen=off', 'rendering=plain', 'zlib=on'];
    const wrong = fc
      .tuple(fc.constantFrom(...stuSettingNames, 'brightness'), fc.string())
      .map((pair) => pair.join('='));
    const part = fc.oneof({ arbitrary: fc.constantFrom(...pairs), weight: 4 }, wrong, fc.string());
    let taken = 0;
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (parts) => {
        const parsed = parseStuSettings(parts.join(','));
        if (parsed.ok) {
          taken += 1;
          expect(parseStuSettings(formatStuSettings(parsed.value))).toEqual(parsed);
        } else {
          expect(parsed.error).toMatch(/^has at place \d+ .*: /);
          expect(parsed.error.length).toBeLessThan(320);
        }
      }),
      run,
    );
    expect(taken).toBeGreaterThan(run.numRuns / 10);
  });

  it.each([
    ['backlight', 'has at place 1 "backlight": write name=value, such as backlight=2'],
    ['backlight=2,', 'has at place 2 "": write name=value, such as backlight=2'],
    ['=2', 'has at place 1 "=2": write name=value, such as backlight=2'],
    ['ink=1=2', 'has at place 1 "ink=1=2": write name=value, such as backlight=2'],
    [
      'zlib=on,brightness=2',
      'has at place 2 no setting of a pad ("brightness"): choose from ink, thickness, colour-order, backlight, contrast, boot-screen, rendering, zlib',
    ],
    ['zlib=on,backlight=2,zlib=on', 'has at place 3 zlib a second time: say it once'],
    ['backlight=4', 'has at place 1 backlight as "4": it must be a whole number from 0 to 3'],
    ['backlight=-1', 'has at place 1 backlight as "-1": it must be a whole number from 0 to 3'],
    ['backlight=', 'has at place 1 backlight as "": it must be a whole number from 0 to 3'],
    ['contrast=65536', 'has at place 1 contrast as "65536": it must be a whole number from 0 to 65535'],
    ['contrast=1e3', 'has at place 1 contrast as "1e3": it must be a whole number from 0 to 65535'],
    ['thickness=4', 'has at place 1 thickness as "4": it must be a whole number from 0 to 3'],
    [
      'ink=#000060',
      'has at place 1 ink as "#000060": it must be a colour of six hexadecimal digits, red first, such as 000060',
    ],
    ['colour-order=RGB', 'has at place 1 colour-order as "RGB": it must be rgb or bgr'],
    ['boot-screen=yes', 'has at place 1 boot-screen as "yes": it must be on or off'],
    ['rendering=fine', 'has at place 1 rendering as "fine": it must be plain or smooth'],
    ['zlib=1', 'has at place 1 zlib as "1": it must be on or off'],
    ['constructor=1', /^has at place 1 no setting of a pad \("constructor"\): /],
    [`zlib=${'x'.repeat(500)}`, `has at place 1 zlib as "${'x'.repeat(32)}…": it must be on or off`],
    ['zlib=o\nn', 'has at place 1 zlib as "o\\nn": it must be on or off'],
  ])('refuse %j, saying what, where and what to write', (text, problem) => {
    const parsed = parseStuSettings(text);
    if (typeof problem === 'string') expect(parsed).toEqual({ ok: false, error: problem });
    else expect(parsed.ok ? '' : parsed.error).toMatch(problem);
  });
});
