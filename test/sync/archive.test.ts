import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { certificatePem } from '../../signing/cms/pem.ts';
import { systemClock } from '../../signing/clock.ts';
import { packagedDocuments } from '../../signing/container/packaged-documents.ts';
import { readZip } from '../../signing/container/zip.ts';
import { writeZip } from '../../signing/container/zip-writer.ts';
import { sha256 } from '../../signing/digest.ts';
import { verifyPackage } from '../../signing/verification/verify-package.ts';
import { archivesOf, parseArchiveConfig, type ArchiveConfig } from '../../sync/cloud/archive/archive-config.ts';
import { archiveState } from '../../sync/cloud/archive/archive-state.ts';
import type { Archive } from '../../sync/cloud/archive/archive.ts';
import { exportArchives, type ExportPorts } from '../../sync/cloud/archive/export-archives.ts';
import { listExceptions, settleException } from '../../sync/cloud/console/exceptions.ts';
import type { Database } from '../../sync/cloud/database.ts';
import { openFolderStore, type ObjectStore } from '../../sync/cloud/object-store.ts';
import { raiseLevels } from '../../sync/cloud/raise-levels.ts';
import { createEvidenceClient } from '../../sync/evidence/evidence-client.ts';
import { serviceHttp } from '../../sync/evidence/service-http.ts';
import { makeAuthorities } from '../support/authorities.ts';
import { serveAuthorities, type AuthorityHttp } from '../support/authority-http.ts';
import { cephIsHere, startCeph } from '../support/ceph.ts';
import { evidenceWorkHere } from '../support/evidence-work.ts';
import { makePki, scratch } from '../support/seal-fixtures.ts';
import { requireTool } from '../support/tools.ts';
import { packaged, sealed } from '../signing/verification/samples.ts';
import { databaseKinds, type DatabaseServer } from './support/databases.ts';

const DAY_MS = 86_400_000;
const work = scratch();
const pki = makePki('p256');
const rules = { algorithmEnds: new Map(), ahead: 0 };
let bytes: Uint8Array;
let round = 0;

beforeAll(async () => {
  bytes = (await packaged(pki, await sealed(pki))).bytes;
});
afterAll(() => work.end());

/** An archive over HTTP that does as it is told with what it was handed. */
type Manner = (body: Buffer, request: IncomingMessage, response: ServerResponse) => void;
const honest: Manner = (body, _, response) => {
  const receipt = { archiveId: 'A-1', sha256: sha256(body), receivedAt: '2026-11-24T08:00:00Z' };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(receipt));
};

describe.each(databaseKinds())('export to an archive ($name)', ({ start }) => {
  let server: DatabaseServer;
  let database: Database;
  let objects: ObjectStore;
  let authorities: AuthorityHttp;
  let dir: string;
  let http: Server;
  let manner: Manner;
  let handed: { readonly body: Buffer; readonly headers: IncomingMessage['headers'] }[];
  let ahead = 0;
  const clock = { ...systemClock, now: () => Date.now() + ahead };

  beforeAll(async () => {
    server = await start();
    http = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const body = Buffer.concat(parts);
        handed.push({ body, headers: request.headers });
        manner(body, request, response);
      });
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    http.closeAllConnections();
    http.close();
    await server.end();
  });

  beforeEach(async (ctx) => {
    requireTool(ctx, 'openssl');
    [ahead, manner, handed] = [0, honest, []];
    dir = path.join(work.dir, String((round += 1)));
    mkdirSync(path.join(dir, 'archive'), { recursive: true });
    mkdirSync(path.join(dir, 'authorities'));
    authorities = await serveAuthorities(makeAuthorities(pki, path.join(dir, 'authorities')));
    ctx.onTestFinished(() => authorities.close());
    objects = await openFolderStore(path.join(dir, 'objects'));
    await objects.put(sha256(bytes), bytes);
    database = await server.open();
    ctx.onTestFinished(() => database.close());
    await database.query(`insert into tenants (id, name, roots) values ('t', 't', $1)`, [
      certificatePem(pki.root.certificate),
    ]);
    await database.query(
      `insert into kiosks (id, tenant, branch, device_certificate, seal_certificate) values ('k', 't', 'b', 'x', 'x')`,
    );
    await database.query(
      `insert into packages (digest, tenant, kiosk, branch, transaction_id, transaction_name, size, arrived_at, sequence,
         receipt, report, audit_first, audit_last, audit_previous, audit_head, alarms, level)
       values ($1, 't', 'k', 'b', 'x', 'Najem', $2, now(), 1, 'r', '{"verdict": "passed", "documents": [{"signatures":
         [{"kind": "signature", "level": "B-B"}]}]}', 1, 2, 'a', 'b', '[]', 'B-B')`,
      [sha256(bytes), bytes.length],
    );
  });

  const client = () =>
    createEvidenceClient({
      services: { timestamp: authorities.timestamp, ocsp: [authorities.ocsp], crls: [authorities.crl], roots: [] },
      ...{ http: serviceHttp, clock, random: (count) => randomBytes(count) },
    });
  const open: ExportPorts['open'] = (container) => Promise.resolve(packagedDocuments(container));
  const raise = () =>
    raiseLevels({ client: client(), work: evidenceWorkHere, open, rules, goal: 'B-LTA', database, objects, clock });
  const overHttp = () => `http://127.0.0.1:${(http.address() as AddressInfo).port}/deposit`;
  function ports(one: object, changes: Partial<ExportPorts> = {}): ExportPorts {
    const config = parseArchiveConfig({ version: 1, archives: [one] });
    if (!config.ok) throw new Error(config.error);
    const { afterDays } = config.value;
    const archiveOf = archivesOf(config.value, clock, { ...serviceHttp, deadline: () => AbortSignal.timeout(2_000) });
    return { database, objects, clock, client: client(), open, archiveOf, level: 'B-B', afterDays, ...changes };
  }
  const folder = () => ({ kind: 'folder', path: path.join(dir, 'archive') });
  const state = () => archiveState(database, sha256(bytes));
  const files = () => readdirSync(path.join(dir, 'archive', 't')).sort();

  it('hands over what has reached the level, once: a container that its time-stamp holds together', async () => {
    const target = ports(folder(), { level: 'B-LTA' });
    expect(await exportArchives(target)).toBe(0);
    await raise();
    expect(await exportArchives(target)).toBe(1);
    expect(await exportArchives(target)).toBe(0);
    const name = `${sha256(bytes)}.asice`;
    expect(files()).toEqual([name, `${name}.receipt.json`]);
    const kept = readFileSync(path.join(dir, 'archive', 't', name));
    expect(await state()).toMatchObject({ archiveId: `t/${name}`, digest: sha256(kept), reason: null, dueAt: null });
    const receipt: unknown = JSON.parse(readFileSync(path.join(dir, 'archive', 't', `${name}.receipt.json`), 'utf8'));
    expect(receipt).toMatchObject({ archiveId: `t/${name}`, digest: sha256(kept) });

    const zip = readZip(kept);
    const entries = new Map(zip.ok ? zip.value.entries.map((entry) => [entry.name, entry.bytes]) : []);
    expect([...entries.keys()]).toEqual([
      ...['mimetype', 'package.asice', 'documents/001.pdf', 'receipt.jws', 'report.json', 'metadata.json'],
      ...['META-INF/ASiCManifest001.xml', 'META-INF/timestamp001.tst'],
    ]);
    expect(sha256(entries.get('package.asice')!)).toBe(sha256(bytes));
    expect(JSON.parse(Buffer.from(entries.get('metadata.json')!).toString())).toMatchObject({
      ...{ type: 'countersign.archive', version: 1, tenant: 't', transactionName: 'Najem' },
      documents: [{ level: 'B-LTA', digest: sha256(entries.get('documents/001.pdf')!) }],
    });

    // Our verifier, then OpenSSL over the manifest alone.
    const options = { name: 'archive', roots: [pki.root.certificate] };
    const { verdict, container } = await verifyPackage(kept, options);
    expect(container.map(({ code }) => code)).toContain('timestamp-trusted');
    expect(verdict).toBe('passed');
    expect((await verifyPackage(kept, { ...options, roots: [] })).verdict).toBe('indeterminate');
    const at = (file: string, content: Uint8Array | string): string => {
      writeFileSync(path.join(dir, file), content);
      return path.join(dir, file);
    };
    const token = ['-in', at('token', entries.get('META-INF/timestamp001.tst')!), '-token_in'];
    const over = ['-data', at('manifest', entries.get('META-INF/ASiCManifest001.xml')!)];
    const trust = ['-CAfile', at('root.pem', certificatePem(pki.root.certificate))];
    const chain = ['-untrusted', at('issuing.pem', certificatePem(pki.issuing.certificate))];
    const said = execFileSync('openssl', ['ts', '-verify', ...token, ...over, ...trust, ...chain], { stdio: 'pipe' });
    expect(said.toString()).toContain('Verification: OK');
    for (const changed of ['package.asice', 'metadata.json', 'META-INF/ASiCManifest001.xml']) {
      const altered = [...entries].map(([entry, content]) => ({
        name: entry,
        bytes: entry === changed ? Uint8Array.from(content).fill(0x20, content.length - 1) : content,
      }));
      expect((await verifyPackage(writeZip(altered), options)).verdict, changed).toBe('failed');
    }
  });

  it('waits for the level no longer than it was told, and then says which was reached', async () => {
    ahead = 29 * DAY_MS;
    expect(await exportArchives(ports(folder(), { level: 'B-T' }))).toBe(0);
    ahead = 31 * DAY_MS;
    // The authority stamps with the real clock.
    const now = ports(folder(), {
      level: 'B-T',
      client: { ...client(), timestamp: (digest, roots) => stampNow(digest, roots) },
    });
    expect(await exportArchives(now)).toBe(1);
    const kept = readFileSync(path.join(dir, 'archive', 't', files()[0] ?? ''));
    expect(kept.toString('latin1')).toContain('"level": "B-B"');
  });
  const stampNow: ExportPorts['client']['timestamp'] = (digest, roots) =>
    createEvidenceClient({
      services: { timestamp: authorities.timestamp, ocsp: [], crls: [], roots: [] },
      ...{ http: serviceHttp, clock: systemClock, random: (count) => randomBytes(count) },
    }).timestamp(digest, roots);

  it('over HTTP names the bytes it hands over, and keeps what the archive calls them', async () => {
    expect(await exportArchives(ports({ kind: 'http', url: overHttp(), token: 'secret-token' }))).toBe(1);
    const [{ body, headers } = { body: Buffer.alloc(0), headers: {} }] = handed;
    const digest = sha256(body);
    expect(headers).toMatchObject({
      ...{ 'content-type': 'application/vnd.etsi.asic-e+zip', authorization: 'Bearer secret-token' },
      ...{
        'repr-digest': `sha-256=:${Buffer.from(digest, 'hex').toString('base64')}:`,
        'idempotency-key': `"${digest}"`,
      },
    });
    expect(await state()).toMatchObject({ archive: 'http', archiveId: 'A-1', digest });
    const trail = await database.query(`select entry from audit_trail where event = 'archive.exported'`);
    expect(trail).toHaveLength(1);
    expect(JSON.stringify(trail)).not.toContain('Najem');
  });

  it.each<readonly [string, Manner, string]>([
    ['other bytes', (_, __, response) => honest(Buffer.from('other'), __, response), 'archive-lied'],
    ['no receipt', (_, __, response) => json(response, { ok: true }), 'archive-receipt'],
    ['half a receipt', (_, __, response) => json(response, { archiveId: 'A' }), 'archive-receipt'],
    [
      'a page',
      (_, __, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
      'archive-receipt',
    ],
    ['a refusal', (_, __, response) => void response.writeHead(403).end(), 'archive-refused'],
    ['a fault', (_, __, response) => void response.writeHead(500).end(), 'archive-refused'],
    [
      'another place',
      (_, __, response) => void response.writeHead(302, { location: '/' }).end(),
      'archive-unreachable',
    ],
    ['a cut', (_, request) => void request.socket.destroy(), 'archive-unreachable'],
    ['nothing', () => undefined, 'archive-unreachable'],
  ])('takes %s for no receipt, says so, and hands over the same bytes again', async (_, lies, reason) => {
    const target = { kind: 'http', url: overHttp() };
    manner = lies;
    expect(await exportArchives(ports(target))).toBe(0);
    expect(await state()).toMatchObject({ reason, archiveId: null, archivedAt: null });
    // Not before its time, and then the same.
    expect(await exportArchives(ports(target))).toBe(0);
    expect(handed).toHaveLength(1);
    ahead = 6 * 60_000;
    manner = honest;
    expect(await exportArchives(ports(target))).toBe(1);
    expect(handed.map(({ body }) => sha256(body))).toEqual(Array(2).fill(handed[0] && sha256(handed[0].body)));
    expect(await state()).toMatchObject({ reason: null, archiveId: 'A-1' });
  });

  it('tells a person of an archive that lies at once, of one that is away after some time; one act tries again', async () => {
    const target = { kind: 'http', url: overHttp() };
    const console = { database, clock, jobs: () => null };
    const told = async () => (await listExceptions(console, 't')).open.filter(({ kind }) => kind.startsWith('archive'));
    manner = (_, request) => void request.socket.destroy();
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      expect(await told()).toEqual([]);
      await exportArchives(ports(target));
      ahead += DAY_MS;
    }
    expect(await told()).toMatchObject([{ kind: 'archive-waits', about: { reason: 'archive-unreachable' } }]);
    manner = (_, __, response) => honest(Buffer.from('other'), __, response);
    await exportArchives(ports(target));
    const [lie] = await told();
    expect(lie).toMatchObject({ kind: 'archive-lied', tenant: 't' });
    expect(await settleException(console, lie?.key ?? '', { id: 'm', name: 'Maja', tenant: 't' })).toMatchObject({
      ok: true,
    });
    manner = honest;
    expect(await exportArchives(ports(target))).toBe(1);
    expect(await told()).toEqual([]);
  });

  it('hands over once when two processes meet, and again after a kill between the answer and its row', async () => {
    const target = { kind: 'http', url: overHttp() };
    const both = await Promise.all([exportArchives(ports(target)), exportArchives(ports(target))]);
    expect(both[0] + both[1]).toBe(1);
    expect(new Set(handed.map(({ body }) => sha256(body))).size).toBe(1);
    expect(await database.query(`select 1 from audit_trail where event = 'archive.exported'`)).toHaveLength(1);

    await database.query(
      'update archive_exports set archived_at = null, archive_id = null, digest = null, due_at = tried_at',
    );
    const count = handed.length;
    expect(await exportArchives(ports(target))).toBe(1);
    expect(sha256(handed[count]?.body ?? Buffer.alloc(0))).toBe(sha256(handed[0]?.body ?? Buffer.alloc(0)));
  });

  it('does not take a folder for an archive that is not mounted, nor other bytes under the same name', async () => {
    expect(await exportArchives(ports({ kind: 'folder', path: path.join(dir, 'not-mounted') }))).toBe(0);
    expect(await state()).toMatchObject({ reason: 'archive-unreachable' });
    mkdirSync(path.join(dir, 'archive', 't'));
    writeFileSync(path.join(dir, 'archive', 't', `${sha256(bytes)}.asice`), 'somebody else');
    ahead = 6 * 60_000;
    expect(await exportArchives(ports(folder()))).toBe(0);
    expect(await state()).toMatchObject({ reason: 'archive-lied' });
  });

  it('reaches what stands behind many packages of a tenant that has no archive', async () => {
    await database.query(`insert into tenants (id, name, roots) values ('u', 'u', '')`);
    await database.query(
      `insert into packages (digest, tenant, kiosk, branch, transaction_id, transaction_name, size, arrived_at, sequence,
         receipt, report, audit_first, audit_last, audit_previous, audit_head, alarms, level)
       select lpad(n::text, 64, '0'), 'u', kiosk, branch, transaction_id, transaction_name, size, arrived_at - interval '1 day', n,
         receipt, report, audit_first, audit_last, audit_previous, audit_head, alarms, level
       from packages cross join generate_series(1, 10) n`,
    );
    expect(await exportArchives(ports({ ...folder(), tenant: 't' }))).toBe(1);
    expect(files()).toHaveLength(2);
  });

  it('leaves alone what has no archive, was erased or destroyed, and a time-stamp that is not to be had', async () => {
    const none: ExportPorts = ports(folder(), { archiveOf: () => null });
    expect(await exportArchives(none)).toBe(0);
    authorities.manner.timestamp = 'busy';
    expect(await exportArchives(ports(folder()))).toBe(0);
    expect(await state()).toBeNull();
    authorities.manner.timestamp = 'honest';
    await database.query('update packages set destroyed_at = now()');
    expect(await exportArchives(ports(folder()))).toBe(0);
  });
});

function json(response: ServerResponse, value: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

it('keeps archives in a real S3 store, reads them back, and finds one that was written over', async (ctx) => {
  requireTool(ctx, 'radosgw');
  if (!cephIsHere()) return;
  const ceph = await startCeph();
  ctx.onTestFinished(() => ceph.end());
  const bucket = await ceph.newBucket({ objectLock: true });
  const { endpoint, user } = ceph;
  const one = { kind: 's3', endpoint, bucket, region: 'default', ...user, lockDays: 1 };
  const config = parseArchiveConfig({ version: 1, archives: [one] });
  if (!config.ok) throw new Error(config.error);
  const archive = archivesOf(config.value, systemClock)('t');
  const body = new TextEncoder().encode('a container');
  const deposit: Parameters<Archive['deposit']>[0] = {
    tenant: 't',
    name: 'n.asice',
    bytes: body,
    digest: sha256(body),
  };
  for (let time = 0; time < 2; time += 1) {
    expect(await archive?.deposit(deposit)).toMatchObject({
      ok: true,
      value: { archiveId: 't/n.asice', digest: sha256(body) },
    });
  }
  expect(await ceph.versions(bucket)).toHaveLength(1);
  await ceph.overwrite(bucket, 't/n.asice', 'something else');
  expect(await archive?.deposit(deposit)).toMatchObject({ ok: false, error: { code: 'archive-lied' } });
  const wrong = parseArchiveConfig({ version: 1, archives: [{ ...one, secretAccessKey: 'wrong' }] });
  const refused = await archivesOf(wrong.ok ? wrong.value : ({} as ArchiveConfig), systemClock)('t')?.deposit(deposit);
  expect(refused).toMatchObject({ ok: false, error: { code: 'archive-unreachable' } });
}, 180_000);

it.each<readonly [object, string]>([
  [{ archives: [] }, 'archives'],
  [{ archives: [{ kind: 'folder', path: 'here' }] }, 'has to be absolute'],
  [{ archives: [{ kind: 'http', url: 'http://archive.example/' }] }, 'has to be https'],
  [
    {
      archives: [
        { kind: 'folder', path: '/a' },
        { kind: 'folder', path: '/b' },
      ],
    },
    'two for one tenant',
  ],
  [{ archives: [{ kind: 'folder', path: '/a' }], level: 'B-B' }, 'level'],
  [{ archives: [{ kind: 'tape', path: '/a' }] }, 'kind'],
])('refuses a file that cannot be meant: %#', (file, words) => {
  const parsed = parseArchiveConfig({ version: 1, ...file });
  expect(parsed.ok ? '' : parsed.error).toContain(words);
});
