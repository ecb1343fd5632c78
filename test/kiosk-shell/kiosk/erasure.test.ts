import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ErasureOrder } from '../../../kiosk-shell/kiosk-api/erasure.ts';
import type { KioskApi } from '../../../kiosk-shell/kiosk-api/kiosk-api.ts';
import type { Actor } from '../../../kiosk-shell/kiosk-api/staff.ts';
import type { TransactionDetail } from '../../../kiosk-shell/kiosk-api/transaction.ts';
import { openKioskRuntime } from '../../../kiosk-shell/kiosk/kiosk-runtime.ts';
import { systemClock } from '../../../signing/clock.ts';
import { randomId } from '../../../signing/ids.ts';
import { verifyPackage } from '../../../signing/verification/verify-package.ts';
import { openKeyring } from '../../../vault/keyring.ts';
import { openVault, type Vault } from '../../../vault/vault.ts';
import { freeAddress, serveCloud } from '../../support/kiosk-cloud.ts';
import { reach, signatoryOf, taggedPdf, takeIn } from '../../support/kiosk-desk.ts';
import {
  copyOf,
  demoFolder,
  kioskConfig,
  must,
  NO_PADS,
  signedIn,
  until,
  walkToEnd,
  type DemoFolder,
} from '../../support/kiosk-rig.ts';
import { packageIn } from '../../support/vault-bytes.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const SIGN = 'Podpis stranke;role=customer;type=signature;order=1;width=180;height=60';
const COUNTERSIGN = 'Za banko;role=clerk;type=signature;order=2;width=180;height=60';

let tenant: DemoFolder;
let folder: DemoFolder;
let kiosk: KioskApi;
let clerk: Actor;
let manager: Actor;
beforeAll(async () => {
  tenant = await demoFolder();
  folder = copyOf(tenant);
  kiosk = await openKioskRuntime(kioskConfig(folder.dataDir), { pads: NO_PADS });
  clerk = await signedIn(kiosk, folder.demo, 'clerk');
  manager = await signedIn(kiosk, folder.demo, 'manager');
});
afterAll(async () => {
  await kiosk.close();
  folder.remove();
  tenant.remove();
});

async function complete(): Promise<TransactionDetail> {
  const { id } = await takeIn(kiosk, clerk, { Pogodba: await taggedPdf([SIGN, COUNTERSIGN]) });
  await walkToEnd(kiosk, id, clerk);
  return until(kiosk, id, ({ packageDigest }) => packageDigest !== null);
}
const now = ({ id }: { readonly id: string }): TransactionDetail => {
  const found = kiosk.transaction(id);
  if (found === null) throw new Error('the transaction is gone');
  return found;
};
const vaultFile = (of: DemoFolder): string => join(of.dataDir, 'kiosk', 'vault.sqlite');
function withVault<T>(look: (vault: Vault) => T, of = folder): T {
  const vault = openVault(vaultFile(of), { clock: systemClock, newId: randomId });
  try {
    return look(vault);
  } finally {
    vault.close();
  }
}
function capturesOf(id: string, of = folder): readonly Uint8Array[] {
  return withVault(
    (vault) =>
      vault.seals.ofTransaction(id).flatMap(({ sealedCapture }) => (sealedCapture === null ? [] : [sealedCapture])),
    of,
  );
}
/** Whether any 24 bytes of it in a row, looked for at every 24th, lie in the vault's files. */
function isOnDisk(capture: Uint8Array, of = folder): boolean {
  const files = ['', '-wal'].map((end) => `${vaultFile(of)}${end}`).filter((name) => existsSync(name));
  const raw = Buffer.concat(files.map((name) => readFileSync(name)));
  // Past what all envelopes have in common: recipients and their identifiers.
  for (let at = 1200; at + 24 <= capture.length; at += 24)
    if (raw.includes(Buffer.from(capture.subarray(at, at + 24)))) return true;
  return false;
}
function packageOf({ packageDigest }: TransactionDetail): Uint8Array {
  const bytes = withVault((vault) => packageIn(vault, packageDigest));
  if (bytes === null) throw new Error('no package');
  return bytes;
}
function orderFor(detail: TransactionDetail, ...roles: readonly string[]): ErasureOrder {
  return {
    askedBy: 'signatory',
    reference: 'VOP-2026-17',
    basis: { kind: 'consent-withdrawn' },
    signatories: roles.map((role) => signatoryOf(detail, role)),
  };
}
const refusedAs = (code: string): unknown => ({ ok: false, error: { code, detail: expect.any(String) as string } });

describe('taking pen data out at the counter', () => {
  it('leaves a package that verifies with its record, and nothing of the captures in the files', async () => {
    const done = await complete();
    const captures = capturesOf(done.id);
    const before = packageOf(done);
    expect(captures.map((one) => isOnDisk(one))).toEqual([true, true]);
    expect(done.penData).toEqual({
      there: [signatoryOf(done, 'customer'), signatoryOf(done, 'clerk')],
      inDocument: false,
      erasures: [],
    });

    must(await kiosk.erasePenData(done.id, orderFor(done, 'customer', 'clerk'), manager));

    const after = now(done);
    const bytes = packageOf(after);
    expect(after.packageDigest).not.toBe(done.packageDigest);
    expect(after.delivery).toBe('waiting');
    const report = must(await kiosk.verify(done.id, manager));
    expect(report.verdict).toBe('passed');
    expect(report.container.map(({ code }) => code)).toContain('captures-erased');
    expect(report.documents[0]?.signatures.map(({ commitment }) => commitment.code)).toEqual([
      'capture-erased',
      'capture-erased',
    ]);
    expect(bytes.length).toBeLessThan(before.length);
    expect(captures.map((one) => isOnDisk(one))).toEqual([false, false]);
    expect(after.penData).toMatchObject({
      there: [],
      erasures: [
        {
          askedBy: 'signatory',
          reference: 'VOP-2026-17',
          legalBasis: 'GDPR Art. 17(1)(b), Art. 7(3), Art. 9(2)(a)',
          carriedOutBy: manager.staff.name,
          signatories: done.penData.there,
        },
      ],
    });
    const entry = kiosk.auditOf(done.id).find(({ eventType }) => eventType === 'captures.erased');
    expect(entry).toMatchObject({
      userName: manager.staff.name,
      ipAddress: '127.0.0.1',
      success: true,
      transactionName: 'Pogodba',
      processState: 'completed',
      extra: {
        askedBy: 'signatory',
        reference: 'VOP-2026-17',
        reason: 'GDPR Art. 17(1)(b), Art. 7(3), Art. 9(2)(a)',
        captures: 2,
        packageBefore: done.packageDigest,
        package: after.packageDigest,
      },
    });
    expect(await kiosk.erasePenData(done.id, orderFor(done, 'customer'), manager)).toEqual(
      refusedAs('nothing-to-erase'),
    );
  });

  it('takes out one person’s and keeps the other’s, until that is asked for too', async () => {
    const done = await complete();
    const [customers, clerks] = capturesOf(done.id);
    must(await kiosk.erasePenData(done.id, orderFor(done, 'customer'), manager));
    expect(capturesOf(done.id)).toEqual([clerks]);
    expect([isOnDisk(customers!), isOnDisk(clerks!)]).toEqual([false, true]);
    expect(now(done).penData.there).toEqual([signatoryOf(done, 'clerk')]);
    const other: ErasureOrder = {
      askedBy: 'authority',
      reference: '0610-17/2026',
      basis: { kind: 'other', text: 'Odločba Informacijskega pooblaščenca 0610-17/2026' },
      signatories: [signatoryOf(done, 'clerk')],
    };
    must(await kiosk.erasePenData(done.id, other, manager));
    expect(isOnDisk(clerks!)).toBe(false);
    expect(now(done).penData.erasures.map(({ legalBasis, signatories }) => [legalBasis, signatories])).toEqual([
      ['GDPR Art. 17(1)(b), Art. 7(3), Art. 9(2)(a)', [signatoryOf(done, 'customer')]],
      ['Odločba Informacijskega pooblaščenca 0610-17/2026', [signatoryOf(done, 'clerk')]],
    ]);
    expect(must(await kiosk.verify(done.id, manager)).verdict).toBe('passed');
  });

  it('is refused for whom, and for what, it cannot be', async () => {
    const done = await complete();
    const order = orderFor(done, 'customer');
    expect(await kiosk.erasePenData(done.id, order, clerk)).toEqual(refusedAs('not-allowed'));
    expect(await kiosk.erasePenData('nothing', order, manager)).toEqual(refusedAs('not-found'));
    expect(await kiosk.erasePenData(done.id, { ...order, reference: ' ' }, manager)).toEqual(refusedAs('invalid'));
    expect(await kiosk.erasePenData(done.id, { ...order, signatories: ['nobody'] }, manager)).toEqual(
      refusedAs('invalid'),
    );
    const half = await takeIn(kiosk, clerk, { Pogodba: await taggedPdf([SIGN, COUNTERSIGN]) });
    await reach(kiosk, half.id, clerk, 'completed');
    expect(await kiosk.erasePenData(half.id, orderFor(half, 'customer'), manager)).toEqual(refusedAs('wrong-state'));
    expect(capturesOf(done.id)).toHaveLength(2);
    expect(now(done).packageDigest).toBe(done.packageDigest);
    must(await kiosk.voidTransaction(half.id, 'Stranka je odšla', manager));
  });

  it('reaches what was voided before there was a package: the trail is the record', async () => {
    const half = await takeIn(kiosk, clerk, { Pogodba: await taggedPdf([SIGN, COUNTERSIGN]) });
    await reach(kiosk, half.id, clerk, 'completed');
    must(await kiosk.voidTransaction(half.id, 'Stranka je odšla', manager));
    const [capture] = capturesOf(half.id);
    must(await kiosk.erasePenData(half.id, orderFor(half, 'customer'), manager));
    expect(isOnDisk(capture!)).toBe(false);
    const report = must(await kiosk.verify(half.id, manager));
    expect([report.verdict, report.documents[0]?.signatures[0]?.commitment.code]).toEqual(['passed', 'capture-erased']);
    expect(kiosk.auditOf(half.id).find(({ eventType }) => eventType === 'captures.erased')).toMatchObject({
      processState: 'ended',
      extra: { captures: 1 },
    });
  });

  it('happens once when two managers ask at the same moment', async () => {
    const done = await complete();
    const both = await Promise.all([
      kiosk.erasePenData(done.id, orderFor(done, 'customer'), manager),
      kiosk.erasePenData(done.id, orderFor(done, 'customer', 'clerk'), manager),
    ]);
    expect(both.map((act) => (act.ok ? 'done' : act.error.code)).toSorted()).toEqual(['busy', 'done']);
    expect(now(done).penData.erasures).toHaveLength(1);
    const keys = openKeyring(join(folder.dataDir, 'kiosk', 'keys'));
    const report = await verifyPackage(packageOf(now(done)), { name: 'package', roots: [keys.tenantRoot()] });
    expect(report.verdict).toBe('passed');
  });
});

describe('an erasure and the cloud', () => {
  it('follows the delivered package: the cloud ends with the erased one, without the bytes of the captures', async () => {
    const other = copyOf(tenant);
    const cloudUrl = await freeAddress();
    const served = await serveCloud(other.dataDir, cloudUrl);
    const online = await openKioskRuntime(kioskConfig(other.dataDir, cloudUrl), { pads: NO_PADS });
    const ana = await signedIn(online, other.demo, 'clerk');
    const boss = await signedIn(online, other.demo, 'manager');
    const owner = { id: 'o', name: 'O', role: 'owner', tenant: null, mustChangeSecret: false } as const;
    /** Objects lie encrypted: they are asked for. Empty where the cloud has none. */
    const inCloud = async (digest: string | null): Promise<Buffer> =>
      Buffer.from((await served.cloud.subjectExport(digest ?? '', 'X', owner))?.package ?? []);
    // Once after delivery; then in the middle of it, wherever that is.
    for (const [i, moment] of (['delivered', 'queued'] as const).entries()) {
      const { id } = await takeIn(online, ana, { Pogodba: await taggedPdf([SIGN]) });
      await walkToEnd(online, id, ana);
      const done = await until(online, id, ({ delivery, packageDigest }) =>
        moment === 'delivered' ? delivery === 'delivered' : packageDigest !== null,
      );
      const [capture] = capturesOf(id, other);
      if (moment === 'delivered') {
        expect((await inCloud(done.packageDigest)).includes(Buffer.from(capture!))).toBe(true);
      }
      must(await online.erasePenData(id, orderFor(done, 'customer'), boss));
      const after = await until(online, id, ({ delivery }) => delivery === 'delivered');
      expect(after.packageDigest).not.toBe(done.packageDigest);
      expect(await inCloud(done.packageDigest)).toHaveLength(0);
      const kept = await inCloud(after.packageDigest);
      expect(kept.length).toBeGreaterThan(0);
      expect(kept.includes(Buffer.from(capture!))).toBe(false);
      const listed = await served.cloud.packages();
      expect(listed).toHaveLength(i + 1);
      expect(listed[0]).toMatchObject({
        digest: after.packageDigest,
        state: 'stored',
        erasures: [{ request: { by: 'signatory', reference: 'VOP-2026-17' } }],
      });
      expect((await served.cloud.package(after.packageDigest ?? ''))?.report?.verdict).toBe('passed');
    }
    await online.close();
    await served.close();
    other.remove();
  });
});

describe('a kiosk killed while it erases', () => {
  const CHILD = join(import.meta.dirname, '../../support/kiosk-erasure-child.ts');
  it.each(['before', 'after'] as const)('%s the durable step: whole, or erased; never in between', async (moment) => {
    const other = copyOf(tenant);
    const first = await openKioskRuntime(kioskConfig(other.dataDir), { pads: NO_PADS });
    const ana = await signedIn(first, other.demo, 'clerk');
    const { id } = await takeIn(first, ana, { Pogodba: await taggedPdf([SIGN]) });
    await walkToEnd(first, id, ana);
    const done = await until(first, id, ({ packageDigest }) => packageDigest !== null);
    const [capture] = capturesOf(id, other);
    await first.close();

    const order = {
      dataDir: other.dataDir,
      demo: other.demo,
      transaction: id,
      order: orderFor(done, 'customer'),
      moment,
    };
    const child = spawnSync(process.execPath, [CHILD, JSON.stringify(order)], { encoding: 'utf8' });
    expect([child.signal, child.stderr]).toEqual(['SIGKILL', '']);
    // Committed, and yet in the log: this is what the next start is for.
    expect(isOnDisk(capture!, other)).toBe(true);

    const again = await openKioskRuntime(kioskConfig(other.dataDir), { pads: NO_PADS });
    const boss = await signedIn(again, other.demo, 'manager');
    expect(again.transaction(id)?.penData.there.length).toBe(moment === 'before' ? 1 : 0);
    expect(again.transaction(id)?.packageDigest === done.packageDigest).toBe(moment === 'before');
    expect(isOnDisk(capture!, other)).toBe(moment === 'before');
    if (moment === 'before') must(await again.erasePenData(id, orderFor(done, 'customer'), boss));
    expect(isOnDisk(capture!, other)).toBe(false);
    const report = must(await again.verify(id, boss));
    expect([report.kind, report.verdict]).toEqual(['package', 'passed']);
    expect(again.auditOf(id).filter(({ eventType }) => eventType === 'captures.erased')).toHaveLength(1);
    await again.close();
    other.remove();
  });
});

describe('where the tenant keeps captures inside the documents', () => {
  it('refuses, in words, and shows it', async () => {
    const other = copyOf(tenant);
    const config = join(other.dataDir, 'kiosk', 'keys', 'config.json');
    const enrolment = JSON.parse(readFileSync(config, 'utf8')) as object;
    writeFileSync(config, JSON.stringify({ ...enrolment, captures: 'document' }), { mode: 0o600 });
    const embedding = await openKioskRuntime(kioskConfig(other.dataDir), { pads: NO_PADS });
    const ana = await signedIn(embedding, other.demo, 'clerk');
    const boss = await signedIn(embedding, other.demo, 'manager');
    const { id } = await takeIn(embedding, ana, { Pogodba: await taggedPdf([SIGN]) });
    await walkToEnd(embedding, id, ana);
    const done = await until(embedding, id, ({ packageDigest }) => packageDigest !== null);
    expect(done.penData).toEqual({ there: [], inDocument: true, erasures: [] });
    expect(await embedding.erasePenData(id, orderFor(done, 'customer'), boss)).toEqual(
      refusedAs('captures-in-document'),
    );
    expect(embedding.transaction(id)?.packageDigest).toBe(done.packageDigest);
    await embedding.close();
    other.remove();
  });
});
