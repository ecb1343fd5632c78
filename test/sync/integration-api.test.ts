import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClient } from '@hey-api/openapi-ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { uploadedFiles } from '../../app/_server/uploaded.ts';
import { documentCheck } from '../../kiosk-shell/check-documents.ts';
import { sampleDocument } from '../../kiosk-shell/demo/sample-document.ts';
import { tasks } from '../../kiosk-shell/work/tasks.ts';
import type { WorkBench } from '../../kiosk-shell/work/work-bench.ts';
import { packagedDocuments } from '../../signing/container/packaged-documents.ts';
import { sha256 } from '../../signing/digest.ts';
import { err, ok } from '../../signing/result.ts';
import { findKiosk } from '../../sync/cloud/enrolment.ts';
import { ingest } from '../../sync/cloud/ingest.ts';
import { REQUESTS_PER_MINUTE } from '../../sync/cloud/integration/api-keys.ts';
import { API_SCOPES, type ApiScope } from '../../sync/cloud/integration/api-scopes.ts';
import { claimJob, reportJob } from '../../sync/cloud/integration/branch-jobs.ts';
import { clearEnded } from '../../sync/cloud/integration/clear-ended.ts';
import { createReceiptSigner } from '../../sync/cloud/receipts.ts';
import { packaged, sealed } from '../signing/verification/samples.ts';
import { makePki } from '../support/seal-fixtures.ts';
import { testTime } from './support/clock.ts';
import { databaseKinds, type DatabaseServer } from './support/databases.ts';
import { packageMaker, verifyTestPackage } from './support/packages.ts';
import { newKiosk, serve, startTestCloud, TENANT, type TestCloud } from './support/world.ts';

/** As the generated client gives it, as far as the round uses it. */
type Told = Blob & { readonly id: string; readonly transactions: unknown };
const DAY = 24 * 3600_000;
const work = {
  run: (task: keyof typeof tasks, input: never) => Promise.resolve(tasks[task](input)),
} as unknown as WorkBench;

describe.each(databaseKinds())('the integration API on $name', (kind) => {
  const time = testTime();
  const kiosk = newKiosk('bled-1');
  let server: DatabaseServer;
  let world: TestCloud;
  let http: Awaited<ReturnType<typeof serve>>;
  let contract: Uint8Array;
  /** What arrived at the listener. */
  const heard: { readonly headers: Headers; readonly body: string }[] = [];
  let listens = true;
  beforeAll(async () => {
    server = await kind.start();
    contract = await sampleDocument();
    world = await startTestCloud(
      time,
      [kiosk, newKiosk('other-1', 'other-tenant')],
      () => ({
        integration: {
          webhookKey: new Uint8Array(32).fill(7),
          checkDocuments: documentCheck(work),
          localWebhooks: false,
          send: (_url, headers, body) => {
            if (!listens) return Promise.resolve('status-500');
            heard.push({ headers: new Headers(headers), body });
            return Promise.resolve('delivered');
          },
        },
      }),
      () => server.open(),
    );
    http = await serve((request) =>
      world.cloud().integration.handle(request, async (form) => {
        const read = await uploadedFiles(form, { maxBytes: 1e7, tooLarge: 'too-large-together', maxFiles: 50 });
        return read instanceof Response ? err('invalid') : ok(read);
      }),
    );
  }, 60_000);
  afterAll(async () => {
    await http.close();
    await world.end();
    await server.end();
  });

  async function newKey(scopes: readonly ApiScope[] = API_SCOPES, tenant = TENANT) {
    const made = await world.cloud().integration.keys.make({ tenant, name: 'DMS', scopes, days: 30, by: 'ana' });
    if (!made.ok) throw new Error(made.error);
    return made.value;
  }
  async function ask(key: string, method: string, at: string, body?: BodyInit, headers: Record<string, string> = {}) {
    const answer = await fetch(`${http.url}/api/v1${at}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...headers },
      ...(body === undefined ? {} : { body }),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }
  function form(over: { name?: string; branch?: string; bytes?: Uint8Array; expiresAt?: string } = {}): FormData {
    const data = new FormData();
    data.set('branch', over.branch ?? 'Bled');
    data.set('name', over.name ?? 'Pogodba');
    if (over.expiresAt !== undefined) data.set('expiresAt', over.expiresAt);
    data.append('file', new File([Uint8Array.from(over.bytes ?? contract)], 'C:\\izvoz\\Pogodba.pdf'));
    return data;
  }
  async function create(key: string): Promise<string> {
    const made = await ask(key, 'POST', '/transactions', form());
    expect(made.status).toBe(201);
    return z.string().parse(made.body['id']);
  }
  const ports = () => ({ database: world.database, clock: time });
  async function openAtCounter(id: string): Promise<void> {
    expect(await claimJob(ports(), kiosk, id)).toMatchObject({ ok: true });
    for (const report of ['taken', 'opened'] as const) await reportJob(ports(), kiosk, id, report);
  }
  /** A real container under the name of a package that the stand-in judge knows. */
  async function deliver(id: string): Promise<{ readonly documents: readonly Uint8Array[]; readonly digest: string }> {
    const pki = makePki('p256');
    const { bytes } = await packaged(pki, await sealed(pki));
    const paper = packageMaker(kiosk).make(id);
    const enrolled = await findKiosk(world.database, kiosk.id);
    if (enrolled === null) throw new Error('not enrolled');
    const stored = await ingest(
      {
        ...{ database: world.database, objects: world.objects, clock: time },
        receipts: await createReceiptSigner(world.receiptKey),
        verifyPackage: (_, trust) => verifyTestPackage(paper.bytes, trust),
      },
      { kiosk: enrolled, digest: sha256(bytes), size: bytes.length, transaction: id, bytes },
    );
    expect(stored).toMatchObject({ ok: true });
    return { digest: sha256(bytes), documents: (packagedDocuments(bytes) ?? []).map((document) => document.bytes) };
  }

  it('is used for a whole round by a client that was generated from its description', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'countersign-client-'));
    try {
      const description = (await (await fetch(`${http.url}/api/v1/openapi.json`)).json()) as Record<string, unknown>;
      await createClient({
        input: description,
        output: { path: folder, clean: false },
        logs: { level: 'silent' },
        plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
      });
      const sdk = (await import(path.join(folder, 'sdk.gen.ts'))) as Record<
        string,
        (options: object) => Promise<{ readonly data: Told }>
      >;
      const { key } = await newKey();
      const common = { baseUrl: `${http.url}/api/v1`, auth: key, throwOnError: true };
      const call = async (name: string, options: object = {}) => (await sdk[name]!({ ...common, ...options })).data;

      const file = [new File([Uint8Array.from(contract)], 'Pogodba.pdf', { type: 'application/pdf' })];
      const { id } = await call('createTransaction', { body: { branch: 'Bled', name: 'Pogodba 117', file } });
      const where = { path: { transaction: id } };
      expect(await call('getTransaction', where)).toMatchObject({
        ...{ state: 'offered', name: 'Pogodba 117', package: null },
        documents: [{ number: 1, name: 'Pogodba.pdf', digest: sha256(contract), size: contract.length }],
      });
      await openAtCounter(id);
      expect(await call('getTransaction', where)).toMatchObject({ state: 'opened' });
      const { documents, digest } = await deliver(id);
      expect(await call('getTransaction', where)).toMatchObject({ state: 'delivered', package: { level: 'B-B' } });
      expect((await call('listTransactions', { query: { state: 'delivered' } })).transactions).toMatchObject([{ id }]);
      const pdf = await call('getDocument', { path: { transaction: id, number: 1 } });
      expect(sha256(new Uint8Array(await pdf.arrayBuffer()))).toBe(sha256(documents[0]!));
      const receipt = await call('getReceipt', where);
      expect((await receipt.text()).split('.')).toHaveLength(3);
      expect(await call('getReport', where)).toMatchObject({ kind: 'package', verdict: 'passed' });
      expect(sha256(new Uint8Array(await (await call('getPackage', where)).arrayBuffer()))).toBe(digest);
      expect(await call('getAudit', where)).toMatchObject({ type: 'countersign.audit-excerpt' });
      const trail = await world.database.query(
        `select entry -> 'about' ->> 'what' as what from audit_trail where event = 'document.fetched' order by sequence`,
      );
      expect(trail.map(({ what }) => what)).toEqual([
        ...['getDocument', 'getReceipt', 'getReport', 'getPackage', 'getAudit'],
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 60_000);

  it('takes a key for what it allows, of its own tenant, as long as it holds', async () => {
    const { key } = await newKey();
    const id = await create(key);
    const reader = await newKey(['transactions:read']);
    expect((await ask(reader.key, 'GET', `/transactions/${id}`)).status).toBe(200);
    expect(await ask(reader.key, 'POST', `/transactions/${id}/cancel`)).toMatchObject({
      ...{ status: 403, body: { code: 'scope-missing', detail: 'it needs transactions:write' } },
    });
    const stranger = await newKey(API_SCOPES, 'other-tenant');
    for (const [method, at] of [
      ['GET', `/transactions/${id}`],
      ['POST', `/transactions/${id}/cancel`],
      ['GET', `/transactions/${id}/package`],
      ['GET', `/transactions/${id}/audit`],
    ] as const) {
      expect((await ask(stranger.key, method, at)).body).toMatchObject({ code: 'not-found', status: 404 });
    }
    expect((await ask(stranger.key, 'GET', '/transactions')).body['transactions']).toEqual([]);
    expect((await ask('csk_nothing', 'GET', '/transactions')).body).toMatchObject({ code: 'no-key' });
    expect((await ask(`csk_${'A'.repeat(43)}`, 'GET', '/transactions')).body).toMatchObject({ code: 'key-unknown' });
    const desk = world.cloud().integration.keys;
    expect(await desk.revoke({ tenant: TENANT, id: stranger.id, by: 'ana' })).toBe(false);
    expect(await desk.revoke({ tenant: TENANT, id: reader.id, by: 'ana' })).toBe(true);
    expect((await ask(reader.key, 'GET', '/transactions')).body).toMatchObject({ code: 'key-revoked' });
    const listed = JSON.stringify(await desk.list(TENANT));
    expect(listed).toContain(reader.id);
    expect(listed).not.toContain(reader.key);
    expect(await desk.make({ tenant: TENANT, name: 'x', scopes: ['everything'], days: 1, by: 'ana' })).toMatchObject({
      error: 'invalid',
    });
  });

  it('counts the requests of a key, and lets it on after a minute', async () => {
    const { key, id } = await newKey();
    await ask(key, 'GET', '/webhooks');
    await world.database.query('update api_keys set requests = $2 where id = $1', [id, REQUESTS_PER_MINUTE]);
    expect((await ask(key, 'GET', '/webhooks')).body).toMatchObject({ code: 'too-many-requests' });
    time.advance(60_001);
    expect((await ask(key, 'GET', '/webhooks')).status).toBe(200);
    time.advance(30 * DAY);
    expect((await ask(key, 'GET', '/webhooks')).body).toMatchObject({ code: 'key-ended' });
  });

  it('refuses what a counter would refuse, and says which document', async () => {
    const { key } = await newKey();
    const refused = await ask(key, 'POST', '/transactions', form({ bytes: Buffer.from('no PDF at all') }));
    expect(refused).toMatchObject({
      status: 422,
      body: { code: 'document-refused', document: 1, reason: 'not-a-pdf' },
    });
    for (const [over, code] of [
      [{ branch: 'Nowhere' }, 'branch-unknown'],
      [{ name: ' ' }, 'invalid'],
      [{ expiresAt: '2020-01-01T00:00:00Z' }, 'expiry-out-of-range'],
    ] as const) {
      expect((await ask(key, 'POST', '/transactions', form(over))).body).toMatchObject({ code });
    }
  });

  it('does once what comes twice under one idempotency key', async () => {
    const { key } = await newKey();
    const headers = { 'idempotency-key': 'posel-117' };
    const before = (await world.database.query('select id from branch_jobs')).length;
    const send = (name = 'Pogodba') => ask(key, 'POST', '/transactions', form({ name }), headers);
    const [one, two] = await Promise.all([send(), send()]);
    expect([one.status, two.body]).toEqual([201, one.body]);
    expect(await send()).toEqual(one);
    expect((await world.database.query('select id from branch_jobs')).length).toBe(before + 1);
    expect(await send('Aneks')).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
    time.advance(DAY);
    expect((await send('Aneks')).status).toBe(201);
  });

  it('cancels until signing has begun', async () => {
    const { key } = await newKey();
    const id = await create(key);
    expect(await ask(key, 'POST', `/transactions/${id}/cancel`)).toMatchObject({ body: { state: 'cancelled' } });
    expect((await ask(key, 'GET', `/transactions/${id}`)).body).toMatchObject({ state: 'cancelled' });
    const opened = await create(key);
    await openAtCounter(opened);
    expect(await ask(key, 'POST', `/transactions/${opened}/cancel`)).toMatchObject({
      ...{ status: 409, body: { code: 'signing-has-begun' } },
    });
    expect((await ask(key, 'GET', `/transactions/${opened}/package`)).body).toMatchObject({ code: 'not-delivered' });
  });

  it('forgets documents of what has ended, and ends what nobody took in time', async () => {
    const { key } = await newKey();
    const id = await create(key);
    const kept = () => world.database.query('select digest from branch_job_documents where job = $1', [id]);
    await clearEnded(ports());
    expect(await kept()).toEqual([{ digest: sha256(contract) }]);
    time.advance(30 * DAY);
    await clearEnded(ports());
    expect(await kept()).toEqual([{ digest: null }]);
    const again = await newKey();
    const ended = await ask(again.key, 'GET', `/transactions/${id}`);
    expect(ended.body).toMatchObject({ state: 'expired', name: 'Pogodba', documents: [{ name: 'Pogodba.pdf' }] });
    time.advance(71 * DAY);
    await clearEnded(ports());
    const later = await newKey();
    expect((await ask(later.key, 'GET', `/transactions/${id}`)).body).toMatchObject({ name: '' });
  });

  it('tells webhooks, signed with both secrets after a renewal, and sets aside what does not arrive for days', async () => {
    const { key } = await newKey();
    const wanted = { url: 'https://dms.example.test/hook', events: ['transaction.created', 'transaction.cancelled'] };
    const post = (at: string, body?: object) =>
      ask(key, 'POST', at, body === undefined ? undefined : JSON.stringify(body));
    for (const url of ['http://dms.example.test/', 'https://127.0.0.1/', 'https://[::1]/', 'https://u:p@a.test/']) {
      expect((await post('/webhooks', { ...wanted, url })).body).toMatchObject({ code: 'address-refused' });
    }
    const made = await post('/webhooks', wanted);
    const hook = z.object({ id: z.string(), secret: z.string().startsWith('whsec_') }).parse(made.body);
    const run = async () => {
      const job = world.cloud().integration.jobs.find(({ name }) => name === 'webhooks');
      return job?.run({});
    };
    const id = await create(key);
    expect(await run()).toBe(1);
    expect(await run()).toBe(0);
    expect(JSON.parse(heard[0]!.body)).toMatchObject({ type: 'transaction.created', data: { transaction: id } });
    const signature = (secret: string, at = 0) => {
      const { headers, body } = heard[at]!;
      const content = `${headers.get('webhook-id') ?? ''}.${headers.get('webhook-timestamp') ?? ''}.${body}`;
      const bytes = Buffer.from(secret.slice('whsec_'.length), 'base64');
      return `v1,${createHmac('sha256', bytes).update(content).digest('base64')}`;
    };
    expect(heard[0]!.headers.get('webhook-signature')).toBe(signature(hook.secret));

    const renewed = z.object({ secret: z.string() }).parse((await post(`/webhooks/${hook.id}/secret`)).body);
    await post(`/transactions/${id}/cancel`);
    listens = false;
    expect(await run()).toBe(0);
    listens = true;
    expect(await run()).toBe(0);
    time.advance(31_000);
    expect(await run()).toBe(1);
    expect(heard[1]!.headers.get('webhook-signature')).toBe(
      `${signature(renewed.secret, 1)} ${signature(hook.secret, 1)}`,
    );

    listens = false;
    await create(key);
    for (let attempt = 0; attempt < 11; attempt += 1) {
      await run();
      time.advance(DAY);
    }
    expect((await ask(key, 'GET', '/webhooks')).body).toMatchObject({
      webhooks: [{ id: hook.id, waiting: 0, setAside: 1, problem: 'status-500' }],
    });
    listens = true;
    expect(await post(`/webhooks/${hook.id}/resend`)).toMatchObject({ status: 202, body: { messages: 1 } });
    expect(await run()).toBe(1);
    expect(heard.map(({ body }) => body).join()).not.toContain('Pogodba');
    await ask(key, 'DELETE', `/webhooks/${hook.id}`);
    await create(key);
    expect(await run()).toBe(0);
    const secrets = JSON.stringify(await world.database.query('select * from webhook_endpoints'));
    expect(secrets).not.toContain(hook.secret.slice(6, 20));
  });

  it('has reported no fault', () => {
    expect(world.faults).toEqual([]);
  });
});
