import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PartChange } from '../../sync/cloud/configuration/parts.ts';
import { publicReceiptKey, signStatement } from '../../sync/cloud/receipts.ts';
import { ConfigurationPuller } from '../../sync/kiosk/configuration-puller.ts';
import { verifyConfiguration, type ConfigurationExpectation } from '../../sync/kiosk/configuration-verifier.ts';
import { CONFIGURATION_PATH, CONFIGURATION_TYPE } from '../../sync/protocol/configuration.ts';
import { PROTOCOL_HEADER } from '../../sync/protocol/wire.ts';
import { RECEIPT_TYPE } from '../../sync/protocol/receipt.ts';
import { testTime } from './support/clock.ts';
import { databaseKinds, type DatabaseServer } from './support/databases.ts';
import { kioskTrust, newKiosk, serve, startTestCloud, TENANT, type TestCloud } from './support/world.ts';

const VERIFIER = '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaA';
const MAJA = { id: 'maja', name: 'Maja', role: 'manager', verifier: VERIFIER, closed: false } as const;
const ANA = { id: 'ana', name: 'Ana', role: 'clerk', verifier: VERIFIER, closed: false } as const;
const DAY_MS = 86_400_000;

function staffChange(over: Partial<PartChange> = {}): PartChange {
  return { tenant: TENANT, branch: null, part: 'staff', value: [MAJA], revision: 0, by: 'Cene', ...over };
}

describe.each(databaseKinds())('configuration on $name', ({ start: startServer }) => {
  const time = testTime();
  const bled = newKiosk('bled-1');
  const kranj = { ...newKiosk('kranj-1'), branch: 'Kranj' };
  const other = newKiosk('other-1', 'other-tenant');
  let server: DatabaseServer;
  let cloud: TestCloud;
  let http: Awaited<ReturnType<typeof serve>>;
  /** What is done between two looks of a held question; nothing: the hold runs out at once. */
  let betweenLooks: (() => Promise<void>) | null = null;
  let looks = 0;

  async function ask(kiosk: typeof bled, etag: string | null = null): Promise<Response> {
    const { token } = await kioskTrust(kiosk, cloud.receiptKey, time);
    return fetch(`${http.url}${CONFIGURATION_PATH}`, {
      headers: {
        authorization: `Bearer ${await token()}`,
        [PROTOCOL_HEADER]: '1',
        ...(etag === null ? {} : { 'if-none-match': etag }),
      },
    });
  }

  async function verified(kiosk: typeof bled, jws: string, held: ConfigurationExpectation['held'] = null) {
    const keys = [await publicReceiptKey(cloud.receiptKey)];
    const { tenant, branch, id } = kiosk;
    return verifyConfiguration(jws, keys, { tenant, branch, kiosk: id, now: time.now(), held });
  }

  beforeAll(async () => {
    server = await startServer();
    const pause = async () => {
      looks += 1;
      const act = betweenLooks;
      betweenLooks = null;
      await act?.();
    };
    cloud = await startTestCloud(
      time,
      [bled, kranj, other],
      () => ({ pause }),
      () => server.open(),
    );
    http = await serve((request) => cloud.cloud().handleDevice(request));
  });
  afterAll(async () => {
    await http.close();
    await cloud.end();
    await server.end();
  });

  it('says after a while that there is none, and only to a kiosk', async () => {
    looks = 0;
    expect((await ask(bled)).status).toBe(204);
    expect(looks).toBe(25);
    expect((await fetch(`${http.url}${CONFIGURATION_PATH}`, { headers: { [PROTOCOL_HEADER]: '1' } })).status).toBe(401);
  });

  it('tells each kiosk of its branch, signed, and answers a question that was held when something changes', async () => {
    expect(await cloud.cloud().changeConfiguration(staffChange())).toEqual({ ok: true, value: { revision: 1 } });
    const first = await ask(bled);
    const etag = first.headers.get('etag');
    const judged = await verified(bled, await first.text());
    expect(judged).toMatchObject({
      ok: true,
      value: {
        news: 'new',
        claims: { number: 1, kiosk: 'bled-1', notAfter: '2026-12-23T00:00:00.000Z', content: { staff: [MAJA] } },
      },
    });

    // Nothing else comes until a person changes something, in this process or in another on the same database.
    looks = 0;
    betweenLooks = async () => {
      const own = staffChange({ branch: 'Bled', value: [MAJA, ANA] });
      expect(await cloud.cloud().changeConfiguration(own)).toMatchObject({ ok: true });
    };
    const second = await verified(bled, await (await ask(bled, etag)).text());
    expect(looks).toBe(1);
    expect(second).toMatchObject({ ok: true, value: { claims: { number: 2, content: { staff: [MAJA, ANA] } } } });

    // The other branch still has what holds for the tenant, and its number did not move.
    const elsewhere = await ask(kranj);
    expect(await verified(kranj, await elsewhere.clone().text())).toMatchObject({
      value: { claims: { number: 1, content: { staff: [MAJA] } } },
    });
    expect(await verified(bled, await elsewhere.text())).toMatchObject({ error: { code: 'other-kiosk' } });
    expect((await ask(other)).status).toBe(204);
    expect(await cloud.database.query("select taken_number from kiosk_configurations where kiosk = 'bled-1'")).toEqual([
      { taken_number: 1 },
    ]);
  });

  it('answers 304 when nothing came, and the same number for longer on the next day', async () => {
    const first = await ask(bled);
    const etag = first.headers.get('etag');
    const before = await verified(bled, await first.text());
    if (!before.ok) throw new Error('not verified');
    expect((await ask(bled, etag)).status).toBe(304);
    time.advance(DAY_MS);
    const held = { ...before.value.claims, content: before.value.content };
    const later = await ask(bled, etag);
    expect(later.status).toBe(200);
    expect(await verified(bled, await later.text(), held)).toMatchObject({
      value: { news: 'prolonged', claims: { number: 2, notAfter: '2026-12-24T00:00:00.000Z' } },
    });
  });

  it('refuses a part that is not right, one that somebody else changed meanwhile, and keeps who changed what', async () => {
    const change = (over: Partial<PartChange>) => cloud.cloud().changeConfiguration(staffChange(over));
    expect(await change({ value: [ANA], revision: 1 })).toMatchObject({
      error: { code: 'malformed', detail: expect.stringContaining('no manager could sign in') as string },
    });
    expect(await change({ revision: 0 })).toEqual({ ok: false, error: { code: 'changed-meanwhile', revision: 1 } });
    expect(await change({ tenant: 'nobody' })).toEqual({ ok: false, error: { code: 'no-such-tenant' } });
    const both = await Promise.all([
      change({ value: [MAJA, { ...ANA, role: 'manager' }], revision: 1 }),
      change({ value: [MAJA, { ...ANA, closed: true }], revision: 1 }),
    ]);
    expect(both.filter(({ ok }) => ok)).toHaveLength(1);
    expect(
      await cloud.database.query('select branch, part, revision, account from configuration_changes order by number'),
    ).toEqual([
      { branch: '', part: 'staff', revision: 1, account: 'Cene' },
      { branch: 'Bled', part: 'staff', revision: 1, account: 'Cene' },
      { branch: '', part: 'staff', revision: 2, account: 'Cene' },
    ]);
  });

  it('gives a branch the part of its tenant again when its own is taken back, under a higher number', async () => {
    const before = await verified(bled, await (await ask(bled)).text());
    const back = staffChange({ branch: 'Bled', value: null, revision: 1 });
    expect(await cloud.cloud().changeConfiguration(back)).toEqual({ ok: true, value: { revision: 2 } });
    const after = await verified(bled, await (await ask(bled)).text());
    if (!before.ok || !after.ok) throw new Error('not verified');
    expect(after.value.claims.number).toBe(before.value.claims.number + 1);
    expect(after.value.claims.content.staff).toHaveLength(2);
    const parts = await cloud.cloud().configurationParts(TENANT);
    expect(parts.map(({ branch, value, revision }) => [branch, value !== null, revision])).toEqual([
      [null, true, 2],
      ['Bled', false, 2],
    ]);
  });

  it('is pulled by a kiosk, again after a line that broke, and not at once after one that was refused', async () => {
    const { token } = await kioskTrust(bled, cloud.receiptKey, time);
    const received: string[] = [];
    const faults: unknown[] = [];
    let requests = 0;
    let answer: 'taken' | 'refused' = 'refused';
    let settle: (() => void) | null = null;
    const puller = new ConfigurationPuller({
      cloudUrl: http.url,
      clock: time,
      fetch: (url, init) => {
        requests += 1;
        return requests === 1 ? Promise.reject(new Error('no line')) : fetch(url, init);
      },
      timers: {
        after: (ms, callback) => {
          const cancel = time.timers.after(ms, callback);
          settle?.();
          return cancel;
        },
      },
      random: () => 0,
      token,
      received: (jws) => {
        received.push(jws);
        return Promise.resolve(answer);
      },
      onFault: (error) => faults.push(error),
    });
    /** The pause that the next turn ends with; the patience of its request is set before it. */
    const turn = (begin: () => void): Promise<number> =>
      new Promise((resolve) => {
        let set = 0;
        settle = () => {
          set += 1;
          if (set === 2) setImmediate(() => resolve(time.untilNext() ?? -1));
        };
        begin();
      });
    const next = (pause: number) => turn(() => time.advance(pause));

    expect(await turn(() => puller.start())).toBe(500);
    expect(await next(500)).toBe(30_000);
    answer = 'taken';
    expect(await next(30_000)).toBe(1000);
    expect(received).toHaveLength(2);
    // What was taken is not sent again.
    expect(await next(1000)).toBe(1000);
    expect(received).toHaveLength(2);
    await puller.stop();
    expect(time.untilNext()).toBeNull();
    expect(faults).toEqual([]);
  });

  it('is judged before it counts: signature, kind, kiosk, number, content, end', async () => {
    const jws = await (await ask(bled)).text();
    const good = await verified(bled, jws);
    if (!good.ok) throw new Error('not verified');
    const { claims, content } = good.value;
    const sign = (over: object, type = CONFIGURATION_TYPE, key = cloud.receiptKey) =>
      signStatement(key, type, { ...claims, ...over });
    const held = { number: claims.number, content, notAfter: claims.notAfter };
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const [header, payload, signature] = jws.split('.');
    const changed = Buffer.from(JSON.stringify({ ...claims, number: 99 })).toString('base64url');
    const cases: readonly (readonly [string, string])[] = [
      ['untrusted', await sign({}, CONFIGURATION_TYPE, stranger)],
      ['untrusted', await sign({}, RECEIPT_TYPE)],
      ['untrusted', `${header}.${changed}.${signature}`],
      ['untrusted', `${header}.${payload}`],
      ['untrusted', 'no'],
      ['malformed', await sign({ number: 0 })],
      ['malformed', await sign({ content: { staff: [] } })],
      ['malformed', 'x'.repeat(1024 * 1024 + 1)],
      ['other-kiosk', await sign({ tenant: 'other-tenant' })],
      ['other-kiosk', await sign({ branch: 'Kranj' })],
      ['other-kiosk', await sign({ kiosk: 'bled-2' })],
      ['older', await sign({ number: claims.number - 1 })],
      ['same-number', await sign({ content: {} })],
      ['expired', await sign({ number: claims.number + 1, notAfter: new Date(time.now()).toISOString() })],
    ];
    for (const [code, forged] of cases) {
      expect(await verified(bled, forged, held), code).toMatchObject({ ok: false, error: { code } });
    }
    expect(await verified(bled, jws, held)).toMatchObject({ ok: true, value: { news: 'unchanged' } });
    const longer = await sign({ notAfter: '2027-06-01T00:00:00.000Z' });
    expect(await verified(bled, longer, held)).toMatchObject({ ok: true, value: { news: 'prolonged' } });
    // A part that only a later version knows is left out, and counts for whether the content is the same.
    const more = await sign({ number: claims.number + 1, content: { ...claims.content, later: 1 } });
    const judged = await verified(bled, more, held);
    expect(judged).toMatchObject({ ok: true, value: { news: 'new', claims: { content: claims.content } } });
    expect(judged.ok && judged.value.content !== content).toBe(true);
  });
});
