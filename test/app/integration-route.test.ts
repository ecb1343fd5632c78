import { afterAll, beforeAll, expect, it } from 'vitest';

import { GET, POST } from '../../app/api/v1/[[...path]]/route.ts';
import { setRuntime } from '../../app/_server/runtime.ts';
import { POST as makeKey } from '../../app/api/cloud/api-keys/route.ts';
import { DELETE as revokeKey } from '../../app/api/cloud/api-keys/[key]/route.ts';
import { CLOUD_COOKIE } from '../../app/_server/cookies.ts';
import type { CloudApi } from '../../kiosk-shell/cloud-api.ts';
import { hashSecret } from '../../signing/access/password.ts';
import { testTime } from '../sync/support/clock.ts';
import { newKiosk, startTestCloud, TENANT, type TestCloud } from '../sync/support/world.ts';

let world: TestCloud;
const cookies = new Map<string, string>();
beforeAll(async () => {
  world = await startTestCloud(testTime(), [newKiosk('k1'), newKiosk('k2', 'other-bank')], () => ({
    integration: {
      webhookKey: new Uint8Array(32),
      checkDocuments: () => Promise.resolve(null),
      localWebhooks: false,
    },
  }));
  const cloud = world.cloud();
  const verifier = await hashSecret('471102', undefined, { memory: 64, passes: 1, parallelism: 1 });
  for (const tenant of [TENANT, 'other-bank']) {
    await cloud.staff.add({ id: tenant, name: tenant, verifier, tenant });
    const session = await cloud.staff.signIn(tenant, '471102');
    if (!session.ok) throw new Error(session.error.code);
    cookies.set(tenant, `${CLOUD_COOKIE}=${session.value.token}`);
  }
  setRuntime({
    ...{ ...cloud, role: 'cloud', apiKeys: cloud.integration.keys },
    handleIntegration: (...call: Parameters<CloudApi['handleIntegration']>) => cloud.integration.handle(...call),
    watch: { request: () => undefined },
    staffByToken: (token: string) => cloud.staff.byToken(token),
  } as unknown as CloudApi);
});
afterAll(() => world.end());

function request(method: string, path: string, body: BodyInit | null, headers: Record<string, string>): Request {
  return new Request(`http://127.0.0.1:4000${path}`, { method, body, headers: { host: '127.0.0.1:4000', ...headers } });
}
const staffCall = (method: string, path: string, tenant: string, body: object | null) =>
  request(method, path, body === null ? null : JSON.stringify(body), {
    ...{ cookie: cookies.get(tenant) ?? '', 'content-type': 'application/json' },
  });
const noParams = { params: Promise.resolve({}) };

it('makes a key for staff of its tenant, takes documents under it, and refuses it once it is revoked', async () => {
  const wanted = { tenant: TENANT, name: 'DMS', scopes: ['transactions:write'], days: 30 };
  const make = (tenant: string, body: object) =>
    makeKey(staffCall('POST', '/api/cloud/api-keys', tenant, body), noParams);
  expect((await make('other-bank', wanted)).status).toBe(404);
  expect((await make('nobody', wanted)).status).toBe(401);
  expect((await make(TENANT, { ...wanted, days: 0 })).status).toBe(400);
  const { id, key } = (await (await make(TENANT, wanted)).json()) as { id: string; key: string };

  const hand = async (host = '127.0.0.1:4000', length = true): Promise<Response> => {
    const form = new FormData();
    form.set('branch', 'Bled');
    form.set('name', 'Pogodba');
    form.append('file', new File(['%PDF-1.7'], 'Pogodba.pdf'));
    const encoded = new Response(form);
    const type = encoded.headers.get('content-type') ?? '';
    const bytes = await encoded.arrayBuffer();
    return POST(
      request('POST', '/api/v1/transactions', bytes, {
        ...{ host, authorization: `Bearer ${key}`, 'content-type': type },
        ...(length ? { 'content-length': String(bytes.byteLength) } : {}),
      }),
    );
  };
  expect((await hand()).status).toBe(201);
  expect((await hand('evil.example')).status).toBe(421);
  expect((await (await hand('127.0.0.1:4000', false)).json()) as object).toMatchObject({ code: 'length-required' });
  // The cookie of a person opens nothing here.
  const cookie = { cookie: cookies.get(TENANT) ?? '' };
  expect((await GET(request('GET', '/api/v1/transactions', null, cookie))).status).toBe(401);

  const revoke = (tenant: string) =>
    revokeKey(staffCall('DELETE', `/api/cloud/api-keys/${id}`, tenant, null), { params: Promise.resolve({ key: id }) });
  expect((await revoke('other-bank')).status).toBe(404);
  expect((await revoke(TENANT)).status).toBe(200);
  expect((await (await hand()).json()) as object).toMatchObject({ status: 401, code: 'key-revoked' });
  expect(world.faults).toEqual([]);
});
