import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, type TestContext } from 'vitest';
import { certificatePem } from '../../signing/cms/pem.ts';
import { encodeTimestampRequest } from '../../signing/cms/timestamp-protocol.ts';
import { systemClock } from '../../signing/clock.ts';
import { packagedDocuments } from '../../signing/container/packaged-documents.ts';
import { readZip } from '../../signing/container/zip.ts';
import { err } from '../../signing/result.ts';
import { isSha256, sha256 } from '../../signing/digest.ts';
import { inspectPdf } from '../../signing/verification/verify-pdf.ts';
import { createEvidenceClient } from '../../sync/evidence/evidence-client.ts';
import { raiseLevels, type RaiseLevelsPorts } from '../../sync/cloud/raise-levels.ts';
import { serviceHttp, type ServiceHttp } from '../../sync/evidence/service-http.ts';
import type { Database, SqlRow } from '../../sync/cloud/database.ts';
import { openEmbeddedDatabase } from '../../sync/cloud/embedded-database.ts';
import { openFolderStore, type ObjectStore } from '../../sync/cloud/object-store.ts';
import { listPackages } from '../../sync/cloud/package-list.ts';
import { makeAuthorities, type Authorities, type StampKey } from '../support/authorities.ts';
import { serveAuthorities, type AuthorityHttp } from '../support/authority-http.ts';
import { evidenceWorkHere } from '../support/evidence-work.ts';
import { makePki, scratch } from '../support/seal-fixtures.ts';
import { requireTool } from '../support/tools.ts';
import { packaged, sealed } from '../signing/verification/samples.ts';

const work = scratch();
const pki = makePki('p256');
let bytes: Uint8Array;
let authorities: Authorities;
let http: AuthorityHttp;
let database: Database;
let objects: ObjectStore;
let round = 0;
let ahead = 0;

beforeAll(async () => {
  bytes = (await packaged(pki, await sealed(pki))).bytes;
  database = await openEmbeddedDatabase(null);
  await database.query(`insert into tenants (id, name, roots) values ('t', 't', $1)`, [
    certificatePem(pki.root.certificate),
  ]);
  await database.query(
    `insert into kiosks (id, tenant, branch, device_certificate, seal_certificate) values ('k', 't', 'b', 'x', 'x')`,
  );
});
afterAll(async () => {
  await database.close();
  work.end();
});

/** Authorities of their own, and one package that has arrived. */
async function begin(ctx: TestContext, stamps: Partial<StampKey> = {}): Promise<void> {
  requireTool(ctx, 'openssl');
  round += 1;
  ahead = 0;
  await database.query('delete from long_term');
  await database.query('delete from packages');
  const dir = path.join(work.dir, String(round));
  mkdirSync(dir);
  authorities = makeAuthorities(pki, dir, stamps);
  http = await serveAuthorities(authorities);
  ctx.onTestFinished(() => http.close());
  objects = await openFolderStore(path.join(dir, 'objects'));
  await objects.put(sha256(bytes), bytes);
  await database.query(
    `insert into packages (digest, tenant, kiosk, branch, transaction_id, transaction_name, size, arrived_at, sequence,
       receipt, report, audit_first, audit_last, audit_previous, audit_head, alarms)
     values ($1, 't', 'k', 'b', 'x', 'x', 1, now(), 1, 'r', '{"documents": [{"signatures": [{"kind": "signature", "level": "B-B"},
         {"kind": "document-timestamp", "level": "not-baseline"}]}]}', 1, 2, 'a', 'b', '[]')`,
    [sha256(bytes)],
  );
}

/** The system's clock, put forward: the authorities stamp with the real one. */
const clock = { ...systemClock, now: () => Date.now() + ahead };

function ports(changes: Partial<RaiseLevelsPorts> = {}, overHttp: ServiceHttp = serviceHttp): RaiseLevelsPorts {
  const services = { timestamp: http.timestamp, ocsp: [http.ocsp], crls: [http.crl], roots: [] };
  return {
    client: createEvidenceClient({ services, http: overHttp, clock, random: (count) => randomBytes(count) }),
    work: evidenceWorkHere,
    open: (container) => Promise.resolve(packagedDocuments(container)),
    rules: { algorithmEnds: new Map(), ahead: 0 },
    goal: 'B-LTA',
    database,
    objects,
    clock,
    ...changes,
  };
}

async function row(): Promise<SqlRow> {
  const rows = await database.query('select * from long_term');
  expect(rows).toHaveLength(1);
  return rows[0]!;
}

describe('raising the level of what has arrived', () => {
  beforeEach((ctx) => begin(ctx));

  it('stores a document at B-LTA beside the package, which stays as it came; twice makes no difference', async () => {
    expect(await raiseLevels(ports())).toBe(1);
    const { level, reason, digest, document } = await row();
    expect({ level, reason, document }).toEqual({ level: 'B-LTA', reason: null, document: 'documents/001.pdf' });
    if (!isSha256(digest)) throw new Error('no raised document');
    const raised = await objects.get(digest);
    const zip = readZip((await objects.get(sha256(bytes)))!);
    const original = zip.ok ? zip.value.entries.find(({ name }) => name === document)!.bytes : new Uint8Array();
    expect(Buffer.compare(raised!.subarray(0, original.length), original)).toBe(0);
    const { report } = inspectPdf(raised!, { name: 'raised', roots: [pki.root.certificate] });
    expect(report.verdict).toBe('passed');
    expect(report.signatures.filter(({ kind }) => kind === 'signature').map((one) => one.level)).toEqual([
      'B-LTA',
      'B-LTA',
    ]);

    const asked = http.asked.length;
    expect(await raiseLevels(ports())).toBe(0);
    expect(http.asked).toHaveLength(asked);
    expect((await row())['digest']).toBe(digest);
  });

  it('ends at any moment without harm: an object without a row is made once more', async () => {
    const failing: Database = {
      ...database,
      transaction: (work) =>
        database.transaction((sql) =>
          work({
            query: (text, parameters) =>
              text.includes('insert into long_term')
                ? Promise.reject(new Error('killed here'))
                : sql.query(text, parameters),
          }),
        ),
    };
    await expect(raiseLevels(ports({ database: failing }))).rejects.toThrow('killed here');
    expect(await database.query('select * from long_term')).toEqual([]);
    expect(await raiseLevels(ports())).toBe(1);
    expect(await row()).toMatchObject({ level: 'B-LTA', reason: null });
  });

  it('leaves one row that names what is stored when two runs meet', async () => {
    expect(await Promise.all([raiseLevels(ports()), raiseLevels(ports())])).toEqual([1, 1]);
    const { level, digest } = await row();
    if (!isSha256(digest)) throw new Error('no raised document');
    const { report } = inspectPdf((await objects.get(digest))!, { name: 'raised', roots: [pki.root.certificate] });
    expect([level, report.verdict]).toEqual(['B-LTA', 'passed']);
    expect(await raiseLevels(ports())).toBe(0);
  });

  it('puts a package on record whose bytes cannot be read', async () => {
    await raiseLevels(ports({ objects: { ...objects, get: () => Promise.resolve(Uint8Array.of(1, 2, 3)) } }));
    expect(await row()).toMatchObject({
      level: 'not-baseline',
      reason: 'package-unreadable',
      digest: null,
      due_at: null,
    });
  });

  it('leaves a document that is too heavy to be judged at its level, and goes on with what is behind it', async () => {
    const reason = { code: 'too-heavy', detail: 'The document takes too much time to read.' };
    const heavy = { ...evidenceWorkHere, judge: () => Promise.resolve(err(reason)) };
    await raiseLevels(ports({ work: heavy }));
    expect(await row()).toMatchObject({ level: 'B-B', reason: 'too-heavy', digest: null, attempts: 1 });
    ahead = 6 * 60_000;
    await raiseLevels(ports());
    expect(await row()).toMatchObject({ level: 'B-LTA', reason: null });
  });

  it('goes on from there when a higher level is asked for another day', async () => {
    await raiseLevels(ports({ goal: 'B-T' }));
    expect(await row()).toMatchObject({ level: 'B-T', reason: null, due_at: null });
    expect(http.asked).toEqual(['/timestamp']);
    expect(await raiseLevels(ports({ goal: 'B-T' }))).toBe(0);
    expect(await raiseLevels(ports())).toBe(1);
    expect(await row()).toMatchObject({ level: 'B-LTA', reason: null });
  });

  it('shows level and reason in the list of packages', async () => {
    http.manner.ocsp = 'busy';
    await raiseLevels(ports());
    const [summary] = await listPackages(database);
    expect(summary!.arrivedLevel).toBe('B-B');
    expect(summary!.longTerm).toMatchObject([
      {
        document: 'documents/001.pdf',
        level: 'B-T',
        reason: 'service-status',
        detail: 'The OCSP responder answered with status 503.',
        digest: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
      },
    ]);
    const [raised] = summary!.longTerm;
    expect(Date.parse(raised!.dueAt!) - Date.parse(raised!.triedAt)).toBe(5 * 60_000);
    expect(raised!.since).toBe(raised!.triedAt);
  });

  it('keeps since when a level holds, over tries that do not raise it', async () => {
    http.manner.timestamp = 'busy';
    await raiseLevels(ports());
    const [before] = await listPackages(database);
    expect(before!.longTerm).toMatchObject([{ level: 'B-B', since: before!.arrivedAt }]);

    http.manner.timestamp = 'honest';
    http.manner.ocsp = 'busy';
    ahead = 6 * 60_000;
    await raiseLevels(ports());
    const [stamped] = await listPackages(database);
    ahead = 20 * 60_000;
    await raiseLevels(ports());
    const [again] = await listPackages(database);
    const [first, second] = [stamped!.longTerm[0]!, again!.longTerm[0]!];
    expect([first.level, first.since]).toEqual(['B-T', first.triedAt]);
    expect([second.level, second.since]).toEqual(['B-T', first.since]);
    expect(second.triedAt).not.toBe(first.triedAt);
  });

  it.each([
    ['busy', 'service-status'],
    ['html', 'service-wrong-type'],
    ['huge', 'service-too-large'],
    ['garbage', 'malformed'],
  ] as const)('leaves the document as it is when the time-stamp authority is %s', async (manner, code) => {
    http.manner.timestamp = manner;
    await raiseLevels(ports());
    expect(await row()).toMatchObject({ level: 'B-B', reason: code, digest: null, attempts: 1 });
  });

  it('gives up an authority that hangs, and asks again later from where it was', async () => {
    const controller = new AbortController();
    http.manner.timestamp = 'hang';
    http.onHang = () => controller.abort();
    await raiseLevels(ports({}, { fetch, deadline: () => controller.signal }));
    expect(await row()).toMatchObject({ level: 'B-B', reason: 'service-timeout', digest: null });

    http.manner.timestamp = 'honest';
    expect(await raiseLevels(ports())).toBe(0);
    ahead = 6 * 60_000;
    expect(await raiseLevels(ports())).toBe(1);
    expect(await row()).toMatchObject({ level: 'B-LTA', reason: null, attempts: 0 });
  });

  it('is told that a service is unreachable', async () => {
    await http.close();
    await raiseLevels(ports());
    expect(await row()).toMatchObject({ level: 'B-B', reason: 'service-unreachable', digest: null });
  });

  it('takes no token for another document, an old question or an authority nobody knows', async (ctx) => {
    const nonce = Buffer.alloc(16, 1);
    const other = await authorities.stamp(encodeTimestampRequest({ digest: Buffer.alloc(32, 5), nonce }));
    http.manner.timestamp = { answer: other };
    await raiseLevels(ports());
    expect(await row()).toMatchObject({ level: 'B-B', reason: 'timestamp-imprint', digest: null });

    await database.query('delete from long_term');
    http.manner.timestamp = 'honest';
    const replay = ports();
    const client = createEvidenceClient({
      services: { timestamp: http.timestamp, ocsp: [], crls: [], roots: [] },
      http: { ...serviceHttp, fetch: replaying() },
      clock,
      random: (count) => Buffer.alloc(count, 0x11),
    });
    await raiseLevels({ ...replay, client });
    expect(await row()).toMatchObject({ level: 'B-B', reason: 'timestamp-nonce', digest: null });

    await database.query('delete from long_term');
    const dir = path.join(work.dir, `stranger-${String(round)}`);
    mkdirSync(dir);
    const stranger = await serveAuthorities(makeAuthorities(makePki('p256'), dir));
    ctx.onTestFinished(() => stranger.close());
    const services = { timestamp: stranger.timestamp, ocsp: [], crls: [], roots: [] };
    const unknown = createEvidenceClient({ services, http: serviceHttp, clock, random: (count) => randomBytes(count) });
    await raiseLevels({ ...ports(), client: unknown });
    expect(await row()).toMatchObject({ level: 'B-B', reason: 'chain-untrusted', digest: null });
  });

  it('takes no token whose signature is damaged', async () => {
    const damaging: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      const token = new Uint8Array(await response.arrayBuffer());
      token[token.length - 1] = (token.at(-1) ?? 0) ^ 1;
      return new Response(token, { headers: { 'content-type': 'application/timestamp-reply' } });
    };
    await raiseLevels(ports({}, { ...serviceHttp, fetch: damaging }));
    expect(await row()).toMatchObject({ level: 'B-B', reason: 'signature-value', digest: null });
  });

  it('takes no OCSP answer to another question', async () => {
    await raiseLevels(ports({}, { ...serviceHttp, fetch: replaying('/ocsp') }));
    expect(await row()).toMatchObject({ level: 'B-T', reason: 'ocsp-nonce' });
  });

  it('stays at B-T, for good, when the certificate was revoked', async () => {
    authorities.revoke(pki.seal.certificate, new Date('2026-06-01T00:00:00Z'));
    await raiseLevels(ports());
    expect(await row()).toMatchObject({ level: 'B-T', reason: 'certificate-revoked', due_at: null });
  });

  it('stamps again before the authority ends, over data about the stamp before', async (ctx) => {
    await http.close();
    await begin(ctx, { ends: '2030-01-01T00:00:00Z' });
    await raiseLevels(ports());
    const before = await row();
    await database.query('update long_term set due_at = now()');
    const rules = { algorithmEnds: new Map(), ahead: 5 * 365 * 86_400_000 };

    // The same authority would prove nothing for longer: a stamp more would only be weight.
    await raiseLevels(ports({ rules }));
    expect(await row()).toMatchObject({ level: 'B-LTA', reason: 'no-gain', digest: before['digest'] });

    const dir = path.join(work.dir, `newer-${String(round)}`);
    mkdirSync(dir);
    const newer = await serveAuthorities(makeAuthorities(pki, dir, { serial: 0x73 }));
    ctx.onTestFinished(() => newer.close());
    const services = { timestamp: newer.timestamp, ocsp: [http.ocsp], crls: [http.crl], roots: [] };
    const client = createEvidenceClient({ services, http: serviceHttp, clock, random: (count) => randomBytes(count) });
    ahead = 24 * 60_000;
    await raiseLevels(ports({ rules, client }));
    const after = await row();
    expect(after).toMatchObject({ level: 'B-LTA', reason: null, due_at: new Date('2031-01-02T00:00:00Z') });
    expect(after['digest']).not.toBe(before['digest']);
  });
});

/** Sends every question to a path a second time as it was the first time. */
function replaying(only = '/timestamp'): typeof fetch {
  const nonce = Buffer.alloc(16, 3);
  return async (input, init) => {
    if (typeof input !== 'string' || !input.endsWith(only)) return fetch(input, init);
    const body = Buffer.from(init?.body as Uint8Array);
    // The last 16 bytes of a nonce of that length, wherever it stands: the question of somebody else.
    const at = only === '/timestamp' ? body.length - 3 - 16 : body.length - 16;
    nonce.copy(body, at);
    return fetch(input, { ...init, body: new Uint8Array(body) });
  };
}
