import { generateKeyPairSync, randomUUID, X509Certificate, type KeyObject } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OVERLAP_MS } from '../../sync/cloud/devices/renew.ts';
import { makeEnrolmentCode, readEnrolmentCode } from '../../sync/protocol/enrolment-code.ts';
import { RENEWAL_PATH, type EnrolmentAnswer, type RenewalAnswer } from '../../sync/protocol/enrolment.ts';
import { HELLO_PATH, PROTOCOL_HEADER } from '../../sync/protocol/wire.ts';
import { createCloudClient } from '../../sync/kiosk/cloud-client.ts';
import { createDeviceTokenSource } from '../../sync/kiosk/device-token-source.ts';
import { requestEnrolment, requestsFor } from '../../sync/kiosk/enrolment-client.ts';
import { createFollowingVerifier, followReceiptKeys } from '../../sync/kiosk/receipt-keys.ts';
import { createReceiptVerifier, type PinnedKeys } from '../../sync/kiosk/receipt-verifier.ts';
import { signStatement } from '../../sync/cloud/receipts.ts';
import { testTime } from './support/clock.ts';
import { allDelivered, courierRig } from './support/courier-rig.ts';
import { databaseKinds, type DatabaseServer } from './support/databases.ts';
import { BANK, HEAD, OTHER, startEnrollingCloud } from './support/enrolment.ts';
import { memoryOutbox } from './support/memory-outbox.ts';
import { packageMaker } from './support/packages.ts';
import { serve } from './support/world.ts';

const DAY = 86_400_000;
const p256 = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const certificate = (chain: readonly string[]): Uint8Array => Uint8Array.from(Buffer.from(chain[0] ?? '', 'base64'));

describe.each(databaseKinds())('on $name', ({ start: startServer }) => {
  let time: ReturnType<typeof testTime>;
  let server: DatabaseServer;
  let cloud: Awaited<ReturnType<typeof startEnrollingCloud>>;
  let http: Awaited<ReturnType<typeof serve>>;

  beforeAll(async () => {
    time = testTime();
    server = await startServer();
    cloud = await startEnrollingCloud(time, () => server.open());
    http = await serve((request) => cloud.cloud().handleDevice(request));
  });
  afterAll(async () => {
    await http.close();
    await cloud.end();
    await server.end();
  });

  async function enrolled(kiosk: string) {
    const branch = { id: 'bled', name: 'Bled' };
    const made = await cloud.cloud().devices.makeCode({ tenant: BANK, branch, kiosk }, HEAD);
    const code = readEnrolmentCode(made.ok ? made.value.code : '');
    const [device, seal] = [p256(), p256()];
    const ports = { cloudUrl: http.url, fetch, clock: time };
    const answer = await requestEnrolment(
      ports,
      code.ok ? code.value : makeEnrolmentCode(new Uint8Array(10), ''),
      requestsFor(device, seal),
      AbortSignal.timeout(30_000),
    );
    if (!answer.ok) throw new Error(answer.error.kind);
    return { kiosk, device, seal, answer: answer.value };
  }
  const tokens = (kiosk: string, key: KeyObject, { cloud: audience }: EnrolmentAnswer) =>
    createDeviceTokenSource({ ...{ kiosk, audience, key, clock: time, newId: randomUUID }, algorithm: 'ES256' });
  async function call(path: string, token: string, body?: object): Promise<Response> {
    return fetch(`${http.url}${path}`, {
      headers: { authorization: `Bearer ${token}`, [PROTOCOL_HEADER]: '1' },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
  }
  const reasonOf = async (response: Response): Promise<unknown> =>
    ((await response.json()) as { reason?: string }).reason ?? response.status;

  it('a kiosk gets new certificates in the second half of their life; the old key is good for the overlap', async () => {
    const { device, answer } = await enrolled('renewing');
    const old = tokens('renewing', device, answer);
    const [nextDevice, nextSeal] = [p256(), p256()];
    const request = requestsFor(nextDevice, nextSeal);
    expect(await reasonOf(await call(RENEWAL_PATH, await old(), request))).toBe('too-early');
    time.advance(200 * DAY);
    const first = (await (await call(RENEWAL_PATH, await old(), request)).json()) as RenewalAnswer;
    expect(new X509Certificate(certificate(first.deviceChain)).checkPrivateKey(nextDevice)).toBe(true);
    // An answer that was lost on the way is given again.
    expect(await (await call(RENEWAL_PATH, await old(), request)).json()).toEqual(first);
    expect((await call(HELLO_PATH, await tokens('renewing', nextDevice, answer)())).status).toBe(200);
    expect((await call(HELLO_PATH, await old())).status).toBe(200);
    time.advance(OVERLAP_MS);
    expect((await call(HELLO_PATH, await old())).status).toBe(401);
    expect((await call(HELLO_PATH, await tokens('renewing', nextDevice, answer)())).status).toBe(200);
  });

  it('takes a package by the certificate of the time when it was sealed, before and after a renewal, and by no other', async () => {
    const { kiosk, device, answer } = await enrolled('sealing');
    const before = time.now();
    time.advance(200 * DAY);
    const renewal = await call(RENEWAL_PATH, await tokens(kiosk, device, answer)(), requestsFor(p256(), p256()));
    const { sealChain } = (await renewal.json()) as RenewalAnswer;
    const stranger = await enrolled('stranger');
    const deliver = async (sealCertificate: Uint8Array, at: number): Promise<string> => {
      const store = memoryOutbox();
      const made = packageMaker({ tenant: BANK, branch: 'bled', id: kiosk, sealCertificate }).make(randomUUID(), {
        facts: { completedAt: new Date(at).toISOString() },
      });
      store.queue(made, new Date(time.now()).toISOString());
      const { courier, until } = courierRig(time, store, {
        token: tokens(kiosk, device, answer),
        receipts: createReceiptVerifier(answer.receiptKeys, { tenant: BANK, kiosk }),
        cloudUrl: http.url,
      });
      const state = (): string => [...store.rows.values()][0]?.state ?? '';
      courier.start();
      await until(() => ['delivered', 'refused'].includes(state()));
      await courier.stop();
      return state();
    };
    const own = certificate(answer.sealChain);
    expect(await deliver(own, before)).toBe('delivered');
    expect(await deliver(certificate(sealChain), time.now())).toBe('delivered');
    expect(await deliver(certificate(sealChain), before)).toBe('refused');
    expect(await deliver(own, time.now() + OVERLAP_MS + DAY)).toBe('refused');
    expect(await deliver(certificate(stranger.answer.sealChain), time.now())).toBe('refused');
  });

  it('a kiosk that is shut out is told so at its next request, another is not; and may be let in again', async () => {
    const [lost, other] = [await enrolled('lost'), await enrolled('other')];
    const token = tokens('lost', lost.device, lost.answer);
    expect((await call(HELLO_PATH, await token())).status).toBe(200);
    const { devices } = cloud.cloud();
    expect(await devices.revoke('lost', 'stolen', { name: 'Eva', tenant: OTHER })).toBe(false);
    expect(await devices.revoke('lost', 'stolen', HEAD)).toBe(true);
    const refused = await call(HELLO_PATH, await token());
    expect([refused.status, await reasonOf(refused)]).toEqual([403, 'revoked']);
    expect(await reasonOf(await call(RENEWAL_PATH, await token(), requestsFor(p256(), p256())))).toBe('revoked');
    expect((await call(HELLO_PATH, await tokens('other', other.device, other.answer)())).status).toBe(200);
    // Who has another kiosk's key does not learn whether this one is shut out.
    expect((await call(HELLO_PATH, await tokens('lost', other.device, other.answer)())).status).toBe(401);
    expect(await devices.reinstate('lost', HEAD)).toBe(true);
    expect((await call(HELLO_PATH, await token())).status).toBe(200);
    const events = await devices.events('lost', HEAD);
    expect(events.map(({ event }) => event)).toEqual(['code-made', 'enrolled', 'revoked', 'reinstated']);
    expect(events[2]?.detail).toEqual({ reason: 'stolen' });
  });

  it('follows the receipt key as it changes while packages are on the way; old receipts stay good', async () => {
    const { kiosk, device, answer } = await enrolled('following');
    const token = tokens(kiosk, device, answer);
    const client = createCloudClient({ cloudUrl: http.url, fetch, token, clock: time });
    const about = { tenant: BANK, kiosk };
    let pinned = answer.receiptKeys as PinnedKeys;
    const receipts = createFollowingVerifier({
      pinned,
      kiosk: about,
      statements: async () => {
        const reply = await client.receiptKeys(AbortSignal.timeout(30_000));
        return reply.kind === 'done' ? reply.value : null;
      },
      keep: (keys) => void (pinned = keys),
    });
    const store = memoryOutbox();
    const packages = packageMaker({
      tenant: BANK,
      branch: 'bled',
      id: kiosk,
      sealCertificate: certificate(answer.sealChain),
    });
    const { courier, events, until } = courierRig(time, store, { token, receipts, cloudUrl: http.url });
    const queue = () =>
      store.queue(
        packages.make(randomUUID(), { facts: { completedAt: new Date(time.now()).toISOString() } }),
        new Date(time.now()).toISOString(),
      );
    queue();
    courier.start();
    await until(() => allDelivered(store));
    await cloud.cloud().devices.rotateReceiptKey(new Date(time.now() + DAY), HEAD);
    expect(await cloud.cloud().devices.rotateReceiptKey(new Date(), { name: 'Eva', tenant: BANK })).toBeNull();
    queue();
    courier.poke();
    await until(() => allDelivered(store));
    expect(pinned).toHaveLength(1);
    await courier.stop();
    // Two changes while the kiosk was away.
    time.advance(2 * DAY);
    await cloud.cloud().devices.rotateReceiptKey(new Date(time.now()), HEAD);
    queue();
    const again = courierRig(time, store, { token, receipts, cloudUrl: http.url });
    again.courier.start();
    await again.until(() => allDelivered(store));
    await again.courier.stop();
    expect(pinned).toHaveLength(3);
    expect([...events, ...again.events].filter(({ type }) => type === 'alarm')).toEqual([]);
    const known = createReceiptVerifier(pinned, about);
    for (const row of store.rows.values()) expect((await known.verify(row.receipt ?? '', row)).ok).toBe(true);
  });

  it('does not follow a statement of a key that is not pinned, of another type, or a second one of the same key', async () => {
    const { answer } = await enrolled('careful');
    const pinned = answer.receiptKeys as PinnedKeys;
    const [last] = pinned.slice(-1);
    const claims = {
      ...{ type: 'countersign.receipt-key', version: 1, takesOverAt: new Date(time.now()).toISOString() },
      key: last,
    };
    const strange = await signStatement(p256(), 'countersign-receipt-key+jwt', claims);
    expect(await followReceiptKeys(pinned, [strange, 'x.y.z', ''])).toEqual(pinned);
    const ring = pinned.map((key) => ({ ...key, notAfter: new Date(time.now()).toISOString() }));
    const reply = await cloud.database.query('select statement from receipt_key_statements');
    expect(
      await followReceiptKeys(
        ring,
        reply.map((row) => String(row['statement'])),
      ),
    ).toEqual(ring);
  });
});
