import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nextEntry } from '../../signing/audit/chain.ts';
import { makeExcerpt } from '../../signing/audit/excerpt.ts';
import { certificatePem } from '../../signing/cms/pem.ts';
import { systemClock } from '../../signing/clock.ts';
import { sha256 } from '../../signing/digest.ts';
import { verifyPackage } from '../../signing/verification/verify-package.ts';
import { eraseCaptures } from '../../signing/sealing/erase-captures.ts';
import { openEmbeddedDatabase } from '../../sync/cloud/embedded-database.ts';
import { packaged, packageInput, sealed, FIRST } from '../signing/verification/samples.ts';
import { makePki, sealInput, samplePdf } from '../support/seal-fixtures.ts';
import { testTime } from './support/clock.ts';
import { allDelivered, courierRig } from './support/courier-rig.ts';
import { memoryOutbox } from './support/memory-outbox.ts';
import type { TestPackage } from './support/packages.ts';
import { endClouds, startCloud } from './support/running-cloud.ts';
import { kioskTrust, type TestKiosk } from './support/world.ts';

/** Every durable step of putting an erased package in the place of the whole one, and the moments around them. */
const STEPS = [
  ...['received', 'object-written', 'before-commit', 'after-commit'],
  ...['before-removal', 'after-removal', 'destruction-recorded', 'before-answer'],
] as const;

const time = testTime();
const pki = makePki('p256');
const receiptKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const kiosk: TestKiosk = {
  ...{ id: 'kiosk-1', tenant: 'tenant-1', branch: 'branch-1', deviceKey: pki.device.privateKey },
  ...{ deviceCertificate: pki.device.certificate, sealCertificate: pki.device.certificate },
};
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'countersign-erasure-killed-'));
  const pem = certificatePem(pki.device.certificate);
  const enrolment = {
    version: 1,
    tenants: [
      {
        ...{ id: kiosk.tenant, name: kiosk.tenant, roots: certificatePem(pki.root.certificate) },
        kiosks: [{ id: kiosk.id, branch: kiosk.branch, deviceCertificate: pem, sealCertificate: pem }],
      },
    ],
  };
  await writeFile(path.join(folder, 'tenants.json'), JSON.stringify(enrolment));
  await writeFile(path.join(folder, 'receipt.key.pem'), receiptKey.export({ type: 'pkcs8', format: 'pem' }));
});
afterAll(async () => {
  endClouds();
  await rm(folder, { recursive: true, force: true });
});

/** A package of a transaction of its own, and the same after its capture was erased. */
async function makePair(transaction: string): Promise<{ readonly whole: TestPackage; readonly erased: TestPackage }> {
  const { binding } = sealInput(pki, await samplePdf({ fields: [FIRST] }), FIRST);
  const sample = await sealed(pki, [FIRST], {
    sample: { fields: [FIRST] },
    changes: { binding: { ...binding, transaction } },
  });
  const entry = nextEntry(
    null,
    { eventType: 'signature.sealed', transactionId: transaction },
    { eventId: transaction, time: '2026-11-23T08:00:00.000Z' },
  );
  const audit = makeExcerpt([entry], transaction);
  const { bytes } = await packaged(pki, sample, { ...packageInput(pki, sample), transaction, audit });
  const result = await eraseCaptures({
    ...{ bytes, captures: 'all', request: { by: 'signatory', reference: 'VOP-2026-17' } },
    ...{ legalBasis: 'GDPR Art. 17(1)(b)', carriedOutBy: 'Mojca', at: new Date('2027-01-10T10:00:00Z') },
    signer: pki.deviceSigner,
  });
  if (!result.ok) throw new Error(result.error);
  const queued = (own: Uint8Array): TestPackage => ({
    ...{ bytes: own, digest: sha256(own), transaction, auditHead: audit.head.digest },
  });
  return { whole: queued(bytes), erased: queued(result.value.bytes) };
}

/** Digests under which bytes are stored. */
async function objects(): Promise<readonly string[]> {
  const entries = await readdir(path.join(folder, 'objects'), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .toSorted();
}

describe('kill -9 of the cloud while an erased package takes the place of the whole one', () => {
  it('leaves exactly the erased one with its receipt, whatever the step, and the old bytes never come back', async () => {
    const trust = await kioskTrust(kiosk, receiptKey, systemClock);
    const store = memoryOutbox();
    let cloud = await startCloud(folder, STEPS[0], 'erasure');
    const { courier, until } = courierRig(time, store, {
      ...trust,
      cloudUrl: 'http://cloud.test',
      fetch: (url, init) => fetch(url.replace('http://cloud.test', cloud.url), init),
    });
    courier.start();
    const deliver = (made: TestPackage): void => {
      store.queue(made, new Date(time.now()).toISOString());
      courier.poke();
    };
    const pairs = [];
    for (const [i, step] of STEPS.entries()) {
      const pair = await makePair(randomUUID());
      pairs.push(pair);
      await until(() => courier.status().state === 'up');
      deliver(pair.whole);
      await until(() => allDelivered(store));
      deliver(pair.erased);
      await until(() => courier.status().state === 'down');
      expect(await cloud.ended, step).toBe('SIGKILL');
      expect(allDelivered(store)).toBe(false);
      cloud = await startCloud(folder, STEPS[i + 1] ?? 'never', 'erasure');
      courier.poke();
      await until(() => allDelivered(store));
      // Now, not when the next erasure comes: the restart finishes what the kill cut short.
      expect(await objects(), step).toEqual(pairs.map(({ erased }) => erased.digest).toSorted());
    }
    const receiptOf = (made: TestPackage): string | null => store.rows.get(made.digest)!.receipt;
    const before = pairs.map(({ whole }) => receiptOf(whole));
    // As a courier would that forgot: the old digest is known, answered as it was, and nothing is stored under it.
    for (const { whole } of pairs) {
      store.replace(whole.digest, whole, new Date(time.now()).toISOString());
    }
    courier.poke();
    await until(() => allDelivered(store));
    expect(pairs.map(({ whole }) => receiptOf(whole))).toEqual(before);
    await courier.stop();
    cloud.child.kill('SIGKILL');
    await cloud.ended;

    const database = await openEmbeddedDatabase(path.join(folder, 'database'));
    const rows = await database.query('select digest, receipt, superseded_by, destroyed_at from packages');
    const refusals = await database.query('select digest from refusals');
    await database.close();
    const expected = pairs.flatMap(({ whole, erased }) => [
      [whole.digest, receiptOf(whole), erased.digest, true],
      [erased.digest, receiptOf(erased), null, false],
    ]);
    expect(
      rows.map((row) => [row['digest'], row['receipt'], row['superseded_by'], row['destroyed_at'] !== null]).toSorted(),
    ).toEqual(expected.toSorted());
    expect(refusals).toEqual([]);
    expect(await objects()).toEqual(pairs.map(({ erased }) => erased.digest).toSorted());
    expect(await readdir(path.join(folder, 'uploads'))).toEqual([]);
    const [{ erased }] = pairs as [(typeof pairs)[number]];
    const report = await verifyPackage(erased.bytes, { name: 'package', roots: [pki.root.certificate] });
    expect(report.verdict).toBe('passed');
  }, 240_000);
});
