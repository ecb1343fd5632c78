import { describe, expect, it } from 'vitest';
import type { PadEvent } from '../../../drivers/pad.ts';
import { modelNamed } from '../../../drivers/pad-models.ts';
import { topazModels } from '../../../drivers/topaz/topaz-models.ts';
import { openTopazPad } from '../../../drivers/topaz/topaz-pad.ts';
import { ManualClock } from '../manual-clock.ts';
import { ScriptedSource } from '../scripted-source.ts';

const modelCalled = (name: string) => topazModels.find(({ model }) => model === `${name} (serial)`)!;
const at = { id: 'serial:ttyUSB0', road: 'serial', path: '/dev/ttyUSB0', serial: null } as const;

describe('a Topaz pad on a serial line', () => {
  it('counts places from the edge of its surface, and keeps what lies beyond it', async () => {
    const clock = new ManualClock();
    const line = new ScriptedSource();
    const model = modelCalled('SigLite LCD 1x5');
    const pad = await clock.settle(openTopazPad(line, { ...at, model }, { clock }));
    const events: PadEvent[] = [];
    pad.onEvent((event) => events.push(event));
    line.send(Uint8Array.of(0xc1, 0x10, 0x05));
    line.send(Uint8Array.of(0x20, 0x03, 0xc0, 0x00, 0x00, 0x00, 0x00, 0x11));
    const sample = { at: clock.now(), inRange: true };
    expect(events).toEqual([
      { type: 'samples', samples: [{ ...sample, x: 256, y: 66, tip: true }] },
      { type: 'samples', samples: [{ ...sample, x: -400, y: -350, tip: false }] },
      { type: 'bad-report', reason: 'malformed' },
    ]);
    expect(pad.description).toMatchObject({
      maker: 'Topaz',
      road: 'serial',
      shows: 'nothing',
      geometry: { maxX: 2000, maxY: 700, unitsPerInch: { x: 410, y: 410 } },
    });
  });

  it('has a line of eight bits and odd parity, at the speed of its model', () => {
    const lines = topazModels.flatMap(({ driver }) => (driver.kind === 'topaz-bsb' ? [driver.line] : []));
    for (const line of lines) expect(line).toMatchObject({ dataBits: 8, parity: 'odd' });
    expect(lines.map(({ baudRate }) => baudRate)).toEqual([19_200, 19_200, 19_200, 19_200, 38_400, 9600, 115_200]);
  });

  it('is opened by a model of its own only', async () => {
    const line = new ScriptedSource();
    await expect(openTopazPad(line, { ...at, model: modelNamed('STU-530') })).rejects.toMatchObject({
      code: 'unsupported',
    });
    expect(line.closed).toBe('asked');
  });
});
