import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { CounterClient } from '../../kiosk-shell/cli/counter-client.ts';
import { freePort } from '../../kiosk-shell/cli/servers.ts';
import { walkCeremony } from '../../kiosk-shell/cli/walk-ceremony.ts';
import { alive, allGone, npmRun, npmStart, ROOT, treeOf, type Process, type Running } from '../support/cli-runs.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-start-'));
const dataDir = join(folder, 'data');
const INK = { name: 'ink.svc', bytes: readFileSync(join(ROOT, 'test/fixtures/ink/wacom-raw-01.svc')) };
/** Servers are asked first and have five seconds to close their files. */
const GONE_MS = 10_000;

interface Started {
  readonly run: Running;
  readonly kiosk: string;
  readonly tree: readonly Process[];
  readonly pin: string;
}
const started: Started[] = [];

async function start(): Promise<Started> {
  const env = {
    COUNTERSIGN_DATA: dataDir,
    KIOSK_PORT: String(await freePort()),
    CLOUD_PORT: String(await freePort()),
  };
  const run = npmStart('start', env);
  await run.said(/Ctrl-C ends it all/);
  const pin = /clerk +Ana +PIN (\d+)/.exec(run.text())?.[1] ?? '';
  const one = { run, kiosk: `http://127.0.0.1:${env.KIOSK_PORT}`, tree: treeOf(run.child.pid!), pin };
  started.push(one);
  return one;
}

function only(tree: readonly Process[], what: RegExp): Process {
  const found = tree.filter(({ command }) => what.test(command));
  expect(found).toHaveLength(1);
  return found[0]!;
}

async function clerk({ kiosk, pin }: Started): Promise<CounterClient> {
  const counter = new CounterClient(kiosk);
  await counter.signIn('Ana', pin);
  return counter;
}

afterEach(() => {
  for (const { tree } of started.splice(0)) for (const { pid } of alive(tree)) process.kill(pid, 'SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('npm start', () => {
  it('runs kiosk, cloud and pad host, and an interrupt of npm ends them all', async () => {
    const { run, tree, kiosk } = await start();
    expect(run.text()).toMatch(/Counter \(clerk\) +http:\/\/127\.0\.0\.1:\d+\n/);
    expect(tree.filter(({ command }) => command.startsWith('next-server'))).toHaveLength(2);
    only(tree, /pad-host\/host\.ts/);
    expect((await fetch(`${kiosk}/api/health`)).status).toBe(200);
    run.child.kill('SIGINT');
    expect(await allGone(tree, GONE_MS)).toEqual([]);
    expect(existsSync(join(dataDir, 'running'))).toBe(false);
  });

  it('starts a crashed kiosk again; Ctrl-C in the terminal ends all without an error', async () => {
    const one = await start();
    const servers = one.tree.filter(({ command }) => command.startsWith('next-server'));
    const pads = only(one.tree, /pad-host\/host\.ts/);
    const parent = only(one.tree, /cli\/start\.ts/);
    // The pad host is a child of the kiosk: so that one of the two servers is known.
    const kiosk = servers.find(({ pid }) => treeOf(pid).some((child) => child.pid === pads.pid))!;
    process.kill(kiosk.pid, 'SIGKILL');
    await one.run.said(/\[kiosk\] ended \(SIGKILL\); starting again in 0\.5 s/);
    expect(await allGone([pads], GONE_MS)).toEqual([]);
    for (;;) {
      const answer = await fetch(`${one.kiosk}/api/health`).catch(() => null);
      if (answer?.ok === true) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const tree = [...one.tree, ...treeOf(parent.pid)];
    process.kill(-one.run.child.pid!, 'SIGINT');
    expect(await allGone(tree, GONE_MS)).toEqual([]);
    expect(await one.run.ended()).toBe(0);
    expect(one.run.text()).toContain('Ending kiosk and cloud');
  });

  it('delivers on other ports what was signed while the cloud was away', async () => {
    const first = await start();
    const counter = await clerk(first);
    await counter.becomeDisplay();
    const pads = only(first.tree, /pad-host\/host\.ts/);
    const cloud = first.tree.find(
      ({ pid, command }) => command.startsWith('next-server') && !treeOf(pid).some((child) => child.pid === pads.pid),
    )!;
    // Stopped, not killed: it would be started again.
    process.kill(cloud.pid, 'SIGSTOP');
    const [sample] = await counter.transactions();
    for (;;) {
      const transaction = await counter.transaction(sample!.id);
      const next = transaction.signatoryList.find(({ state }) => state === 'next');
      if (next === undefined) break;
      await walkCeremony(counter, transaction, next, () => INK);
      await counter.dismiss();
    }
    expect((await counter.transaction(sample!.id)).delivery).not.toBe('delivered');
    // The kiosk notices by itself that its parent is gone; the cloud, which is stopped, cannot.
    process.kill(only(first.tree, /cli\/start\.ts/).pid, 'SIGKILL');
    process.kill(cloud.pid, 'SIGKILL');
    expect(await allGone(first.tree, GONE_MS)).toEqual([]);

    const second = await start();
    expect(second.kiosk).not.toBe(first.kiosk);
    const again = await clerk(second);
    const deadline = performance.now() + 30_000;
    while ((await again.transaction(sample!.id)).delivery !== 'delivered') {
      expect(performance.now()).toBeLessThan(deadline);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    process.kill(second.run.child.pid!, 'SIGKILL');
    expect(await allGone(second.tree, GONE_MS)).toEqual([]);
  });

  it('says in a sentence which port is busy and how to choose another', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    try {
      const ran = await npmRun('start', [], {
        env: { COUNTERSIGN_DATA: dataDir, KIOSK_PORT: String(port), CLOUD_PORT: String(await freePort()) },
      });
      expect(ran.code).toBe(1);
      expect(ran.complaints).toContain(`Port ${port} is in use by another program.`);
      expect(ran.complaints).toContain(`KIOSK_PORT=${port + 1} npm start`);
    } finally {
      other.close();
    }
    const unclear = await npmRun('start', [], { env: { COUNTERSIGN_DATA: dataDir, KIOSK_PORT: 'three' } });
    expect(unclear).toMatchObject({ code: 1, complaints: expect.stringContaining('KIOSK_PORT must be a port number') });
  });
});

describe('a kiosk that cannot open', () => {
  it('is given up with its reason, and leaves nothing running', async () => {
    const key = join(dataDir, 'kiosk/keys/seal.key.pem');
    chmodSync(key, 0o644);
    const env = {
      COUNTERSIGN_DATA: dataDir,
      KIOSK_PORT: String(await freePort()),
      CLOUD_PORT: String(await freePort()),
    };
    const ran = await npmRun('start', [], { env });
    chmodSync(key, 0o600);
    expect(ran.code).toBe(1);
    expect(ran.complaints).toMatch(
      /^The kiosk could not be started: seal\.key\.pem: others than its owner can use it \(mode 644\)\. 'npm run doctor'/m,
    );
    for (const port of [env.KIOSK_PORT, env.CLOUD_PORT]) {
      await expect(fetch(`http://127.0.0.1:${port}/api/health`)).rejects.toThrow();
    }
  });
});

describe('npm run reset', () => {
  it('removes what the demo made, and only that, and not while it is running', async () => {
    const env = { COUNTERSIGN_DATA: dataDir };
    const one = await start();
    const held = await npmRun('reset', [], { env });
    expect(held).toMatchObject({ code: 1, complaints: expect.stringContaining('Countersign is running on this data') });
    const twice = await npmRun('start', [], {
      env: { ...env, KIOSK_PORT: String(await freePort()), CLOUD_PORT: String(await freePort()) },
    });
    expect(twice).toMatchObject({ code: 1, complaints: expect.stringContaining('already running on') });
    process.kill(only(one.tree, /^node kiosk-shell\/bootstrap\.mjs/).pid, 'SIGKILL');
    expect(await allGone(one.tree, GONE_MS)).toEqual([]);

    expect(await npmRun('reset', [], { env })).toMatchObject({ code: 0, out: expect.stringContaining('is gone') });
    expect(existsSync(dataDir)).toBe(false);
    expect(await npmRun('reset', [], { env })).toMatchObject({ code: 0, out: expect.stringContaining('Nothing') });

    const other = join(folder, 'photographs');
    mkdirSync(join(other, 'demo'), { recursive: true });
    writeFileSync(join(other, 'demo', 'holiday.jpg'), 'dear');
    const refused = await npmRun('reset', [], { env: { COUNTERSIGN_DATA: other } });
    expect(refused).toMatchObject({ code: 1, complaints: expect.stringContaining('left alone') });
    expect(existsSync(join(other, 'demo', 'holiday.jpg'))).toBe(true);
  });
});
