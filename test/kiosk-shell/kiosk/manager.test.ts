import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openKioskRuntime } from '../../../kiosk-shell/kiosk/kiosk-runtime.ts';
import type { KioskApi } from '../../../kiosk-shell/kiosk-api/kiosk-api.ts';
import type { Actor } from '../../../kiosk-shell/kiosk-api/staff.ts';
import type { TransactionDetail } from '../../../kiosk-shell/kiosk-api/transaction.ts';
import type { AuditEntry } from '../../../signing/audit/audit-entry.ts';
import { parseExcerpt, verifyExcerpt } from '../../../signing/audit/excerpt.ts';
import { reach, signatoryOf, taggedPdf, takeIn } from '../../support/kiosk-desk.ts';
import { randomId } from '../../../signing/ids.ts';
import { freeAddress, serveCloud } from '../../support/kiosk-cloud.ts';
import {
  copyOf,
  demoFolder,
  kioskConfig,
  must,
  NO_PADS,
  signedIn,
  surfaceInk,
  until,
  walkToEnd,
  type DemoFolder,
} from '../../support/kiosk-rig.ts';

// A whole kiosk on a machine that does other work too.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const SIGN = 'Podpis stranke;role=customer;type=signature;order=1;width=180;height=60';
const COUNTERSIGN = 'Za banko;role=clerk;type=signature;order=2;width=180;height=60';

let folder: DemoFolder;
let unused: DemoFolder;
let cloudUrl: string;
let kiosk: KioskApi;
let clerk: Actor;
let manager: Actor;
beforeAll(async () => {
  folder = await demoFolder();
  unused = copyOf(folder);
  cloudUrl = await freeAddress();
  kiosk = await openKioskRuntime(kioskConfig(folder.dataDir, cloudUrl));
  clerk = await signedIn(kiosk, folder.demo, 'clerk');
  manager = await signedIn(kiosk, folder.demo, 'manager');
});
afterAll(async () => {
  await kiosk.close();
  folder.remove();
  unused.remove();
});

const fresh = async (): Promise<TransactionDetail> =>
  takeIn(kiosk, clerk, { Pogodba: await taggedPdf([SIGN, COUNTERSIGN]) });
async function complete(): Promise<TransactionDetail> {
  const { id } = await fresh();
  await walkToEnd(kiosk, id, clerk);
  return until(kiosk, id, ({ packageDigest }) => packageDigest !== null);
}
const now = ({ id }: { readonly id: string }): TransactionDetail => {
  const found = kiosk.transaction(id);
  if (found === null) throw new Error('the transaction is gone');
  return found;
};
const last = ({ id }: { readonly id: string }): AuditEntry => {
  const entry = kiosk.auditOf(id).at(-1);
  if (entry === undefined) throw new Error('no entry');
  return entry;
};
/** The ten fields of the trail, all told. */
function tenFields(entry: AuditEntry): unknown[] {
  const { eventId, signatoryId, userName, eventType, time, success, transactionName, extra, processState, ipAddress } =
    entry;
  const fields: unknown[] = [
    eventId,
    signatoryId,
    userName,
    eventType,
    time,
    success,
    transactionName,
    extra,
    processState,
    ipAddress,
  ];
  expect(fields.every((field) => field !== undefined)).toBe(true);
  return fields;
}
const byManager = (eventType: string, extra: unknown, processState = 'completed'): unknown[] => [
  expect.stringMatching(/^[0-9a-f-]{36}$/),
  null,
  manager.staff.name,
  eventType,
  expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
  true,
  'Pogodba',
  extra,
  processState,
  '127.0.0.1',
];

describe('a manager', () => {
  it('approves what is complete, and nothing before', async () => {
    const open = await fresh();
    expect(kiosk.approve(open.id, manager)).toMatchObject({ ok: false, error: { code: 'wrong-state' } });
    const done = await complete();
    expect(kiosk.approve(done.id, clerk)).toMatchObject({ ok: false, error: { code: 'not-allowed' } });
    expect(kiosk.approve('nothing', manager)).toMatchObject({ ok: false, error: { code: 'not-found' } });
    must(kiosk.approve(done.id, manager));
    expect(now(done).review).toBe('approved');
    expect(tenFields(last(done))).toEqual(byManager('transaction.approved', {}));
    expect(kiosk.transactions({ review: 'approved' }).map(({ id }) => id)).toEqual([done.id]);
  });

  it('returns with a reason, which the clerk reads', async () => {
    const done = await complete();
    expect(kiosk.returnToClerk(done.id, '  ', manager)).toMatchObject({ ok: false, error: { code: 'invalid' } });
    must(kiosk.returnToClerk(done.id, 'Manjka priloga', manager));
    expect(now(done)).toMatchObject({ review: 'returned', returnedReason: 'Manjka priloga' });
    expect(tenFields(last(done))).toEqual(byManager('transaction.returned', { reason: 'Manjka priloga' }));
    must(kiosk.approve(done.id, manager));
    expect(now(done).review).toBe('approved');
  });

  it('voids before a ceremony: nobody can begin one', async () => {
    const open = await fresh();
    expect(await kiosk.voidTransaction(open.id, 'x', clerk)).toMatchObject({
      ok: false,
      error: { code: 'not-allowed' },
    });
    must(await kiosk.voidTransaction(open.id, 'Napačna pogodba', manager));
    expect(now(open)).toMatchObject({ state: 'voided', voidedReason: 'Napačna pogodba' });
    expect(tenFields(last(open))).toEqual(byManager('transaction.voided', { reason: 'Napačna pogodba' }, 'ended'));
    expect(await kiosk.begin(open.id, signatoryOf(open, 'customer'), clerk)).toMatchObject({
      ok: false,
      error: { code: 'wrong-state' },
    });
    expect(await kiosk.voidTransaction(open.id, 'again', manager)).toMatchObject({ ok: false });
  });

  it('voids during a ceremony: it ends, the screen is free, what was sealed stays', async () => {
    const open = await fresh();
    await reach(kiosk, open.id, clerk, 'completed');
    await reach(kiosk, open.id, clerk, 'capture');
    const ceremony = now(open).ceremony?.id ?? '';
    must(await kiosk.voidTransaction(open.id, 'Stranka je odšla', manager));
    expect(now(open)).toMatchObject({ state: 'voided', ceremony: { step: 'cancelled' } });
    expect(kiosk.display().kind).toBe('idle');
    expect(await kiosk.acceptInk(ceremony, surfaceInk())).toMatchObject({ ok: false, error: { code: 'wrong-state' } });
    const report = must(await kiosk.verify(open.id, manager));
    expect([report.kind, report.verdict]).toEqual(['pdf', 'passed']);
    expect(now(open).packageDigest).toBeNull();
  });

  it('voids in the very moment of a seal: it is sealed and void, or not sealed at all', async () => {
    const open = await fresh();
    const { id } = await reach(kiosk, open.id, clerk, 'capture');
    must(await kiosk.chooseDevice(id, { kind: 'surface' }, clerk));
    const sealing = kiosk.acceptInk(id, surfaceInk());
    expect(now(open).ceremony?.capture?.sealing).toBe(true);
    for (const act of [await kiosk.clearInk(id), await kiosk.cancel(id, 'now', clerk), await kiosk.decline(id)]) {
      expect(act).toMatchObject({ ok: false, error: { code: 'busy' } });
    }
    must(await kiosk.voidTransaction(open.id, 'Prav zdaj', manager));
    const sealed = await sealing;
    expect(now(open)).toMatchObject({ state: 'voided', ceremony: { step: sealed.ok ? 'completed' : 'cancelled' } });
    expect(now(open).documentList[0]?.placements.filter(({ signedAt }) => signedAt !== null)).toHaveLength(
      sealed.ok ? 1 : 0,
    );
    const next = await fresh();
    must(await kiosk.begin(next.id, signatoryOf(next, 'customer'), clerk));
    must(await kiosk.cancel(now(next).ceremony?.id ?? '', 'end of the test', clerk));
  });

  it('voids what is complete: the package stays what it was, the trail says so', async () => {
    const done = await complete();
    must(await kiosk.voidTransaction(done.id, 'Razveza pogodbe', manager));
    expect(now(done)).toMatchObject({ state: 'voided', packageDigest: done.packageDigest });
    expect(kiosk.approve(done.id, manager)).toMatchObject({ ok: false, error: { code: 'wrong-state' } });
    expect(kiosk.returnToClerk(done.id, 'x', manager)).toMatchObject({ ok: false, error: { code: 'wrong-state' } });
    expect(must(await kiosk.verify(done.id, manager)).verdict).toBe('passed');
  });

  it('verifies the documents before there is a package, and the package after; each look is an entry', async () => {
    const open = await fresh();
    const unsigned = must(await kiosk.verify(open.id, manager));
    expect([unsigned.kind, unsigned.documents[0]?.signatures, unsigned.audit.outcome]).toEqual(['pdf', [], 'passed']);
    await reach(kiosk, open.id, clerk, 'completed');
    const half = must(await kiosk.verify(open.id, manager));
    expect([half.kind, half.verdict]).toEqual(['pdf', 'passed']);
    expect(
      half.documents[0]?.signatures.map(({ binding, commitment }) => [binding.outcome, commitment.outcome]),
    ).toEqual([['passed', 'passed']]);
    await walkToEnd(kiosk, open.id, clerk);
    await until(kiosk, open.id, ({ packageDigest }) => packageDigest !== null);
    const whole = must(await kiosk.verify(open.id, manager));
    expect([whole.kind, whole.verdict, whole.documents[0]?.signatures.length]).toEqual(['package', 'passed', 2]);
    expect(tenFields(last(open))).toEqual(byManager('document.read-by-staff', { act: 'verify' }));
  });

  it('exports a trail that anyone recomputes, the export itself in it', async () => {
    const done = await complete();
    const other = await complete();
    const { name, json } = must(kiosk.exportAudit(done.id, manager));
    expect(name).toBe(`audit-${done.id}.json`);
    const excerpt = must(parseExcerpt(JSON.parse(json)));
    const { entries } = must(verifyExcerpt(excerpt));
    expect(entries.at(-1)?.eventType).toBe('transaction.exported');
    expect(entries.map(({ eventId }) => eventId)).toEqual(kiosk.auditOf(done.id).map(({ eventId }) => eventId));
    expect(json).not.toContain(other.id);
    for (const entry of entries) tenFields(entry);
    const changed = json.replace('"document.received"', '"document.prepared"');
    expect(verifyExcerpt(must(parseExcerpt(JSON.parse(changed)))).ok).toBe(false);
  });

  it('has a transaction packed that could not be packed when it was complete', async () => {
    let full = true;
    let failed = (): void => undefined;
    const hasFailed = new Promise<void>((resolve) => {
      failed = resolve;
    });
    const other = await openKioskRuntime(kioskConfig(unused.dataDir), {
      pads: NO_PADS,
      newId: () => {
        if (!full || new Error().stack?.includes('packer.ts') !== true) return randomId();
        failed();
        throw new Error('no space left');
      },
    });
    const ana = await signedIn(other, unused.demo, 'clerk');
    const { id } = await takeIn(other, ana, { Pogodba: await taggedPdf([SIGN]) });
    await walkToEnd(other, id, ana);
    await hasFailed;
    expect(other.transaction(id)).toMatchObject({ state: 'complete', delivery: 'none', packageDigest: null });
    full = false;
    must(other.retryDelivery(id, manager));
    expect(other.auditOf(id).at(-1)).toMatchObject({ eventType: 'package.retried', userName: manager.staff.name });
    await until(other, id, ({ packageDigest }) => packageDigest !== null);
    expect(must(await other.verify(id, manager)).verdict).toBe('passed');
    await other.close();
  });

  it('tries a refused delivery again, once the reason is mended', async () => {
    const done = await complete();
    const strict = await serveCloud(folder.dataDir, cloudUrl, { maxPackageBytes: 1000 });
    kiosk.retryDelivery(done.id, manager);
    const refused = await until(kiosk, done.id, ({ delivery }) => delivery === 'refused');
    expect(refused.deliveryProblem).not.toBeNull();
    expect(kiosk.counter().cloud.setAside).toBeGreaterThan(0);
    expect(kiosk.auditOf(done.id).at(-1)?.eventType).toBe('package.refused');
    await strict.close();

    const served = await serveCloud(folder.dataDir, cloudUrl);
    must(kiosk.retryDelivery(done.id, manager));
    const retried = kiosk.auditOf(done.id).find(({ eventType }) => eventType === 'package.retried');
    expect([retried?.userName, retried?.ipAddress]).toEqual([manager.staff.name, '127.0.0.1']);
    await until(kiosk, done.id, ({ delivery }) => delivery === 'delivered');
    expect(kiosk.retryDelivery(done.id, manager)).toMatchObject({ ok: false, error: { code: 'wrong-state' } });
    await served.close();
  });
});
