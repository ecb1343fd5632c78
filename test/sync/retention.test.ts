import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compactVerify, importJWK } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { auditRows, verifyAuditRows } from '../../sync/cloud/audit/audit-trail.ts';
import type { Database } from '../../sync/cloud/database.ts';
import { enrol, findKiosk } from '../../sync/cloud/enrolment.ts';
import { ingest, type IngestPorts } from '../../sync/cloud/ingest.ts';
import { openFolderStore, unjudged } from '../../sync/cloud/object-store.ts';
import { listPackages } from '../../sync/cloud/package-list.ts';
import { createReceiptSigner, publicReceiptKey } from '../../sync/cloud/receipts.ts';
import { removeBuried } from '../../sync/cloud/retention/bury.ts';
import { destroyDue, destructionProof } from '../../sync/cloud/retention/destroy-due.ts';
import { liftHold, listHolds, placeHold, type HoldScope } from '../../sync/cloud/retention/legal-holds.ts';
import { destroyOnDemand } from '../../sync/cloud/retention/destroy-on-demand.ts';
import { setRetention } from '../../sync/cloud/retention/retention-rules.ts';
import { sealedObjects } from '../../sync/cloud/sealed-objects.ts';
import { testTime, type TestTime } from './support/clock.ts';
import { databaseKinds, type DatabaseServer } from './support/databases.ts';
import { packageMaker, verifyTestPackage, type TestPackage } from './support/packages.ts';
import { enrolmentOf, newKiosk, TENANT } from './support/world.ts';

const DAY = 86_400_000;
const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

describe.each(databaseKinds())('retention on $name', (kind) => {
  let server: DatabaseServer;
  let database: Database;
  let folder: string;
  let time: TestTime;
  let ports: IngestPorts;
  let kiosk: ReturnType<typeof newKiosk>;
  let maker: ReturnType<typeof packageMaker>;
  beforeAll(async () => {
    server = await kind.start();
    database = await server.open();
    kiosk = newKiosk('kiosk-1');
    maker = packageMaker(kiosk);
    await enrol(database, enrolmentOf([kiosk]));
  }, 60_000);
  afterAll(async () => {
    await database.close();
    await server.end();
  });
  beforeEach(async () => {
    for (const table of [
      'tombstones',
      'long_term',
      'packages',
      'refusals',
      'legal_holds',
      'retention_rules',
      'object_keys',
    ])
      await database.query(`delete from ${table}`);
    folder = mkdtempSync(path.join(tmpdir(), 'countersign-retention-'));
    time = testTime();
    const objects = sealedObjects(await openFolderStore(folder, unjudged), database);
    const receipts = await createReceiptSigner(key);
    ports = { database, objects, receipts, verifyPackage: verifyTestPackage, clock: time };
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  async function arrive(made: TestPackage): Promise<string> {
    const enrolled = await findKiosk(database, kiosk.id);
    if (enrolled === null) throw new Error('not enrolled');
    const { digest, transaction, bytes } = made;
    const result = await ingest(ports, { kiosk: enrolled, digest, size: bytes.length, transaction, bytes });
    if (!result.ok) throw new Error(result.error.detail);
    return result.value;
  }
  const objects = () =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);
  const hold = (scope: HoldScope, endsAt: string | null = null) =>
    placeHold(
      { database, clock: time, newId: randomUUID },
      { tenant: TENANT, scope, reason: 'P 12/2026', by: 'ana', endsAt },
    );
  const lift = (id: string) =>
    liftHold({ database, clock: time }, { tenant: TENANT, id, by: 'ana', reason: 'judgment is final' });
  const at = (days: number) => new Date(time.now() + days * DAY).toISOString();
  async function idOf(placed: ReturnType<typeof hold>): Promise<string> {
    const result = await placed;
    if (!result.ok) throw new Error(result.error);
    return result.value;
  }

  it('destroys a package after 70 days: objects, names and report gone, proof and receipt kept', async () => {
    const made = maker.make('t-1');
    const receipt = await arrive(made);
    const arrivedAt = at(0);
    await ports.objects.put('c'.repeat(64) as TestPackage['digest'], Uint8Array.of(1));
    await database.query(
      `insert into long_term (package, document, digest, level, attempts, tried_at) values ($1, 'Pogodba', $2, 'B-T', 0, $3)`,
      [made.digest, 'c'.repeat(64), arrivedAt],
    );
    time.advance(70 * DAY - 1);
    expect(await destroyDue(ports)).toBe(0);
    expect(objects()).toHaveLength(2);
    time.advance(1);
    expect(await destroyDue(ports)).toBe(1);
    expect(await destroyDue(ports)).toBe(0);

    expect(objects()).toEqual([]);
    expect(await listPackages(database)).toEqual([]);
    for (const table of ['packages', 'tombstones', 'long_term', 'refusals', 'audit_trail'])
      expect(JSON.stringify(await database.query(`select * from ${table}`))).not.toContain('Pogodba');
    const proof = await destructionProof(database, made.digest);
    const { payload, protectedHeader } = await compactVerify(proof ?? '', await importJWK(await publicReceiptKey(key)));
    expect(protectedHeader.typ).toBe('countersign-destruction+jwt');
    expect(JSON.parse(new TextDecoder().decode(payload))).toEqual({
      ...{ type: 'countersign.destruction', version: 1, tenant: TENANT, transaction: 't-1', arrivedAt },
      package: { algorithm: 'sha-256', digest: made.digest },
      ...{ destroyedAt: at(0), rule: { class: 'package', days: 70 }, how: 'key-destroyed', backups: null },
    });
    expect(await database.query('select 1 from object_keys')).toEqual([]);
    expect(await arrive(made)).toBe(receipt);
    expect(objects()).toEqual([]);
    const trail = await auditRows(database, TENANT);
    expect(trail.at(-1)?.entry).toMatchObject({ event: 'package.destroyed', about: { package: made.digest } });
    expect(verifyAuditRows(trail).ok).toBe(true);
  });

  it.each([
    ['a transaction', (made: TestPackage): HoldScope => ({ transaction: made.transaction })],
    ['a package', (made: TestPackage): HoldScope => ({ package: made.digest })],
    ['a period', (): HoldScope => ({ from: at(0), until: at(1) })],
  ])('is stopped by a legal hold on %s, and goes on once it is lifted', async (_, scope) => {
    const held = maker.make(randomUUID());
    await arrive(held);
    const id = await idOf(hold(scope(held)));
    time.advance(2 * DAY);
    const other = maker.make(randomUUID());
    await arrive(other);
    time.advance(80 * DAY);
    expect(await destroyDue(ports)).toBe(1);
    expect(objects()).toEqual([held.digest]);
    expect(await listHolds(database, TENANT)).toMatchObject([
      { id, reason: 'P 12/2026', placedBy: 'ana', liftedAt: null },
    ]);
    expect(await lift(id)).toEqual({ ok: true, value: null });
    expect(await lift(id)).toEqual({ ok: false, error: 'hold-unknown' });
    expect(await destroyDue(ports)).toBe(1);
    expect(objects()).toEqual([]);
    const events = (await auditRows(database, TENANT)).flatMap(({ entry }) =>
      entry === null || entry.event === 'audit.emptied' ? [] : [entry.event],
    );
    expect(events.slice(-3)).toEqual(['package.destroyed', 'hold.lifted', 'package.destroyed']);
  });

  it('goes on when a hold ends by its date, and refuses holds without reason, time or package', async () => {
    const made = maker.make('t-ends');
    await arrive(made);
    await idOf(hold({ transaction: 't-ends' }, at(75)));
    time.advance(74 * DAY);
    expect(await destroyDue(ports)).toBe(0);
    time.advance(DAY);
    expect(await destroyDue(ports)).toBe(1);
    expect(await hold({ from: at(1), until: at(1) })).toEqual({ ok: false, error: 'period-empty' });
    expect(await hold({ transaction: 't' }, at(0))).toEqual({ ok: false, error: 'end-passed' });
    expect(await hold({ package: 'd'.repeat(64) })).toEqual({ ok: false, error: 'package-unknown' });
  });

  describe('on demand', () => {
    const demand = (made: TestPackage, tenant: string | null = TENANT) =>
      destroyOnDemand(ports, {
        ...{ tenant, package: made.digest, askedBy: 'signatory', reference: 'Z-7/2026', by: 'ana' },
        basis: 'consent-withdrawn',
      });
    const claimsOf = (proof: string | undefined): unknown =>
      JSON.parse(Buffer.from(proof?.split('.')[1] ?? '', 'base64url').toString());

    it('destroys a package before its time, with a proof that says who demanded it and when backups end', async () => {
      await setRetention(
        { database, clock: time },
        { tenant: TENANT, class: 'backup', days: 14, reason: null, by: 'ana' },
      );
      const made = maker.make('t-demand');
      const receipt = await arrive(made);
      const done = await demand(made);
      if (!done.ok) throw new Error(done.error.code);
      await removeBuried(ports);
      expect(objects()).toEqual([]);
      expect(done.value.proofs).toHaveLength(1);
      expect(await destructionProof(database, made.digest)).toBe(done.value.proofs[0]);
      expect(claimsOf(done.value.proofs[0])).toMatchObject({
        rule: { class: 'package', demand: { by: 'signatory', legalBasis: expect.stringContaining('Art. 17(1)(b)') } },
        how: 'key-destroyed',
        backups: { days: 14, goneBy: at(14) },
      });
      expect((await auditRows(database, TENANT)).at(-1)?.entry).toMatchObject({
        event: 'package.destroyed',
        by: 'ana',
        about: { reference: 'Z-7/2026' },
      });
      expect(await demand(made)).toEqual({ ok: false, error: { code: 'package-unknown' } });
      expect(await arrive(made)).toBe(receipt);
      expect(objects()).toEqual([]);
    });

    it('is refused under a legal hold, which it names, and the refusal is on record', async () => {
      const made = maker.make('t-demand-held');
      await arrive(made);
      await idOf(hold({ transaction: 't-demand-held' }, at(9)));
      expect(await demand(made)).toEqual({ ok: false, error: { code: 'held', reason: 'P 12/2026', until: at(9) } });
      expect(await ports.objects.get(made.digest)).toEqual(made.bytes);
      expect((await auditRows(database, TENANT)).at(-1)?.entry).toMatchObject({ event: 'erasure.refused', by: 'ana' });
    });

    it('knows no package of another tenant; bytes that the store still has are without a key', async () => {
      const made = maker.make('t-demand-away');
      await arrive(made);
      expect(await demand(made, 'druga-banka')).toEqual({ ok: false, error: { code: 'package-unknown' } });
      expect((await demand(made)).ok).toBe(true);
      expect(objects()).toHaveLength(1);
      expect(await ports.objects.get(made.digest)).toBe(null);
      await destroyDue(ports);
      expect(objects()).toEqual([]);
    });
  });

  it('follows the rule of the tenant, and wants a reason for more than 70 days', async () => {
    const set = (days: number, reason: string | null) =>
      setRetention({ database, clock: time }, { tenant: TENANT, class: 'package', days, reason, by: 'ana' });
    await arrive(maker.make('t-rule'));
    expect(await set(0, null)).toEqual({ ok: false, error: 'days-out-of-range' });
    expect(await set(71, ' ')).toEqual({ ok: false, error: 'reason-missing' });
    expect(await set(90, 'ZVOP-2')).toEqual({ ok: true, value: null });
    time.advance(89 * DAY);
    expect(await destroyDue(ports)).toBe(0);
    expect(await set(30, null)).toEqual({ ok: true, value: null });
    expect(await destroyDue(ports)).toBe(1);
  });

  it('destroys once when two workers run at once, and finishes what a crash left between row and object', async () => {
    await arrive(maker.make('t-two'));
    const crashing = maker.make('t-crash');
    await arrive(crashing);
    time.advance(70 * DAY);
    const dying = { ...ports.objects, remove: () => Promise.reject(new Error('killed here')) };
    await expect(destroyDue({ ...ports, objects: dying })).rejects.toThrow('killed here');
    expect(objects()).toHaveLength(2);
    expect(await ports.objects.get(crashing.digest)).toBe(null);
    expect(await Promise.all([destroyDue(ports), destroyDue(ports)])).toEqual([0, 0]);
    expect(objects()).toEqual([]);
    await arrive(maker.make('t-again'));
    time.advance(70 * DAY);
    const counts = await Promise.all([destroyDue(ports), destroyDue(ports)]);
    expect(counts.toSorted()).toEqual([0, 1]);
  });
});
