import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHAIN_START } from '../../signing/audit/audit-entry.ts';
import type { AuditExcerpt } from '../../signing/audit/excerpt.ts';
import { utf8 } from '../../signing/bytes.ts';
import { sha256, type Sha256 } from '../../signing/digest.ts';
import { continuityAlarms, gapBefore, type KnownRange } from '../../sync/cloud/audit-continuity.ts';
import { findKiosk } from '../../sync/cloud/enrolment.ts';
import { ingest } from '../../sync/cloud/ingest.ts';
import { createReceiptSigner } from '../../sync/cloud/receipts.ts';
import { testTime } from './support/clock.ts';
import { packageMaker, verifyTestPackage, type TestPackage } from './support/packages.ts';
import { newKiosk, startTestCloud, type TestCloud } from './support/world.ts';

const digest = (name: string): Sha256 => sha256(utf8(name));

function range(from: number, to: number, name = `package ${from}`): KnownRange {
  return {
    digest: digest(name),
    transaction: name,
    after: { sequence: from - 1, digest: from === 1 ? CHAIN_START : digest(`entry ${from - 1}`) },
    head: { sequence: to, digest: digest(`entry ${to}`) },
  };
}

describe('what is missing before a range of the audit chain', () => {
  it.each([
    ['nothing at the very beginning', 0, [], null],
    ['nothing when the range before touches', 10, [range(1, 10)], null],
    ['nothing when the range before overlaps', 10, [range(1, 12)], null],
    ['everything when nothing came before', 10, [], { code: 'gap', from: 1, to: 10 }],
    ['what lies between', 10, [range(1, 4), range(5, 7)], { code: 'gap', from: 8, to: 10 }],
    ['all of it when only later ranges are known', 10, [range(20, 30)], { code: 'gap', from: 1, to: 10 }],
  ] as const)('is %s', (_, after, known, expected) => {
    expect(gapBefore(after, known)).toEqual(expected);
  });
});

describe('alarms about the audit chain, recorded beside the package', () => {
  const time = testTime();
  let cloud: TestCloud;
  beforeAll(async () => {
    cloud = await startTestCloud(time, kiosks);
  });
  afterAll(() => cloud.end());
  const kiosks = ['in-order', 'out-of-order', 'forked', 'replayed'].map((id) => newKiosk(id));

  async function store(id: string, made: TestPackage): Promise<unknown> {
    const kiosk = await findKiosk(cloud.database, id);
    if (kiosk === null) throw new Error('not enrolled');
    const receipts = await createReceiptSigner(cloud.receiptKey);
    const { database, objects } = cloud;
    const ports = { database, objects, receipts, verifyPackage: verifyTestPackage, clock: time };
    const { bytes, transaction } = made;
    const outcome = await ingest(ports, { kiosk, digest: made.digest, size: bytes.length, transaction, bytes });
    expect(outcome).toMatchObject({ ok: true });
    return alarmsOf(made);
  }
  async function alarmsOf(made: TestPackage): Promise<unknown> {
    const [row] = await cloud.database.query('select alarms from packages where digest = $1', [made.digest]);
    return row?.['alarms'];
  }
  const maker = (id: string) => packageMaker(kiosks.find((kiosk) => kiosk.id === id)!);

  it('are none while each package goes on where the last one ended', async () => {
    const packages = maker('in-order');
    expect(await store('in-order', packages.make('t-1'))).toEqual([]);
    expect(await store('in-order', packages.make('t-2'))).toEqual([]);
    const [kiosk] = await cloud.database.query("select audit_sequence::int as n from kiosks where id = 'in-order'");
    expect(kiosk).toEqual({ n: 4 });
  });

  it('tell of a gap, and take it back when the missing package arrives', async () => {
    const packages = maker('out-of-order');
    const [first, second, third] = [packages.make('t-1'), packages.make('t-2'), packages.make('t-3')];
    expect(await store('out-of-order', third)).toEqual([{ code: 'gap', from: 1, to: 4 }]);
    expect(await store('out-of-order', first)).toEqual([]);
    expect(await alarmsOf(third)).toEqual([{ code: 'gap', from: 3, to: 4 }]);
    expect(await store('out-of-order', second)).toEqual([]);
    expect(await alarmsOf(third)).toEqual([]);
  });

  it('tell of a fork when two histories were shown', async () => {
    const [one, other] = [maker('forked'), maker('forked')];
    one.append('t-0');
    expect(await store('forked', one.make('t-1'))).toEqual([{ code: 'gap', from: 1, to: 1 }]);
    other.append(null);
    other.append(null);
    expect(await store('forked', other.make('t-2'))).toContainEqual({ code: 'fork', at: 3 });
  });

  it('tell of a replay when a transaction comes again in other bytes, and store it all the same', async () => {
    const packages = maker('replayed');
    const first = packages.make('t-1');
    await store('replayed', first);
    const again = packages.make('t-1');
    expect(await store('replayed', again)).toContainEqual({ code: 'replay', of: first.digest });
  });

  it('are judged from links, not from what an excerpt says of itself', () => {
    const items: AuditExcerpt['items'] = [{ withheld: digest('a') }];
    const carried = { transaction: 't', after: { sequence: 4, digest: digest('entry 4') }, items };
    const claimed = { ...carried, head: { sequence: 5, digest: digest('entry 5') } };
    expect(continuityAlarms(claimed, [range(1, 5)])).toContainEqual({ code: 'fork', at: 5 });
  });
});
