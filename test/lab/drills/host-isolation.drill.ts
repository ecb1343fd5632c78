/**
 * The pad host itself on a genuine USB stack: a pad that never answers a feature report holds up neither the pads beside
 * it, nor looking for pads, nor the event loop that answers the kiosk.
 */
import assert from 'node:assert/strict';
import { systemClock } from '../../../drivers/clock.ts';
import { listUsb } from '../../../drivers/usb/usb-bus.ts';
import { padScanner, scanPads } from '../../../drivers/find-pads.ts';
import { glanceAtBus } from '../../../drivers/glance.ts';
import { openPad } from '../../../drivers/open-pad.ts';
import { PadManager } from '../../../kiosk-shell/pad-host/pad-manager.ts';
import type { PadCaptureEvent, PadListing } from '../../../kiosk-shell/pad-host/protocol.ts';
import { screen } from '../../kiosk-shell/pad-host/fake-desk.ts';
import type { Drill, DrillLab } from '../drill.ts';
import { wanderingPen } from '../virtual/pen-stream.ts';
import type { VirtualPadProcess } from '../virtual/virtual-pad-process.ts';
import { asStock, byHidraw, withPads } from './desk.ts';
import { until } from './until.ts';

const ROADS = [
  ['taken from the kernel', asStock],
  ['through hidraw', byHidraw],
] as const;
const TICK_MS = 20;
/**
 * How long the loop may be away without working. A call into the hanging pad on the loop itself would take 3 to 5 s; the
 * guest itself stops for a second now and then, since its machine has other work.
 */
const LONGEST_WAIT_MS = 2500;

/** USB/IP under emulation takes between 100 and 500 reports a second, and less beside other work. */
const DRAIN_MS = 90_000;

export const drills: readonly Drill[] = ROADS.flatMap(([words, boot]): readonly Drill[] => [
  {
    name: `pads ${words}: one that hangs delays neither the others nor the host`,
    timeoutMs: 300_000,
    run: (lab) =>
      boot(() =>
        withPads(
          [
            { model: 'stu-430', serial: 'WELL' },
            { model: 'stu-530', serial: 'HANGS' },
            { model: 'stu-540', serial: 'LATER' },
          ],
          (well, hangs, later) => withHost((host) => isolation(lab, host, well, hangs, later)),
        ),
      ),
  },
  {
    name: `a pad ${words} that is pulled while it is written on is told of within a second, and comes back`,
    timeoutMs: 300_000,
    run: (lab) =>
      boot(() =>
        withPads([{ model: 'stu-430', serial: 'PULLED' }], (pad) => withHost((host) => pulled(lab, host, pad))),
      ),
  },
]);

async function isolation(
  lab: DrillLab,
  host: Host,
  well: VirtualPadProcess,
  hangs: VirtualPadProcess,
  later: VirtualPadProcess,
): Promise<void> {
  await well.plug();
  await hangs.plug();
  await until('two pads are ready', () => host.ready().length === 2, 60_000);
  const id = (model: string): string => host.idOf(model);
  // Loading libraries and first drawings take seconds in the guest; that is not what is measured.
  await listUsb();
  const greeting = { tenant: 'Bank', branch: 'Bled', greeting: 'Welcome' };
  for (const pad of [id('STU-430'), id('STU-530')]) await host.manager.showIdle(pad, greeting);
  await hangs.fault({ on: 'set', do: 'hang' });
  await hangs.fault({ on: 'get', do: 'hang' });
  host.watchLoop();
  host.manager.showIdle(id('STU-530'), { ...greeting, greeting: '' }).catch(() => undefined);

  const begun = performance.now();
  const events: PadCaptureEvent[] = [];
  const started = await host.manager.startCapture(id('STU-430'), screen, {}, (event) => events.push(event));
  assert.ok(started.ok);
  const startMs = performance.now() - begun;
  const { area } = started.value;
  const { maxX, maxY } = started.value.description.geometry;
  const stroke = wanderingPen(200, 200, 3).map((moment) => ({
    ...moment,
    x: (area.x + area.width * (0.1 + 0.8 * moment.x)) / maxX,
    y: (area.y + area.height * (0.1 + 0.8 * moment.y)) / maxY,
  }));
  await well.pen(stroke);
  const samples = (): number =>
    events.reduce((sum, event) => sum + (event.type === 'samples' ? event.samples.length : 0), 0);
  await until('every sample', () => samples() >= stroke.length, DRAIN_MS).catch((error: unknown) => {
    const others = events.filter(({ type }) => type !== 'samples').map(({ type }) => type);
    throw new Error(`${samples()} of ${stroke.length} samples, ${others.join(' ')}`, { cause: error });
  });
  await until('the pad that hangs is told of', () => host.state('STU-530') === 'failed');
  const plugged = performance.now();
  await later.plug();
  await until('a pad plugged in meanwhile is ready', () => host.state('STU-540') === 'ready', 60_000);
  const laterMs = performance.now() - plugged;
  const standstill = host.longestStandstill();
  assert.equal(samples(), stroke.length);
  assert.ok(events.every((event) => event.type === 'samples' && event.lost === 0));
  const figures = [startMs, laterMs, standstill.ms, standstill.busyMs].map(Math.round);
  lab.tell(
    `beside the one that hangs: capture up in ${figures[0]} ms, a pad plugged in ready after ${figures[1]} ms, host away for ${figures[2]} ms at most, ${figures[3]} of them at work`,
  );
  const waitedMs = standstill.ms - standstill.busyMs;
  assert.ok(waitedMs < LONGEST_WAIT_MS, `the loop of the host waited for ${Math.round(waitedMs)} ms`);
  await hangs.order('calm', null);
  await until('the pad is well again', () => host.state('STU-530') === 'ready', 90_000);
}

async function pulled(lab: DrillLab, host: Host, pad: VirtualPadProcess): Promise<void> {
  await pad.plug();
  await until('the pad is ready', () => host.ready().length === 1, 60_000);
  const events: PadCaptureEvent[] = [];
  const started = await host.manager.startCapture(host.idOf('STU-430'), screen, {}, (event) => events.push(event));
  assert.ok(started.ok);
  const writing = pad.pen(wanderingPen(400, 200, 4)).catch(() => 0);
  await until('some ink', () => events.length > 50);
  const pulledAt = performance.now();
  await pad.unplug();
  await until('the host says so', () => host.state('STU-430') === 'unplugged');
  const toldMs = performance.now() - pulledAt;
  await writing;
  assert.deepEqual(events.at(-1), { type: 'lost', reason: 'unplugged' });
  assert.equal(events.filter(({ type }) => type === 'lost').length, 1);
  lab.tell(`told ${Math.round(toldMs)} ms after the cable was pulled`);
  assert.ok(toldMs < 1000, `told after ${Math.round(toldMs)} ms`);
  await pad.plug();
  await until('the pad is back', () => host.state('STU-430') === 'ready', 60_000);
}

/** The manager of the pad host with the real finder and the real roads, and an eye on its event loop. */
class Host {
  readonly manager: PadManager;
  #ticks: NodeJS.Timeout | undefined;
  #longest = { ms: 0, busyMs: 0 };

  constructor() {
    this.manager = new PadManager({
      scan: padScanner(() => scanPads()),
      glance: () => glanceAtBus(),
      open: (found) => openPad(found),
      clock: systemClock,
      changed: () => undefined,
      isDismissed: () => false,
    });
  }

  ready(): readonly PadListing[] {
    return this.manager.list().filter(({ state }) => state === 'ready');
  }
  #listing(model: string): PadListing | undefined {
    return this.manager.list().find(({ description }) => description.model === model);
  }
  state(model: string): string | undefined {
    return this.#listing(model)?.state;
  }
  idOf(model: string): string {
    return this.#listing(model)?.description.id ?? '';
  }

  watchLoop(): void {
    let last = performance.now();
    let cpu = process.cpuUsage();
    this.#ticks = setInterval(() => {
      const now = performance.now();
      const { user, system } = process.cpuUsage(cpu);
      const ms = now - last - TICK_MS;
      if (ms > this.#longest.ms) this.#longest = { ms, busyMs: Math.min(ms, (user + system) / 1000) };
      last = now;
      cpu = process.cpuUsage();
    }, TICK_MS);
  }
  longestStandstill(): { readonly ms: number; readonly busyMs: number } {
    return this.#longest;
  }
  async close(): Promise<void> {
    clearInterval(this.#ticks);
    await this.manager.close();
  }
}

async function withHost(act: (host: Host) => Promise<void>): Promise<void> {
  const host = new Host();
  await host.manager.scanOnce();
  host.manager.watch();
  try {
    await act(host);
  } finally {
    await host.close();
  }
}
