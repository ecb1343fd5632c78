import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../signing/clock.ts';
import { openEmbeddedDatabase } from '../../sync/cloud/embedded-database.ts';
import { testTime } from './support/clock.ts';
import { endClouds, startCloud } from './support/running-cloud.ts';
import { allDelivered, courierRig } from './support/courier-rig.ts';
import { memoryOutbox } from './support/memory-outbox.ts';
import { enrolmentOf, kioskTrust, newKiosk } from './support/world.ts';

const STEPS = ['received', 'object-written', 'before-commit', 'after-commit', 'before-answer'] as const;

const time = testTime();
const kiosk = newKiosk('kiosk-1');
const receiptKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'countersign-killed-'));
  await writeFile(path.join(folder, 'tenants.json'), JSON.stringify(enrolmentOf([kiosk])));
  await writeFile(path.join(folder, 'receipt.key.pem'), receiptKey.export({ type: 'pkcs8', format: 'pem' }));
});
afterAll(async () => {
  endClouds();
  await rm(folder, { recursive: true, force: true });
});

describe('kill -9 of the cloud during ingest', () => {
  it('leaves exactly one row, one object and one receipt, whatever the step', async () => {
    const trust = await kioskTrust(kiosk, receiptKey, systemClock);
    const store = memoryOutbox();
    let cloud = await startCloud(folder, STEPS[0]);
    const { courier, until } = courierRig(time, store, {
      ...trust,
      cloudUrl: 'http://cloud.test',
      fetch: (url, init) => fetch(url.replace('http://cloud.test', cloud.url), init),
    });
    courier.start();
    for (const [i, step] of STEPS.entries()) {
      await until(() => courier.status().state === 'up');
      store.queue(trust.packages.make(randomUUID(), { size: 20_000 }), new Date(time.now()).toISOString());
      courier.poke();
      await until(() => courier.status().state === 'down');
      expect(await cloud.ended, step).toBe('SIGKILL');
      expect(allDelivered(store)).toBe(false);
      cloud = await startCloud(folder, STEPS[i + 1] ?? 'never');
      courier.poke();
      await until(() => allDelivered(store));
    }
    await courier.stop();
    cloud.child.kill('SIGKILL');
    await cloud.ended;

    const database = await openEmbeddedDatabase(path.join(folder, 'database'));
    const rows = await database.query('select digest, receipt, sequence::float8 as sequence from packages order by 3');
    const uploads = await database.query('select id from uploads');
    await database.close();
    expect(rows.map((row) => row['sequence'])).toEqual(STEPS.map((_, i) => i + 1));
    expect(new Map(rows.map((row) => [row['digest'], row['receipt']]))).toEqual(
      new Map([...store.rows.values()].map((row) => [row.digest, row.receipt])),
    );
    const objects = await readdir(path.join(folder, 'objects'), { recursive: true, withFileTypes: true });
    expect(
      objects
        .filter((entry) => entry.isFile())
        .map((entry) => entry.name)
        .sort(),
    ).toEqual([...store.rows.keys()].sort());
    expect(uploads).toEqual([]);
    expect(await readdir(path.join(folder, 'uploads'))).toEqual([]);
  }, 180_000);
});
