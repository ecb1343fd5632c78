import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { startPadHost } from '../../../kiosk-shell/pad-host/client.ts';
import type { PadCaptureEvent, PadService, PadServiceOptions } from '../../../kiosk-shell/pad-host/client.ts';
import type { PadSample } from '../../../drivers/pad.ts';
import { idle, screen } from './fake-desk.ts';

/** Hung is still long enough for a host on a busy machine. */
const quick = { pingMs: 200, hungMs: 2000, firstBackoffMs: 20, longestBackoffMs: 200 };

const open = new Set<PadService>();
async function start(options: Partial<PadServiceOptions> = {}): Promise<PadService> {
  const service = await startPadHost({ simulated: ['stu-430'], demoIfNone: false, timing: quick, ...options });
  open.add(service);
  return service;
}
afterEach(async () => {
  await Promise.all([...open].map((service) => service.close()));
  open.clear();
});

/** Resolves at the first change after which `holds`. */
function until(service: PadService, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = service.onChange(() => {
      if (!holds()) return;
      stop();
      resolve();
    });
    if (holds()) {
      stop();
      resolve();
    }
  });
}
async function capture(
  service: PadService,
): Promise<{ events: PadCaptureEvent[]; next: (type: string) => Promise<void> }> {
  const events: PadCaptureEvent[] = [];
  let listener: (event: PadCaptureEvent) => void = () => undefined;
  const id = service.pads()[0]!.description.id;
  const started = await service.startCapture(id, screen, (event) => {
    events.push(event);
    listener(event);
  });
  expect(started).toMatchObject({ ok: true });
  const next = (type: string): Promise<void> =>
    new Promise((resolve) => {
      listener = (event) => {
        if (event.type === type) resolve();
      };
      if (events.some((event) => event.type === type)) resolve();
    });
  return { events, next };
}
const stroke = Array.from({ length: 100 }, (_, at) => ({ x: 60 + at * 2, y: 80, p: 0.5, tip: at < 99, t: at * 5 }));
const ink = (events: readonly PadCaptureEvent[]): readonly PadSample[] =>
  events.flatMap((event) => (event.type === 'samples' ? event.samples : []));
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('the pad host in a process of its own', () => {
  it('shows, captures and presses through the whole way, every sample once and in order', async () => {
    const service = await start();
    expect(service.pads()).toMatchObject([{ state: 'ready', simulated: true, description: { road: 'simulated' } }]);
    const id = service.pads()[0]!.description.id;
    await service.showIdle(id, idle);
    const { events } = await capture(service);
    expect(service.pads()[0]!.state).toBe('busy');
    await service.simulated!.pen(stroke, true);
    await service.simulated!.press('clear');
    await service.simulated!.pen(stroke, false);
    await service.simulated!.press('ok');
    const buttons = events.flatMap((event) => (event.type === 'button' ? [event.button] : []));
    expect(buttons).toEqual(['clear', 'ok']);
    const second = ink(events.slice(events.findIndex((event) => event.type === 'button') + 1));
    expect(second.filter((sample) => sample.tip).map((sample) => sample.x)).toEqual(
      stroke.slice(0, -1).map(({ x }) => x * 30),
    );
    const paced = second.slice(0, 100);
    expect(paced.at(-1)!.at - paced[0]!.at).toBeGreaterThanOrEqual(490_000);
    expect(events.every((event) => event.type !== 'samples' || event.lost === 0)).toBe(true);
    await service.stopCapture(id);
    expect(service.pads()[0]!.state).toBe('ready');
  });

  it('hands out the picture that the pad received, and the buttons on it', async () => {
    const service = await start({ simulated: ['stu-530'] });
    expect(await service.simulated!.buttons()).toEqual([]);
    await capture(service);
    const png = await service.simulated!.screen();
    expect(Buffer.from(png.subarray(0, 8)).toString('hex')).toBe('89504e470d0a1a0a');
    expect([Buffer.from(png).readUInt32BE(16), Buffer.from(png).readUInt32BE(20)]).toEqual([800, 480]);
    expect((await service.simulated!.buttons()).map(({ name }) => name).sort()).toEqual(['cancel', 'clear', 'ok']);
    await expect(service.simulated!.press('other' as 'ok')).rejects.toMatchObject({ code: 'wrong-state' });
  });

  it('reports an unplugged pad to the capture and the list, and takes it back', async () => {
    const service = await start();
    const { events, next } = await capture(service);
    await service.simulated!.pen(stroke.slice(0, 40), true);
    const control = service.simulated!;
    await control.unplug();
    await next('lost');
    expect(events.at(-1)).toEqual({ type: 'lost', reason: 'unplugged' });
    expect(ink(events)).toHaveLength(40);
    await control.plug();
    await until(service, () => service.pads().some((pad) => pad.state === 'ready'));
    await capture(service);
  });

  it('is started again after a crash: the capture is lost, the pad comes back with its idle picture', async () => {
    const service = await start();
    const id = service.pads()[0]!.description.id;
    await service.showIdle(id, idle);
    const picture = await service.simulated!.screen();
    const { events, next } = await capture(service);
    const pid = service.hostPid!;
    process.kill(pid, 'SIGKILL');
    await next('lost');
    expect(events).toEqual([{ type: 'lost', reason: 'failed' }]);
    expect(service.pads()).toMatchObject([{ state: 'failed' }]);
    expect(await service.startCapture(id, screen, () => undefined)).toEqual({ ok: false, error: 'unplugged' });
    await until(service, () => service.pads().some((pad) => pad.state === 'ready'));
    expect(service.hostPid).not.toBe(pid);
    await service.showIdle(id, idle);
    expect(Buffer.from(await service.simulated!.screen()).equals(Buffer.from(picture))).toBe(true);
    await capture(service);
  });

  it('is replaced when it hangs', async () => {
    const service = await start();
    const { events, next } = await capture(service);
    const pid = service.hostPid!;
    process.kill(pid, 'SIGSTOP');
    await next('lost');
    expect(events.at(-1)).toEqual({ type: 'lost', reason: 'failed' });
    expect(isAlive(pid)).toBe(false);
    await until(service, () => service.pads().some((pad) => pad.state === 'ready'));
  });

  it('ends when it is closed, and nothing starts it again', async () => {
    const service = await start();
    const pid = service.hostPid!;
    await service.close();
    expect([isAlive(pid), service.hostPid]).toEqual([false, null]);
  });

  it('has no pad at all when none is plugged in and none is to be simulated', async () => {
    const service = await start({ simulated: [] });
    expect(service.pads().filter((pad) => pad.simulated)).toEqual([]);
    expect(service.simulated).toBeNull();
  });

  it('does not stop a kiosk from starting when it cannot be started itself', async () => {
    const service = await start({ root: '/nowhere' });
    expect([service.pads(), service.hostPid, service.simulated]).toEqual([[], null, null]);
    expect(await service.startCapture('any', screen, () => undefined)).toEqual({ ok: false, error: 'unplugged' });
    await service.stopCapture('any');
  });

  it('goes away when its parent is killed', async () => {
    const program = `
      import { startPadHost } from './kiosk-shell/pad-host/client.ts';
      const service = await startPadHost({ simulated: ['stu-430'], demoIfNone: false });
      process.stdout.write(String(service.hostPid));
    `;
    const parent = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [printed] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(printed.toString());
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    // The host notices by its channel; nothing tells us, so its end is looked for.
    await expect.poll(() => isAlive(pid), { timeout: 10_000, interval: 50 }).toBe(false);
  });
});
