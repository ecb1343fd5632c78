import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { simulatedFound } from '../../../drivers/simulated/simulated-models.ts';
import type { SimulatedName } from '../../../drivers/simulated/simulated-models.ts';
import { SimulatedStu } from '../../../drivers/simulated/simulated-stu.ts';
import { stuNames } from '../../../drivers/simulated/stu-facts.ts';
import { stuHostKey } from '../../../drivers/wacom/stu-encryption-v2.ts';
import { openStuPad } from '../../../drivers/wacom/stu-pad.ts';
import { ManualClock } from '../manual-clock.ts';
import { chequered } from '../pictures.ts';

describe('a simulated pad on its cable', () => {
  it('has one handle at a time, which is dead after an unplug', async () => {
    const simulated = new SimulatedStu('stu-430', new ManualClock());
    const handle = simulated.connect();
    expect(() => simulated.connect()).toThrow('open already');
    const ends: string[] = [];
    handle.onClosed((reason) => ends.push(reason));
    simulated.unplug();
    await expect(handle.getFeatureReport(0x03, 5)).rejects.toThrow('Input/output error');
    expect(() => simulated.connect()).toThrow('no such device');
    simulated.plug();
    await expect(simulated.connect().getFeatureReport(0x03, 5)).resolves.toHaveLength(5);
    expect(ends).toEqual(['unplugged']);
  });

  it('loses all but its flash with the power', async () => {
    const simulated = new SimulatedStu('stu-530', new ManualClock());
    const first = simulated.connect();
    await first.sendFeatureReport(Uint8Array.of(0x32, 3));
    await first.sendFeatureReport(Uint8Array.of(0x2b, 3, 0));
    simulated.unplug();
    simulated.plug();
    const again = simulated.connect();
    expect(await again.getFeatureReport(0x32, 2)).toEqual(Uint8Array.of(0x32, 0));
    expect(await again.getFeatureReport(0x2b, 3)).toEqual(Uint8Array.of(0x2b, 3, 0));
  });

  it('leaves the bus for a hard reset and comes back', async () => {
    const clock = new ManualClock();
    const simulated = new SimulatedStu('stu-430', clock);
    const handle = simulated.connect();
    const ends: string[] = [];
    handle.onClosed((reason) => ends.push(reason));
    await handle.sendFeatureReport(Uint8Array.of(0x04, 1));
    expect([simulated.plugged, simulated.open, ends]).toEqual([false, false, ['unplugged']]);
    await clock.advance(2000);
    expect(simulated.plugged).toBe(true);
    expect((await simulated.connect().getFeatureReport(0x03, 5))[1]).toBe(0);
  });

  it('offers its bulk interface where it has one, and answers for it as for the rest', async () => {
    expect(await new SimulatedStu('stu-300', new ManualClock()).bulk()).toBeNull();
    const simulated = new SimulatedStu('stu-430', new ManualClock());
    const handle = simulated.connect();
    const bulk = (await simulated.bulk())!;
    await expect(bulk.write(Uint8Array.of(1))).rejects.toThrow('Broken pipe');
    await handle.sendFeatureReport(Uint8Array.of(0x25, 0x10));
    await bulk.write(new Uint8Array(8000));
    await handle.sendFeatureReport(Uint8Array.of(0x27, 0));
    expect(simulated.screen().rgba[0]).toBe(0);
    simulated.behave(({ direction }) => (direction === 'bulk' ? 'unplug' : 'answer'));
    await expect(bulk.write(Uint8Array.of(1))).rejects.toThrow('Input/output error');
    await expect(bulk.write(Uint8Array.of(1))).rejects.toThrow('Input/output error');
    expect(await simulated.bulk()).toBeNull();
  });

  it('tells its descriptor', async () => {
    const simulated = new SimulatedStu('stu-540', new ManualClock());
    expect(await simulated.connect().reportDescriptor()).toEqual(simulated.device.reportDescriptor());
  });
});

describe('the flash of a pad', () => {
  const driven = stuNames.filter((name): name is SimulatedName => name !== 'stu-541');

  it.each(driven)('of %s is not written once by a whole sitting that changes nothing', async (name) => {
    await stuHostKey();
    const clock = new ManualClock();
    const simulated = new SimulatedStu(name, clock);
    const { facts, device } = simulated;
    for (let sitting = 0; sitting < 2; sitting++) {
      const pad = await clock.settle(openStuPad(simulated.connect(), simulatedFound(facts), { clock }));
      await clock.settle(pad.showPicture(chequered(facts.width, facts.height)));
      await clock.settle(pad.startCapture());
      await clock.settle(pad.endCapture());
      await clock.settle(pad.clearScreen());
      await clock.settle(pad.close());
      if (sitting === 0) device.flash.resetCounts();
    }
    expect(device.flash.writes()).toBe(0);
  });
});

it('no file of the pad side knows the driver it checks', () => {
  const folder = new URL('../../../drivers/simulated/', import.meta.url);
  const files = readdirSync(folder);
  expect(files.length).toBeGreaterThan(10);
  for (const file of files) expect(readFileSync(new URL(file, folder), 'utf8')).not.toMatch(/from '.*wacom/);
});
