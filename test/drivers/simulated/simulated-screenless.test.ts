import { describe, expect, it } from 'vitest';
import type { PadEvent, PadSample } from '../../../drivers/pad.ts';
import { screenlessDevices } from '../../../drivers/simulated/screenless-devices.ts';
import type { ScreenlessName } from '../../../drivers/simulated/screenless-devices.ts';
import { SimulatedDesk } from '../../../kiosk-shell/pad-host/simulated-desk.ts';
import { descriptorBytes } from '../generic-digitizer/descriptors.ts';
import { ManualClock } from '../manual-clock.ts';

const names = Object.keys(screenlessDevices) as readonly ScreenlessName[];

async function opened(name: ScreenlessName) {
  const clock = new ManualClock();
  const desk = new SimulatedDesk({ simulated: [name], demoIfNone: false }, clock);
  const [found] = desk.with({ found: [], unusable: [] }, () => false).found;
  const simulated = found && desk.pad(found.id);
  if (!simulated) throw new Error('nothing is on the desk');
  const pad = await clock.settle(desk.open(found));
  const events: PadEvent[] = [];
  pad.onEvent((event) => events.push(event));
  const samples = (): readonly PadSample[] =>
    events.flatMap((event) => (event.type === 'samples' ? event.samples : []));
  return { clock, desk, found, simulated, pad, events, samples };
}

describe.each(names)('a simulated %s', (name) => {
  const { surface, range } = screenlessDevices[name];

  it('is read by the driver of its model: place, tip and pressure, in time', async () => {
    const { simulated, pad, samples, events } = await opened(name);
    expect(pad.description.geometry).toMatchObject({ maxX: range.x, maxY: range.y, screen: null });
    const stroke = Array.from({ length: 10 }, (_, i) => ({
      x: (surface.width * (i + 1)) / 20,
      y: surface.height / 4,
      p: i < 9 ? 0.5 : 0,
      tip: i < 9,
      t: i * 10,
    }));
    await simulated.penSamples(stroke, { fast: true });
    const taken = samples();
    expect(events.every(({ type }) => type === 'samples')).toBe(true);
    expect(taken.map(({ x }) => x)).toEqual(stroke.map(({ x }) => Math.round((x / surface.width) * range.x)));
    expect(new Set(taken.map(({ y }) => y))).toEqual(new Set([Math.round(range.y / 4)]));
    expect(taken.map(({ tip }) => tip)).toEqual(stroke.map(({ tip }) => tip));
    const { maxPressure } = pad.description.geometry;
    expect(taken[0]?.pressure).toBe(Math.round((maxPressure ?? 0) / 2));
    expect(taken.map(({ at }) => at - (taken[0]?.at ?? 0))).toEqual(stroke.map(({ t }) => t * 1000));
  });

  it('is lost with its cable, is one handle at a time, and comes back', async () => {
    const { clock, desk, found, simulated, events } = await opened(name);
    expect(() => simulated.connect()).toThrow('open already');
    simulated.unplug();
    expect(events.at(-1)).toEqual({ type: 'closed', reason: 'unplugged' });
    await expect(clock.settle(desk.open(found))).rejects.toMatchObject({ code: 'unplugged' });
    expect(desk.with({ found: [], unusable: [] }, () => false).found).toEqual([]);
    simulated.plug();
    expect((await clock.settle(desk.open(found))).description.model).toBe(found.model.model);
  });
});

it('a DTU-1141 takes the end of its mouse mode, and stalls at what else it is told or asked', async () => {
  const device = screenlessDevices['dtu-1141'];
  const takes = (...bytes: readonly number[]): boolean => device.takes(Uint8Array.from(bytes));
  expect([takes(2, 2), takes(2, 1), takes(7, 2)]).toEqual([true, false, false]);
  const { simulated, pad } = await opened('dtu-1141');
  await pad.close();
  const handle = simulated.connect();
  await expect(handle.sendFeatureReport(Uint8Array.of(7, 2))).rejects.toThrow();
  await expect(handle.getFeatureReport(2, 2)).rejects.toThrow();
});

it('an ePad says of itself what a real one says, and nothing of a pen that hovers away', async () => {
  const real = descriptorBytes('descriptors/04df-0012.rdesc.bin');
  expect([...screenlessDevices.epad.reportDescriptor]).toEqual([...real]);
  const { simulated, samples } = await opened('epad');
  simulated.penAway({ x: 1, y: 1, p: 0, tip: false, t: 0 });
  expect(samples()).toEqual([]);
});
