import { describe, expect, it } from 'vitest';
import { modelNamed } from '../../../drivers/pad-models.ts';
import type { PadEvent } from '../../../drivers/pad.ts';
import { openDeltaPad, parseDeltaInput } from '../../../drivers/signotec/delta-pad.ts';
import { ManualClock } from '../manual-clock.ts';
import { ScriptedHid } from '../scripted-hid.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

describe('the pen report of a Delta', () => {
  it('is read little-endian: the worked example hovers, and writes with bit 2', () => {
    expect(parseDeltaInput(bytes('02 A6 46 1A 36 03 05 00 00 00'))).toEqual({
      ok: true,
      value: { x: 18_086, y: 13_850, tip: false, inRange: true, pressure: 5 },
    });
    expect(parseDeltaInput(bytes('02 A6 46 1A 36 07 FF 07 00 00'))).toMatchObject({
      value: { tip: true, inRange: true, pressure: 2047 },
    });
    expect(parseDeltaInput(bytes('02 A6 46 1A 36 00 05 00 00 00'))).toMatchObject({
      value: { tip: false, inRange: false },
    });
  });

  it('is told from others and from parts of itself', () => {
    expect(['', '02 A6', '03 A6 46 1A 36 07 FF 07 00 00'].map((hex) => parseDeltaInput(bytes(hex)))).toEqual([
      { ok: false, error: 'malformed' },
      { ok: false, error: 'malformed' },
      { ok: false, error: 'unknown' },
    ]);
  });
});

it.each(['Delta', 'PD1011'])('a %s gives samples as they are, one past its stated maximum too', async (name) => {
  const clock = new ManualClock();
  const hid = new ScriptedHid(null);
  const model = modelNamed(name);
  const pad = await clock.settle(
    openDeltaPad(hid, { id: 'hidraw:0', model, road: 'hidraw', path: '/dev/hidraw0', serial: null }, { clock }),
  );
  const events: PadEvent[] = [];
  pad.onEvent((event) => events.push(event));
  hid.send(bytes('02 00 00 F1 69 07 00 04 00 00'));
  hid.send(bytes('99'));
  expect(events).toEqual([
    {
      type: 'samples',
      samples: [{ x: 0, y: 27_121, tip: true, inRange: true, pressure: 1024, at: clock.now() }],
    },
    { type: 'bad-report', reason: 'unknown' },
  ]);
  expect(pad.description).toMatchObject({ shows: 'computer-screen', geometry: { maxX: 43_392, maxY: 27_120 } });
  expect(Math.round(pad.description.geometry.unitsPerInch!.x)).toBe(5080);
});
