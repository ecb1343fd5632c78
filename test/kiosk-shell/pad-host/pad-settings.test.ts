import { describe, expect, it } from 'vitest';
import type { PadScan } from '../../../drivers/find-pads.ts';
import type { DeviceFlash } from '../../../drivers/simulated/device-flash.ts';
import { simulatedFacts, simulatedFound } from '../../../drivers/simulated/simulated-models.ts';
import type { SimulatedName } from '../../../drivers/simulated/simulated-models.ts';
import { SimulatedStu } from '../../../drivers/simulated/simulated-stu.ts';
import type { StuDevice } from '../../../drivers/simulated/stu-device.ts';
import { stuHostKey } from '../../../drivers/wacom/stu-encryption-v2.ts';
import type { StuDeskSettings } from '../../../drivers/wacom/stu-settings-text.ts';
import { PadManager } from '../../../kiosk-shell/pad-host/pad-manager.ts';
import { SimulatedDesk } from '../../../kiosk-shell/pad-host/simulated-desk.ts';
import { ManualClock } from '../../drivers/manual-clock.ts';
import { idle } from './fake-desk.ts';

const empty: PadScan = { found: [], unusable: [] };
const id = (name: SimulatedName): string => simulatedFound(simulatedFacts(name)).id;
const cells = ['backlight', 'contrast', 'boot-screen', 'background', 'uid', 'default-mode'];
const writes = (flash: DeviceFlash): readonly string[] =>
  cells.flatMap((cell) => Array.from({ length: flash.writes(cell) }, () => cell));

/** The pad host's own parts over simulated pads: what stays on the desk when the host ends is the pads. */
async function kiosk(names: readonly SimulatedName[]) {
  // Found on a thread of its own, which a clock that only a test moves does not wait for.
  await stuHostKey();
  const clock = new ManualClock();
  const options = { simulated: names, demoIfNone: false, padSettings: null as StuDeskSettings | null };
  const desk = new SimulatedDesk(options, clock);
  /** A host starts, greets, and ends. */
  const run = async (padSettings: StuDeskSettings | null, meanwhile?: (manager: PadManager) => Promise<void>) => {
    options.padSettings = padSettings;
    const manager = new PadManager({
      scan: () => Promise.resolve(desk.with(empty, () => false)),
      glance: () => Promise.resolve(desk.glance()),
      open: (found) => desk.open(found),
      clock,
      changed: () => undefined,
      isDismissed: () => false,
    });
    const look = async (): Promise<void> => {
      await clock.settle(manager.scanOnce());
      await clock.settle(manager.opened(20_000));
    };
    await look();
    expect(manager.list().map(({ state }) => state)).toEqual(names.map(() => 'ready'));
    for (const { description } of manager.list()) await clock.settle(manager.showIdle(description.id, idle));
    await meanwhile?.(manager);
    await clock.settle(manager.close());
  };
  const device = (name: SimulatedName): StuDevice => {
    const pad = desk.pad(id(name));
    if (!(pad instanceof SimulatedStu)) throw new Error(`no ${name} is on the desk`);
    return pad.device;
  };
  return { desk, clock, run, device, flash: (name: SimulatedName): DeviceFlash => device(name).flash };
}

describe('what a desk asks of its pads', () => {
  const asked: StuDeskSettings = { backlight: 3, contrast: 20, bootScreen: true, thickness: 2, zlib: true };

  it('wears their flash once: another start finds it there, and so does another plug-in', async () => {
    const { desk, run, clock, device, flash } = await kiosk(['stu-540', 'stu-430']);
    await run(asked);
    expect(writes(flash('stu-540'))).toEqual(['backlight', 'contrast', 'boot-screen']);
    expect(writes(flash('stu-430'))).toEqual(['boot-screen']);
    for (const name of ['stu-540', 'stu-430'] as const) flash(name).resetCounts();
    await run(asked, async (manager) => {
      desk.unplug(id('stu-540'));
      await clock.settle(manager.scanOnce());
      expect(manager.list().find(({ description }) => description.id === id('stu-540'))?.state).toBe('unplugged');
      desk.plugAll();
      await clock.settle(manager.scanOnce());
      await clock.settle(manager.opened(20_000));
      expect(device('stu-540').settings.pen.thickness).toBe(2);
    });
    expect(flash('stu-540').writes()).toBe(0);
    expect(flash('stu-430').writes()).toBe(0);
    await run({ ...asked, backlight: 2 });
    expect(writes(flash('stu-540'))).toEqual(['backlight']);
    expect(flash('stu-430').writes()).toBe(0);
  });

  it('leaves a pad of a desk that asks for nothing as it was', async () => {
    const { run, flash } = await kiosk(['stu-520', 'stu-540']);
    await run(null);
    expect([flash('stu-520').writes(), flash('stu-540').writes()]).toEqual([0, 0]);
  });
});
