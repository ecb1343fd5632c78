import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { systemClock } from '../../signing/clock.ts';
import { openStores, type OpenStores } from '../../sync/cloud/open-stores.ts';
import { parseStoresConfig } from '../../sync/cloud/stores-config.ts';
import { startCeph } from '../support/ceph.ts';
import { startPostgres } from '../support/postgres.ts';
import { requireTool } from '../support/tools.ts';
import { testTime } from './support/clock.ts';
import { allDelivered, courierRig } from './support/courier-rig.ts';
import { memoryOutbox } from './support/memory-outbox.ts';
import { enrolmentOf, kioskTrust, newKiosk } from './support/world.ts';

const kiosk = newKiosk('kiosk-1');
const receiptKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

interface RunningCloud {
  readonly url: string;
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
}

async function startCloud(folder: string, step: string): Promise<RunningCloud> {
  const script = path.join(import.meta.dirname, 'support', 'cloud-process.ts');
  const child = spawn(process.execPath, [script, folder, step], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  endings.push(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (text: Buffer) => resolve(text.toString().trim()));
    child.once('exit', () => reject(new Error('the cloud did not start')));
  });
  return { url, child, ended };
}

async function startServices(): Promise<{ folder: string; stores: OpenStores }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'countersign-two-'));
  endings.push(() => rmSync(folder, { recursive: true, force: true }));
  const [postgres, ceph] = await Promise.all([startPostgres(), startCeph()]);
  endings.push(
    () => postgres.end(),
    () => ceph.end(),
  );
  const objects = { endpoint: ceph.endpoint, bucket: await ceph.newBucket(), region: 'default', ...ceph.user };
  const given = { version: 1, database: postgres.newDatabase(), objects };
  const config = parseStoresConfig(given);
  if (!config.ok) throw new Error(config.error);
  writeFileSync(path.join(folder, 'stores.json'), JSON.stringify(given), { mode: 0o600 });
  writeFileSync(path.join(folder, 'tenants.json'), JSON.stringify(enrolmentOf([kiosk])));
  writeFileSync(path.join(folder, 'receipt.key.pem'), receiptKey.export({ type: 'pkcs8', format: 'pem' }));
  const stores = await openStores(folder, config.value, systemClock);
  endings.push(() => stores.database.close());
  return { folder, stores };
}

it('two processes take each request of an upload in turn, one is killed again and again: one row, one object, one receipt', async (ctx) => {
  requireTool(ctx, 'initdb', 'radosgw');
  const { folder, stores } = await startServices();
  const steady = await startCloud(folder, 'never');
  const time = testTime();
  const trust = await kioskTrust(kiosk, receiptKey, systemClock);
  const store = memoryOutbox();
  for (const step of ['mid-upload', 'received', 'object-written', 'before-commit', 'after-commit']) {
    const frail = await startCloud(folder, step);
    const clouds = [frail, steady];
    const asked = new Map<RunningCloud, string[]>(clouds.map((each) => [each, []]));
    let turn = 0;
    let patches = 0;
    const { courier, until } = courierRig(time, store, {
      ...trust,
      cloudUrl: 'http://cloud.test',
      chunkBytes: 20_000,
      fetch: (url, init) => {
        // As a load balancer does that looks whether they live.
        const living = clouds.filter(({ child }) => child.signalCode === null);
        const to = living[(turn += 1) % living.length] ?? steady;
        asked.get(to)?.push(init.method ?? '');
        const answer = fetch(url.replace('http://cloud.test', to.url), init);
        if (init.method === 'PATCH' && (patches += 1) >= 2 && to === frail && step === 'mid-upload')
          frail.child.kill('SIGKILL');
        return answer;
      },
    });
    for (let i = 0; i < 3; i += 1)
      store.queue(trust.packages.make(randomUUID(), { size: 90_000 }), new Date(time.now()).toISOString());
    courier.start();
    await until(() => allDelivered(store));
    await courier.stop();
    expect(asked.get(steady)).toContain('PATCH');
    expect(asked.get(frail)).toContain('PATCH');
    frail.child.kill('SIGKILL');
    await frail.ended;
  }
  const rows = await stores.database.query('select digest, receipt from packages');
  expect(rows).toHaveLength(15);
  expect(new Map(rows.map((row) => [row['digest'], row['receipt']]))).toEqual(
    new Map([...store.rows.values()].map((row) => [row.digest, row.receipt])),
  );
  const objects = await stores.objects.list(null);
  expect(objects.map(({ digest }) => digest)).toEqual([...store.rows.keys()].toSorted());
  // A start settles and clears what the dead one left.
  await startCloud(folder, 'never');
  expect(await stores.uploadStore.list(null)).toEqual([]);
  expect(await stores.database.query('select id from uploads')).toEqual([]);
}, 240_000);
