import { generateKeyPairSync, randomBytes, randomUUID, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../signing/digest.ts';
import { createDeviceTokenSource } from '../../sync/kiosk/device-token-source.ts';
import { DEVICE_TOKEN_TYPE } from '../../sync/protocol/device-token.ts';
import {
  encodeUploadMetadata,
  HELLO_PATH,
  packagePath,
  PROTOCOL_HEADER,
  UPLOADS_PATH,
} from '../../sync/protocol/wire.ts';
import { testTime } from './support/clock.ts';
import { cloudKinds, type DatabaseServer } from './support/databases.ts';
import type { TestPackage } from './support/packages.ts';
import { AUDIENCE, kioskTrust, newKiosk, startTestCloud, type TestCloud } from './support/world.ts';

const time = testTime();
const kiosk = newKiosk('kiosk-1');
const neighbour = newKiosk('kiosk-2', 'other-tenant');
let cloud: TestCloud;
let server: DatabaseServer;

async function call(method: string, path: string, token: string | null, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (!headers.has(PROTOCOL_HEADER)) headers.set(PROTOCOL_HEADER, '1');
  if (token !== null) headers.set('authorization', `Bearer ${token}`);
  return cloud.cloud().handleDevice(new Request(`http://cloud.test${path}`, { ...init, method, headers }));
}

interface TokenParts {
  readonly key?: KeyObject | Uint8Array;
  readonly header?: object;
  readonly claims?: Readonly<Record<string, unknown>>;
}
function token(of = kiosk, parts: TokenParts = {}): Promise<string> {
  const now = Math.floor(time.now() / 1000);
  return new SignJWT({
    ...{ iss: of.id, sub: of.id, aud: AUDIENCE, iat: now, exp: now + 300, jti: randomUUID() },
    ...parts.claims,
  })
    .setProtectedHeader({ alg: 'ES256', typ: DEVICE_TOKEN_TYPE, ...parts.header })
    .sign(parts.key ?? of.deviceKey);
}
const anotherKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const seconds = (offset: number): number => Math.floor(time.now() / 1000) + offset;

describe.each(cloudKinds())('on $name', ({ start: startServer }) => {
  beforeAll(async () => {
    server = await startServer();
    cloud = await startTestCloud(
      time,
      [kiosk, neighbour],
      () => ({ maxPackageBytes: 100_000 }),
      () => server.open(),
    );
  });

  afterAll(async () => {
    await cloud.end();
    await server.end();
  });

  describe('device tokens', () => {
    it('let an enrolled kiosk in', async () => {
      const response = await call('GET', HELLO_PATH, await token());
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ time: new Date(time.now()).toISOString(), protocol: 1 });
    });

    it.each<[string, () => Promise<string | null>, number, string]>([
      ['nothing at all', () => Promise.resolve(null), 401, 'unauthorized'],
      ['something else than a token', () => Promise.resolve('x'.repeat(40)), 401, 'unauthorized'],
      ['a kiosk nobody enrolled', () => token({ ...kiosk, id: 'kiosk-9' }), 403, 'unknown-kiosk'],
      ['another key', () => token(kiosk, { key: anotherKey }), 401, 'unauthorized'],
      ["the neighbour's key", () => token(kiosk, { key: neighbour.deviceKey }), 401, 'unauthorized'],
      [
        'an algorithm of its own choice',
        () => token(kiosk, { key: randomBytes(32), header: { alg: 'HS256' } }),
        401,
        'unauthorized',
      ],
      ['another type of token', () => token(kiosk, { header: { typ: 'JWT' } }), 401, 'unauthorized'],
      ['another audience', () => token(kiosk, { claims: { aud: 'https://elsewhere.test' } }), 401, 'unauthorized'],
      ['another subject', () => token(kiosk, { claims: { sub: 'kiosk-2' } }), 401, 'unauthorized'],
      ['a past end', () => token(kiosk, { claims: { iat: seconds(-900), exp: seconds(-600) } }), 401, 'unauthorized'],
      [
        'a life of its own length',
        () => token(kiosk, { claims: { iat: seconds(-3600), exp: seconds(3600) } }),
        401,
        'unauthorized',
      ],
      [
        'a start in the future',
        () => token(kiosk, { claims: { iat: seconds(900), exp: seconds(1200) } }),
        401,
        'unauthorized',
      ],
      ['no identifier', () => token(kiosk, { claims: { jti: undefined } }), 401, 'unauthorized'],
    ])('with %s keep everybody out, before anything is acted on', async (_, make, status, reason) => {
      const made = await make();
      for (const [method, path] of [
        ['GET', HELLO_PATH],
        ['GET', packagePath(sha256())],
        ['POST', UPLOADS_PATH],
      ] as const) {
        const response = await call(method, path, made);
        expect(response.status).toBe(status);
        expect(await response.json()).toMatchObject({ reason });
      }
      expect(await cloud.uploadNames()).toEqual([]);
    });

    it('bear a branch clock that is two minutes off', async () => {
      for (const offset of [-119, 119]) {
        const made = await token(kiosk, { claims: { iat: seconds(offset), exp: seconds(offset + 300) } });
        expect((await call('GET', HELLO_PATH, made)).status).toBe(200);
      }
    });

    it('stop counting at the next request once the kiosk is shut out', async () => {
      const made = await token(neighbour);
      expect((await call('GET', HELLO_PATH, made)).status).toBe(200);
      await cloud.database.query("update kiosks set active = false where id = 'kiosk-2'");
      expect((await call('GET', HELLO_PATH, made)).status).toBe(403);
      await cloud.database.query("update kiosks set active = true where id = 'kiosk-2'");
    });

    it('are made anew a minute before their end, and when the clock was set back', async () => {
      let wall = time.now();
      let micros = 0;
      const source = createDeviceTokenSource({
        kiosk: kiosk.id,
        audience: AUDIENCE,
        key: kiosk.deviceKey,
        algorithm: 'ES256',
        clock: { now: () => wall, monotonicMicros: () => micros },
        newId: randomUUID,
      });
      const first = await source();
      wall += 239_000;
      micros += 239_000_000;
      expect(await source()).toBe(first);
      wall += 1000;
      micros += 1_000_000;
      const second = await source();
      expect(second).not.toBe(first);
      wall -= 3_600_000;
      expect(await source()).not.toBe(second);
    });

    it('of a protocol that is too old are told so', async () => {
      const response = await call('GET', HELLO_PATH, await token(), { headers: { [PROTOCOL_HEADER]: '0' } });
      expect(response.status).toBe(426);
      expect(await response.json()).toMatchObject({ reason: 'protocol-too-old' });
    });
  });

  describe('uploads', () => {
    const tus = { 'tus-resumable': '1.0.0' };
    const stream = { ...tus, 'content-type': 'application/offset+octet-stream' };

    async function create(size: number | string, metadata: string, by = kiosk): Promise<Response> {
      const headers = { ...tus, 'upload-length': String(size), 'upload-metadata': metadata };
      return call('POST', UPLOADS_PATH, await token(by), { headers });
    }
    const announce = (made: TestPackage, digest: string = made.digest): string =>
      encodeUploadMetadata({ digest, transaction: made.transaction });

    it.each([
      ['no digest', 10, encodeUploadMetadata({ transaction: 't' }), 400],
      ['a digest that is none', 10, encodeUploadMetadata({ digest: 'AA', transaction: 't' }), 400],
      ['no transaction', 10, encodeUploadMetadata({ digest: sha256() }), 400],
      ['a path for a transaction', 10, encodeUploadMetadata({ digest: sha256(), transaction: '../x' }), 400],
      ['metadata that cannot be read', 10, '%%%', 400],
      ['no length', '', encodeUploadMetadata({ digest: sha256(), transaction: 't' }), 400],
      ['nothing to send', 0, encodeUploadMetadata({ digest: sha256(), transaction: 't' }), 400],
      ['more than the limit', 100_001, encodeUploadMetadata({ digest: sha256(), transaction: 't' }), 413],
    ])('with %s are refused at the door', async (_, size, metadata, status) => {
      const response = await create(size, metadata);
      expect(response.status).toBe(status);
      expect(await cloud.uploadNames()).toEqual([]);
    });

    it('whose bytes have another digest are refused, and the name stays free for the right ones', async () => {
      const trust = await kioskTrust(kiosk, cloud.receiptKey, time);
      const right = trust.packages.make(randomUUID());
      const wrong = right.bytes.map((byte, i) => (i === 5 ? byte ^ 0x20 : byte));
      const created = await create(wrong.length, announce(right));
      const patched = await call('PATCH', created.headers.get('location') ?? '', await token(), {
        headers: { ...stream, 'upload-offset': '0' },
        body: wrong,
      });
      expect(patched.status).toBe(422);
      expect(await patched.json()).toMatchObject({ reason: 'digest-mismatch' });
      expect((await call('GET', packagePath(right.digest), await token())).status).toBe(404);
      expect((await cloud.cloud().package(right.digest))?.summary).toMatchObject({ reason: 'digest-mismatch' });

      const again = await create(right.bytes.length, announce(right));
      await call('PATCH', again.headers.get('location') ?? '', await token(), {
        headers: { ...stream, 'upload-offset': '0' },
        body: right.bytes as Uint8Array<ArrayBuffer>,
      });
      const answer = await call('GET', packagePath(right.digest), await token());
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({ state: 'stored' });
    });

    it('and packages of another kiosk are not there for this one', async () => {
      const trust = await kioskTrust(kiosk, cloud.receiptKey, time);
      const made = trust.packages.make(randomUUID(), { size: 1000 });
      const created = await create(made.bytes.length, announce(made));
      const upload = created.headers.get('location') ?? '';
      expect((await call('HEAD', upload, await token(), { headers: tus })).status).toBe(200);
      expect((await call('HEAD', upload, await token(neighbour), { headers: tus })).status).toBe(404);
      const patched = await call('PATCH', upload, await token(neighbour), {
        headers: { ...stream, 'upload-offset': '0' },
        body: made.bytes as Uint8Array<ArrayBuffer>,
      });
      expect(patched.status).toBe(404);
      expect((await call('GET', packagePath(made.digest), await token())).status).toBe(202);
      expect((await call('GET', packagePath(made.digest), await token(neighbour))).status).toBe(404);
    });

    it.each(['DELETE', 'PUT', 'OPTIONS'])('cannot be ended or changed by %s', async (method) => {
      expect((await call(method, `${UPLOADS_PATH}/${randomUUID()}`, await token(), { headers: tus })).status).toBe(404);
    });

    it.each(['..%2f..%2fkeys', '%00', 'a/b', '.', ''])('have no address like %j', async (id) => {
      const response = await call('HEAD', `${UPLOADS_PATH}/${id}`, await token(), { headers: tus });
      expect(response.status).toBe(404);
    });

    it('nobody went on with for two weeks are cleared', async () => {
      const trust = await kioskTrust(kiosk, cloud.receiptKey, time);
      const made = trust.packages.make(randomUUID(), { size: 1000 });
      await create(made.bytes.length, announce(made));
      await cloud.cloud().sweep();
      expect(await cloud.uploadNames()).not.toEqual([]);
      time.advance(15 * 24 * 3600 * 1000);
      await cloud.cloud().sweep();
      expect(await cloud.uploadNames()).toEqual([]);
      expect(await cloud.database.query('select 1 from uploads')).toEqual([]);
    });
  });
});
