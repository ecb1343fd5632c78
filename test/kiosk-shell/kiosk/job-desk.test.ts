import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KioskEvents } from '../../../kiosk-shell/kiosk/events.ts';
import type { IntakeDesk } from '../../../kiosk-shell/kiosk/intake-desk.ts';
import { JobDesk } from '../../../kiosk-shell/kiosk/job-desk.ts';
import { utf8 } from '../../../signing/bytes.ts';
import type { Ceremony } from '../../../signing/ceremony/ceremony.ts';
import { isoTime } from '../../../signing/clock.ts';
import { sha256 } from '../../../signing/digest.ts';
import type { CeremonyId, SignatoryId, StaffId, TransactionId } from '../../../signing/ids.ts';
import { err, ok } from '../../../signing/result.ts';
import { CLAIM_MS, createJob, findJob, withdrawJob } from '../../../sync/cloud/integration/branch-jobs.ts';
import { JobPuller } from '../../../sync/kiosk/job-puller.ts';
import type { Fetch } from '../../../sync/kiosk/line.ts';
import { JOBS_PATH } from '../../../sync/protocol/jobs.ts';
import { openVault, type Vault } from '../../../vault/vault.ts';
import { testTime, type TestTime } from '../../sync/support/clock.ts';
import { databaseKinds, type DatabaseServer } from '../../sync/support/databases.ts';
import {
  kioskTrust,
  newKiosk,
  serve,
  startTestCloud,
  TENANT,
  type TestCloud,
  type TestKiosk,
} from '../../sync/support/world.ts';

const HOUR = 3600_000;
const contract = utf8(`%PDF-1.7 ${'a contract, '.repeat(20_000)}`);
const annex = utf8('%PDF-1.7 an annex');

/** A counter with a vault of its own and what takes jobs for it; its process may be killed and started again. */
class Counter {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'countersign-job-desk-'));
  readonly #token: () => Promise<string>;
  readonly #url: string;
  readonly #time: TestTime;
  vault: Vault;
  desk: JobDesk;
  puller: JobPuller;
  fetch: Fetch = fetch;
  refusal: 'no-tags' | null = null;
  shown: { name: string; files: readonly { name: string; bytes: Uint8Array }[] }[] = [];
  readonly faults: unknown[] = [];

  constructor(url: string, token: () => Promise<string>, time: TestTime) {
    this.#url = url;
    this.#token = token;
    this.#time = time;
    [this.vault, this.desk, this.puller] = this.#open();
  }

  #open(): [Vault, JobDesk, JobPuller] {
    const vault = openVault(path.join(this.#folder, 'vault.sqlite'), { clock: this.#time, newId: randomUUID });
    const intake: Pick<IntakeDesk, 'intake'> = {
      intake: (files, _, as) => {
        const { id, name } = { id: '' as TransactionId, name: '', ...as };
        if (this.refusal !== null) {
          const refusal = { code: this.refusal, detail: 'no tag' };
          return Promise.resolve(err({ file: files[0]?.name ?? '', refusal }));
        }
        this.shown.push({ name, files });
        vault.write(() => vault.transactions.insert({ id, name, state: 'open', createdBy: 'cloud' }));
        return Promise.resolve(ok(id));
      },
    };
    const desk = new JobDesk({ vault, events: new KioskEvents() }, intake);
    const puller = new JobPuller({
      cloudUrl: this.#url,
      fetch: (url, init) => this.fetch(url, init),
      clock: this.#time,
      timers: this.#time.timers,
      random: () => 0,
      token: this.#token,
      desk,
      onFault: (error) => this.faults.push(error),
    });
    return [vault, desk, puller];
  }

  killAndStart(): void {
    this.vault.close();
    [this.vault, this.desk, this.puller] = this.#open();
  }

  /** As `CeremonyDesk.begin` does it. */
  begin(id: string): void {
    const transaction = id as TransactionId;
    const signatory = randomUUID() as SignatoryId;
    const ceremony = { id: randomUUID() as CeremonyId, transaction, signatory, clerk: 'ana' as StaffId, startedAt: 1 };
    this.vault.write(() => {
      this.vault.signatories.insert({ id: signatory, transaction, role: 'customer', order: 1 });
      this.vault.ceremonies.save({ ...ceremony, state: { kind: 'identity' }, turns: [] } as unknown as Ceremony);
      this.vault.transactions.setState(transaction, 'signing');
    });
  }

  state(id: string): string | undefined {
    return this.vault.jobs.get(id)?.state;
  }

  end(): void {
    this.vault.close();
    rmSync(this.#folder, { recursive: true });
  }
}

describe.each(databaseKinds())('jobs at the counters of a branch, cloud on $name', (kind) => {
  const kiosks = [newKiosk('bled-1'), newKiosk('bled-2'), { ...newKiosk('kranj-1'), branch: 'Kranj' }];
  let server: DatabaseServer;
  let cloud: TestCloud;
  let http: Awaited<ReturnType<typeof serve>>;
  let time: TestTime;
  let first: Counter;
  let second: Counter;
  let elsewhere: Counter;

  beforeAll(async () => {
    time = testTime();
    server = await kind.start();
    const pause = () => Promise.resolve();
    cloud = await startTestCloud(
      time,
      kiosks,
      () => ({ pause }),
      () => server.open(),
    );
    http = await serve((request) => cloud.cloud().handleDevice(request));
    for (const bytes of [contract, annex]) await cloud.objects.put(sha256(bytes), bytes);
  }, 60_000);
  afterAll(async () => {
    await http.close();
    await cloud.end();
    await server.end();
  });
  beforeEach(async () => {
    const counter = async (kiosk: TestKiosk) =>
      new Counter(http.url, (await kioskTrust(kiosk, cloud.receiptKey, time)).token, time);
    [first, second, elsewhere] = (await Promise.all(kiosks.map(counter))) as [Counter, Counter, Counter];
  });
  afterEach(async () => {
    const counters = [first, second, elsewhere];
    expect(counters.flatMap(({ faults }) => faults)).toEqual([]);
    for (const counter of counters) counter.end();
    for (const table of ['branch_job_documents', 'branch_jobs']) await cloud.database.query(`delete from ${table}`);
  });

  async function create(hours = 8): Promise<string> {
    const id = randomUUID();
    const documents = [
      { name: 'Pogodba.pdf', digest: sha256(contract), size: contract.length },
      { name: 'Priloga.pdf', digest: sha256(annex), size: annex.length },
    ];
    const job = { id, tenant: TENANT, branch: 'Bled', name: 'Kredit 117', by: 'key-1', documents };
    const expiresAt = isoTime(time.now() + hours * HOUR);
    await cloud.database.transaction((sql) => createJob(sql, time, { ...job, expiresAt }));
    return id;
  }
  const inCloud = async (id: string) => (await findJob(cloud.database, TENANT, id))?.state;
  const withdraw = (id: string) => withdrawJob({ database: cloud.database, clock: time }, TENANT, id);

  it('come to one counter of the branch, however many ask at once, with their name and every byte', async () => {
    const ids = await Promise.all(Array.from({ length: 6 }, () => create()));
    await Promise.all([first, second, elsewhere].map(({ puller }) => puller.round()));
    await Promise.all([first, second, elsewhere].map(({ puller }) => puller.round()));
    expect(elsewhere.shown).toEqual([]);
    const shown = [...first.shown, ...second.shown];
    expect(shown).toHaveLength(6);
    expect(shown[0]?.name).toBe('Kredit 117');
    expect(shown[0]?.files.map(({ name }) => name)).toEqual(['Pogodba.pdf', 'Priloga.pdf']);
    expect(shown[0]?.files.map(({ bytes }) => sha256(bytes))).toEqual([sha256(contract), sha256(annex)]);
    for (const id of ids) {
      expect([first, second].filter(({ vault }) => vault.transactions.get(id) !== null)).toHaveLength(1);
      expect(await inCloud(id)).toBe('taken');
    }
    expect((first.vault.transactions.get(ids[0] ?? '') ?? second.vault.transactions.get(ids[0] ?? ''))?.fromCloud).toBe(
      true,
    );
  });

  it('tell the cloud what becomes of them, also after a restart without a line', async () => {
    const id = await create();
    await first.puller.round();
    first.begin(id);
    const line = first.fetch;
    first.fetch = () => Promise.reject(new Error('no line'));
    await first.puller.round();
    expect(await inCloud(id)).toBe('taken');
    first.vault.write(() => first.vault.transactions.setState(id as TransactionId, 'complete'));
    first.killAndStart();
    first.fetch = line;
    await first.puller.round();
    expect(await inCloud(id)).toBe('signed');
    expect(first.desk.unreported()).toEqual([]);
    first.vault.write(() => first.vault.transactions.setState(id as TransactionId, 'voided', 'napaka'));
    await first.puller.round();
    expect(await inCloud(id)).toBe('voided');
    expect(first.vault.jobs.open()).toEqual([]);
  });

  it('go on where a download was cut, and begin anew after a kill', async () => {
    const id = await create();
    const asked: string[] = [];
    let cuts = 2;
    first.fetch = async (url, init) => {
      const response = await fetch(url, init);
      if (!url.endsWith('/documents/1')) return response;
      asked.push(new Headers(init.headers).get('range') ?? '');
      if (cuts === 0) return response;
      cuts -= 1;
      const part = (await response.bytes()).subarray(0, 50_000);
      const stream = new ReadableStream<Uint8Array>({
        pull(controller) {
          if (part.length === 0 || controller.desiredSize === null) return;
          controller.enqueue(part);
          controller.close();
        },
      });
      return new Response(stream, { status: response.status, headers: response.headers });
    };
    expect(await first.puller.round()).toBe(500);
    expect(await first.puller.round()).toBe(1000);
    first.killAndStart();
    await first.puller.round();
    expect(asked).toEqual(['bytes=0-', 'bytes=50000-', 'bytes=0-']);
    expect(first.shown).toHaveLength(1);
    expect(first.state(id)).toBe('taken');
  });

  it('are not shown with other bytes than were announced', async () => {
    const id = await create();
    first.fetch = async (url, init) => {
      const response = await fetch(url, init);
      return url.endsWith('/documents/2') ? new Response(new Uint8Array(annex.length), response) : response;
    };
    for (let round = 0; round < 3; round += 1) await first.puller.round();
    expect(first.shown).toEqual([]);
    expect(first.state(id)).toBe('claimed');
    first.fetch = fetch;
    await first.puller.round();
    expect(first.shown).toHaveLength(1);
  });

  it('go to the other counter when the first dies before it has them, and never when it has', async () => {
    const lost = await create();
    first.fetch = (url, init) => (url.includes('/documents/') ? Promise.reject(new Error('cut')) : fetch(url, init));
    await first.puller.round();
    time.advance(CLAIM_MS + 1);
    await second.puller.round();
    expect(second.state(lost)).toBe('taken');
    first.fetch = fetch;
    await first.puller.round();
    await first.puller.round();
    expect(first.shown).toEqual([]);
    expect(first.state(lost)).toBeUndefined();

    const kept = await create();
    await first.puller.round();
    time.advance(30 * CLAIM_MS);
    await second.puller.round();
    expect([first.state(kept), second.state(kept)]).toEqual(['taken', undefined]);
  });

  it('are withdrawn where nobody has begun, and where somebody has they stay: one of both, on both sides', async () => {
    const [waiting, begun] = [await create(), await create()];
    await first.puller.round();
    await first.puller.round();
    expect(await withdraw(waiting)).toEqual({ ok: true, value: 'asked' });
    expect(await withdraw(begun)).toEqual({ ok: true, value: 'asked' });
    // The clerk is quicker than the next contact.
    first.begin(begun);
    await first.puller.round();
    await first.puller.round();
    expect([first.state(waiting), await inCloud(waiting)]).toEqual(['withdrawn', 'withdrawn']);
    expect(first.vault.transactions.get(waiting)?.state).toBe('voided');
    expect([first.state(begun), await inCloud(begun)]).toEqual(['opened', 'opened']);
    expect(await withdraw(begun)).toEqual({ ok: false, error: 'wrong-state' });
    const entries = first.vault.audit.ofTransaction(waiting);
    expect(entries.map(({ eventType, extra }) => [eventType, extra['reason']])).toEqual([
      ['transaction.voided', 'withdrawn'],
    ]);
  });

  it('are withdrawn while their documents are on the way, and nobody sees them', async () => {
    const id = await create();
    first.fetch = async (url, init) => {
      const response = await fetch(url, init);
      if (url.endsWith('/documents/2')) await withdraw(id);
      return response;
    };
    await first.puller.round();
    expect(first.shown).toEqual([]);
    expect(await inCloud(id)).toBe('withdrawn');
    expect(first.state(id)).toBeUndefined();
  });

  it('are refused with the code of intake', async () => {
    const id = await create();
    first.refusal = 'no-tags';
    await first.puller.round();
    await first.puller.round();
    expect(await findJob(cloud.database, TENANT, id)).toMatchObject({ state: 'refused', reason: 'no-tags' });
    expect(first.vault.jobs.open()).toEqual([]);
  });

  it('are given back to the other counter until they are begun', async () => {
    const id = await create();
    const actor = { staff: { id: 'ana', name: 'Ana', role: 'clerk' }, ip: null } as Parameters<JobDesk['giveBack']>[1];
    await first.puller.round();
    expect(first.desk.giveBack(id, actor)).toEqual({ ok: true, value: undefined });
    await first.puller.round();
    expect(first.state(id)).toBe('returned');
    await second.puller.round();
    second.begin(id);
    expect(second.desk.giveBack(id, actor)).toMatchObject({ ok: false, error: { code: 'wrong-state' } });
    await second.puller.round();
    expect(await inCloud(id)).toBe('opened');
  });

  it('are nobody else’s to ask for, claim, load or report on', async () => {
    const id = await create();
    await first.puller.round();
    const { token } = await kioskTrust(kiosks[2] as TestKiosk, cloud.receiptKey, time);
    const ask = async (method: string, url: string, body: string | null = null) => {
      const headers = { authorization: `Bearer ${await token()}`, 'countersign-protocol': '1' };
      return (await fetch(`${http.url}${JOBS_PATH}/${url}`, { method, headers, body })).status;
    };
    expect(await ask('POST', `${id}/claim`)).toBe(404);
    expect(await ask('GET', `${id}/documents/1`)).toBe(404);
    expect(await ask('PUT', `${id}/state`, '{"report":"voided","reason":null}')).toBe(404);
    expect(await ask('PUT', `${id}/state`, '{"report":"lost","reason":null}')).toBe(400);
    expect(await ask('PUT', `${id}/state`, 'x'.repeat(5000))).toBe(413);
    expect(await inCloud(id)).toBe('taken');
  });
});
