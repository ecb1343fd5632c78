import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startService, untilReady, type Service, type SupervisorTiming } from '../../kiosk-shell/supervisor.ts';
import { alive } from '../support/cli-runs.ts';

const services: Service[] = [];
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.stop()));
});

/** A service of one script; `heard` resolves with the n-th line that fits. */
function service(script: string, timing: Partial<SupervisorTiming> = {}, program = process.execPath) {
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const started = startService(
    { name: 'one', program, args: ['-e', script], cwd: process.cwd(), env: process.env },
    (_, line) => {
      lines.push(line);
      for (const look of [...waiting]) look();
    },
    { firstPauseMs: 20, longestPauseMs: 80, ...timing },
  );
  services.push(started);
  const heard = (pattern: RegExp, count = 1): Promise<string> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = lines.filter((line) => pattern.test(line))[count - 1];
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  return { started, lines, heard };
}

const STAYS = 'setInterval(() => {}, 1000); console.log("up", process.pid, process.env.COUNTERSIGN_SUPERVISED);';
const isAlive = (pid: number): boolean => alive([{ pid, command: '' }]).length > 0;

describe('a supervised service', () => {
  it('starts with a channel to its parent and says so in its environment', async () => {
    const { started, heard } = service(`${STAYS} console.log("connected", process.connected)`);
    expect(await heard(/^up/)).toBe(`up ${started.pid()} 1`);
    expect(await heard(/^connected/)).toBe('connected true');
  });

  it('is started again after a crash, each time after a longer pause, up to the longest', async () => {
    const { started, heard, lines } = service('process.exit(3)');
    await heard(/^ended/, 5);
    expect(lines.slice(0, 5)).toEqual(
      [0.02, 0.04, 0.08, 0.08, 0.08].map((pause) => `ended (code 3); starting again in ${pause} s`),
    );
    expect(started.restarts()).toBeGreaterThanOrEqual(4);
  });

  it('begins with the short pause again once it has lived long enough', async () => {
    const { heard, lines } = service('process.exit(3)', { settledMs: 0 });
    await heard(/^ended/, 3);
    expect(new Set(lines)).toEqual(new Set(['ended (code 3); starting again in 0.02 s']));
  });

  it('comes back under another process id after it was killed', async () => {
    const { started, heard } = service(STAYS);
    await heard(/^up/);
    const first = started.pid()!;
    process.kill(first, 'SIGKILL');
    expect(await heard(/^ended/)).toBe('ended (SIGKILL); starting again in 0.02 s');
    await heard(/^up/, 2);
    expect(started.pid()).not.toBe(first);
  });

  it('is asked to end and stays ended', async () => {
    const { started, heard, lines } = service(
      `${STAYS} process.on('SIGTERM', () => { console.log('closing files'); process.exit(0); })`,
    );
    await heard(/^up/);
    const pid = started.pid()!;
    await started.stop();
    expect(isAlive(pid)).toBe(false);
    expect(started.pid()).toBeUndefined();
    expect(lines.filter((line) => line.startsWith('ended'))).toEqual([]);
    expect(started.restarts()).toBe(0);
  });

  it('is killed when it does not end in time', async () => {
    const { started, heard } = service(`process.on('SIGTERM', () => {}); ${STAYS}`, { patienceMs: 30 });
    await heard(/^up/);
    const pid = started.pid()!;
    await started.stop();
    expect(isAlive(pid)).toBe(false);
  });

  it('can be stopped between two lives', async () => {
    const { started, heard } = service('process.exit(1)', { firstPauseMs: 60_000, longestPauseMs: 60_000 });
    await heard(/^ended/);
    await started.stop();
    expect(started.pid()).toBeUndefined();
  });

  it('of a program that is not there is tried again, and can be stopped', async () => {
    const { started, heard } = service('', {}, '/nowhere/at/all');
    expect(await heard(/^could not start/, 2)).toMatch(/^could not start: .*ENOENT; starting again in/);
    await started.stop();
  });

  it('hands on whole lines, however they are cut', async () => {
    const { heard } = service(
      `process.stdout.write('one li'); setTimeout(() => process.stdout.write('ne\\ntwo\\n'), 20); setInterval(() => {}, 1000);`,
    );
    expect(await heard(/line/)).toBe('one line');
    expect(await heard(/^two/)).toBe('two');
  });
});

describe('waiting for a server', () => {
  it('ends with its first good answer', async () => {
    let asked = 0;
    const server = createServer((_, response) => {
      asked += 1;
      response.writeHead(asked < 3 ? 503 : 200).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      await untilReady(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 10_000);
      expect(asked).toBe(3);
    } finally {
      server.close();
    }
  });

  it('ends with a sentence when the time is over, or when it is of no use', async () => {
    const dead = 'http://127.0.0.1:9';
    await expect(untilReady(dead, 0)).rejects.toThrow('http://127.0.0.1:9 did not become ready within 0 s');
    await expect(untilReady(dead, 60_000, () => 'it ended again and again')).rejects.toThrow(
      'it ended again and again',
    );
  });
});
