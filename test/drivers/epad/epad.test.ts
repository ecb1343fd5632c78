import { describe, expect, it } from 'vitest';
import { parseEpadReach } from '../../../drivers/epad/epad-reach.ts';
import { openGenericPen } from '../../../drivers/generic-digitizer/generic-pen.ts';
import type { PenReach } from '../../../drivers/found-pad.ts';
import { modelNamed } from '../../../drivers/pad-models.ts';
import type { PadEvent } from '../../../drivers/pad.ts';
import { descriptorBytes } from '../generic-digitizer/descriptors.ts';
import { ManualClock } from '../manual-clock.ts';
import { ScriptedHid } from '../scripted-hid.ts';

async function open(reach?: PenReach) {
  const clock = new ManualClock();
  const hid = new ScriptedHid(descriptorBytes('descriptors/04df-0012.rdesc.bin'));
  const model = modelNamed('ePad');
  const pad = await clock.settle(
    openGenericPen(
      hid,
      { id: 'hidraw:0', model, road: 'hidraw', path: '/dev/hidraw0', serial: null },
      { clock, ...(reach ? { reach } : {}) },
    ),
  );
  const events: PadEvent[] = [];
  pad.onEvent((event) => events.push(event));
  return { hid, pad, events, at: clock.now() };
}

describe('an ePad', () => {
  it('is told nothing, and gives touch as its tip: the worked example, and the lifting', async () => {
    const { hid, events, at } = await open();
    hid.send('20 37 01 F2 00 5C');
    hid.send('00 37 01 F2 00 00');
    expect(hid.sent).toEqual([]);
    expect(events).toEqual([
      { type: 'samples', samples: [{ x: 311, y: 242, tip: true, inRange: true, pressure: 92, at }] },
      { type: 'samples', samples: [{ x: 311, y: 242, tip: false, inRange: false, pressure: 0, at }] },
    ]);
  });

  it('is as large as its pen reaches, by the table or by the measure of this desk, at the scale of its descriptor', async () => {
    const byTable = (await open()).pad.description;
    expect(byTable).toMatchObject({
      maker: 'ePadLink',
      shows: 'nothing',
      geometry: { maxX: 1098, maxY: 569, maxPressure: 127 },
    });
    expect(byTable.geometry.unitsPerInch!.x).toBeCloseTo(2896 / 8.96, 1);
    expect(byTable.geometry.unitsPerInch!.y).toBeCloseTo(1370 / 5.12, 1);
    expect((await open({ maxX: 1200, maxY: 600 })).pad.description.geometry).toMatchObject({ maxX: 1200, maxY: 600 });
  });

  it('keeps what lies beyond its reach', async () => {
    const { hid, events } = await open();
    hid.send('20 50 0B 5A 05 01');
    expect(events).toMatchObject([{ samples: [{ x: 2896, y: 1370 }] }]);
  });
});

describe('the setting for its reach', () => {
  it('is two numbers within what the pad can say', () => {
    expect(parseEpadReach('1098x569')).toEqual({ ok: true, value: { maxX: 1098, maxY: 569 } });
    for (const text of ['', '1098', '1098x', '1098x5690', '2897x569', '99x569', '1098 x 569', '-1x569', '1e3x569']) {
      expect(parseEpadReach(text).ok).toBe(false);
    }
  });
});
