import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { GET as getDocument } from '../../app/api/cloud/packages/[digest]/documents/[number]/route.ts';
import { GET as getPackage } from '../../app/api/cloud/packages/[digest]/route.ts';
import { GET as getPackages } from '../../app/api/cloud/packages/route.ts';
import { CLOUD_COOKIE, STAFF_COOKIE } from '../../app/_server/cookies.ts';
import { setRuntime } from '../../app/_server/runtime.ts';
import type { CloudApi } from '../../kiosk-shell/cloud-api.ts';
import { hashSecret } from '../../signing/access/password.ts';
import { packagedDocuments } from '../../signing/container/packaged-documents.ts';
import { sha256, type Sha256 } from '../../signing/digest.ts';
import { packaged, sealed } from '../signing/verification/samples.ts';
import { makePki } from '../support/seal-fixtures.ts';
import { testTime } from '../sync/support/clock.ts';
import { newKiosk, startTestCloud, TENANT, type TestCloud } from '../sync/support/world.ts';

const time = testTime(Date.parse('2026-11-23T10:00:00Z'));
const RAISED = Buffer.from('a document with a time-stamp behind it');
let world: TestCloud;
let digest: Sha256;
let original: Uint8Array;
const cookies = new Map<string, string>();

beforeAll(async () => {
  const pki = makePki('p256');
  const { bytes } = await packaged(pki, await sealed(pki));
  digest = sha256(bytes);
  original = packagedDocuments(bytes)![0]!.bytes;
  world = await startTestCloud(time, [newKiosk('k1'), newKiosk('k2', 'other-bank')]);
  const { database, objects } = world;
  await objects.put(digest, bytes);
  await objects.put(sha256(RAISED), RAISED);
  await database.query(
    `insert into packages (digest, tenant, kiosk, branch, transaction_id, transaction_name, size, arrived_at, sequence,
       receipt, report, audit_first, audit_last, audit_previous, audit_head, alarms)
     values ($1, $2, 'k1', 'Bled', 'x', 'x', 1, now(), 1, 'r',
       '{"documents": [{"signatures": [{"kind": "signature", "level": "B-B"}]}]}', 1, 2, 'a', 'b', '[]')`,
    [digest, TENANT],
  );
  const { staff } = world.cloud();
  const verifier = await hashSecret('471102', undefined, { memory: 64, passes: 1, parallelism: 1 });
  for (const [name, tenant] of [
    ['all', null],
    ['own', TENANT],
    ['other', 'other-bank'],
  ] as const) {
    await staff.add({ id: name, name, verifier, tenant });
    const session = await staff.signIn(name, '471102', null);
    if (!session.ok) throw new Error(session.error.code);
    cookies.set(name, `${CLOUD_COOKIE}=${session.value.token}`);
  }
  cookies.set('kiosk', (cookies.get('own') ?? '').replace(CLOUD_COOKIE, STAFF_COOKIE));
  cookies.set('guess', `${CLOUD_COOKIE}=${'A'.repeat(43)}`);
  const cloud = world.cloud();
  setRuntime({
    ...cloud,
    role: 'cloud',
    staffByToken: (token: string) => staff.byToken(token),
    allows: (...asked: Parameters<typeof staff.allows>) => staff.allows(...asked),
    watch: { request: () => undefined },
    evidenceGoal: 'B-LTA',
  } as unknown as CloudApi);
});
afterAll(() => world.end());

function ask(who: string | null, path: string): Request {
  const cookie = who === null ? {} : { cookie: cookies.get(who) ?? '' };
  return new Request(`http://127.0.0.1/api/cloud/packages${path}`, { headers: { host: '127.0.0.1', ...cookie } });
}
function documentFor(who: string | null, number: string, of: string = digest): Promise<Response> {
  const params = Promise.resolve({ digest: of, number });
  return getDocument(ask(who, `/${of}/documents/${number}`), { params });
}

describe('a document taken from the console', () => {
  it('is had by a person of the tenant and of the cloud, as it came and then as it was raised, under a plain name', async () => {
    for (const who of ['own', 'all']) {
      const answer = await documentFor(who, '1');
      expect(answer.status).toBe(200);
      expect(Buffer.from(await answer.arrayBuffer()).equals(original)).toBe(true);
      expect(answer.headers.get('content-disposition')).toContain('filename="Pogodba B-B.pdf"');
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
    await world.database.query(
      `insert into long_term (package, document, digest, level, attempts, tried_at)
       values ($1, 'documents/001.pdf', $2, 'B-LTA', 0, now())`,
      [digest, sha256(RAISED)],
    );
    const raised = await documentFor('own', '1');
    expect(Buffer.from(await raised.arrayBuffer()).equals(RAISED)).toBe(true);
    expect(raised.headers.get('content-disposition')).toContain('filename="Pogodba B-LTA.pdf"');
    expect(raised.headers.get('content-type')).toBe('application/pdf');
  });

  it.each([[null], ['guess'], ['kiosk']])('is not had without a session of the cloud (%s)', async (who) => {
    expect((await documentFor(who, '1')).status).toBe(401);
  });

  it('is not there for a person of another tenant, who sees nothing of the package either', async () => {
    expect((await documentFor('other', '1')).status).toBe(404);
    const params = Promise.resolve({ digest });
    expect((await getPackage(ask('other', `/${digest}`), { params })).status).toBe(404);
    expect((await getPackage(ask('own', `/${digest}`), { params })).status).toBe(200);
    const listed = async (who: string): Promise<unknown> =>
      (await getPackages(ask(who, ''), { params: Promise.resolve({}) })).json();
    expect(await listed('other')).toEqual([]);
    expect(await listed('own')).toHaveLength(1);
  });

  it('is not had by a digest of its own, nor by a number that is none', async () => {
    expect((await documentFor('own', '1', sha256(RAISED))).status).toBe(404);
    expect((await documentFor('own', '2')).status).toBe(404);
    expect((await documentFor('own', '0')).status).toBe(400);
    expect((await documentFor('own', '../1')).status).toBe(400);
  });
});
