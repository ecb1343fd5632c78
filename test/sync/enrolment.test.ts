import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runEnrol } from '../../kiosk-shell/cli/enrol.ts';
import { toBase64 } from '../../signing/bytes.ts';
import { createCertificationRequest } from '../../signing/cms/certification-request.ts';
import { certificatePem } from '../../signing/cms/pem.ts';
import { isoTime, type Clock } from '../../signing/clock.ts';
import { WRONG_CODES } from '../../sync/cloud/devices/attempts.ts';
import { publicReceiptKey } from '../../sync/cloud/receipts.ts';
import {
  codePublicKey,
  makeEnrolmentCode,
  readEnrolmentCode,
  type EnrolmentCode,
} from '../../sync/protocol/enrolment-code.ts';
import { ENROLMENT_PATH, statementBytes } from '../../sync/protocol/enrolment.ts';
import { HELLO_PATH, PROTOCOL_HEADER } from '../../sync/protocol/wire.ts';
import { createDeviceTokenSource } from '../../sync/kiosk/device-token-source.ts';
import { requestsFor, type KeyRequests } from '../../sync/kiosk/enrolment-client.ts';
import type { Fetch } from '../../sync/kiosk/line.ts';
import { openKeyring } from '../../vault/keyring.ts';
import { requireTool } from '../support/tools.ts';
import { testTime } from './support/clock.ts';
import { databaseKinds, type DatabaseServer } from './support/databases.ts';
import { BANK, HEAD, OTHER, startEnrollingCloud } from './support/enrolment.ts';
import { serve } from './support/world.ts';

const time = testTime();
const folder = mkdtempSync(join(tmpdir(), 'countersign-enrol-'));
let server: DatabaseServer;
let cloud: Awaited<ReturnType<typeof startEnrollingCloud>>;
let http: Awaited<ReturnType<typeof serve>>;
let made = 0;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function newCode(kiosk = `kiosk-${(made += 1)}`, hours?: number): Promise<{ id: string; code: string }> {
  const wanted = { tenant: BANK, branch: { id: 'bled', name: 'Bled' }, kiosk };
  const code = await cloud.cloud().devices.makeCode({ ...wanted, ...(hours === undefined ? {} : { hours }) }, HEAD);
  if (!code.ok) throw new Error(code.error);
  return code.value;
}

const newFolder = (): string => join(folder, `data-${(made += 1)}`);
const withFetch = (change: Fetch): Fetch => change;

async function enrol(
  code: string,
  dataDir = newFolder(),
  options: { key?: string; fetch?: Fetch; clock?: Clock } = {},
): Promise<{ status: number; words: string; dataDir: string }> {
  const { key = 'p256', fetch: through = fetch, clock = time } = options;
  let words = '';
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      words += chunk.toString();
      done();
    },
  });
  const args = ['--cloud', http.url, '--code', code, '--key', key, '--data', dataDir];
  const status = await runEnrol(args, { fetch: through, clock, dataDir }, stream, stream);
  return { status, words, dataDir };
}

const keysIn = (dataDir: string) => openKeyring(join(dataDir, 'kiosk', 'keys'));

async function hello(
  kiosk: string,
  dataDir: string,
  algorithm: 'ES256' | 'RS256',
  audience?: string,
): Promise<Response> {
  const keys = keysIn(dataDir);
  const { cloud: enrolledAt } = keys.config() as { cloud: { name: string } };
  const token = createDeviceTokenSource({
    kiosk,
    audience: audience ?? enrolledAt.name,
    key: keys.deviceKey(),
    algorithm,
    clock: time,
    newId: () => 'jti',
  });
  return fetch(`${http.url}${HELLO_PATH}`, {
    headers: { authorization: `Bearer ${await token()}`, [PROTOCOL_HEADER]: '1' },
  });
}

/** A request of our own making, which the kiosk's own program would not send. */
async function post(
  code: EnrolmentCode,
  requests: KeyRequests,
  change: { readonly time?: string; readonly signature?: string } = {},
): Promise<{ status: number; reason: string }> {
  const statement = { code: code.lookup, ...requests };
  const signature = toBase64(sign(null, statementBytes(statement), code.key));
  const response = await fetch(`${http.url}${ENROLMENT_PATH}`, {
    method: 'POST',
    body: JSON.stringify({ ...statement, signature, time: isoTime(time.now()), ...change }),
  });
  const body = (await response.json()) as { reason?: string };
  return { status: response.status, reason: body.reason ?? '' };
}

const p256 = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const codeOf = (text: string): EnrolmentCode => {
  const read = readEnrolmentCode(text);
  if (!read.ok) throw new Error(read.error);
  return read.value;
};

describe.each(databaseKinds())('on $name', ({ start: startServer }) => {
  beforeAll(async () => {
    server = await startServer();
    cloud = await startEnrollingCloud(time, () => server.open());
    http = await serve((request) => cloud.cloud().handleDevice(request));
  });
  afterAll(async () => {
    await http.close();
    await cloud.end();
    await server.end();
  });

  it.each([
    ['p256', 'ES256'],
    ['rsa3072', 'RS256'],
  ] as const)('a code makes a kiosk with %s keys, which the cloud knows by its tokens', async (key, algorithm) => {
    const kiosk = `counter-${key}`;
    const { code } = await newCode(kiosk);
    const { status, words, dataDir } = await enrol(code.toLowerCase().replaceAll('-', ' '), undefined, { key });
    expect(words).toContain(`This machine is now the kiosk ${kiosk} of Name of ${BANK}, Bled.`);
    expect(status).toBe(0);
    const keys = keysIn(dataDir);
    expect(keys.config()).toMatchObject({ kiosk, tenant: { id: BANK }, keyHolder: 'Notar Novak', demo: false });
    expect(keys.tenantRoot()).toEqual(new Uint8Array(cloud.bank.root));
    expect(keys.receiptKeys()).toHaveLength(1);
    expect(keys.escrowCertificates()).toHaveLength(2);
    expect(existsSync(join(dataDir, 'kiosk', 'enrolling'))).toBe(false);
    expect((await hello(kiosk, dataDir, algorithm)).status).toBe(200);
    // Its address would do as well; another cloud's name does not, nor an algorithm of another kind of key.
    expect((await hello(kiosk, dataDir, algorithm, 'https://cloud.example.test')).status).toBe(200);
    expect((await hello(kiosk, dataDir, algorithm, 'urn:uuid:another')).status).toBe(401);
    const events = await cloud.cloud().devices.events(kiosk, HEAD);
    expect(events.map(({ event, account }) => [event, account])).toEqual([
      ['code-made', 'Cene'],
      ['enrolled', null],
    ]);
    expect(await cloud.cloud().devices.events(kiosk, { name: 'Eva', tenant: OTHER })).toEqual([]);
  });

  it('gives chains that openssl takes to the tenant root', async (ctx) => {
    requireTool(ctx, 'openssl');
    const { code } = await newCode();
    const { dataDir } = await enrol(code);
    const file = (name: string, ders: readonly Uint8Array[]): string => {
      writeFileSync(join(dataDir, name), certificatePem(...ders));
      return join(dataDir, name);
    };
    const [own, ...above] = keysIn(dataDir).sealKey().chain;
    const root = file('root.pem', [keysIn(dataDir).tenantRoot()]);
    const args = ['verify', '-x509_strict', '-CAfile', root, '-untrusted', file('above.pem', above), '-attime'];
    const out = execFileSync('openssl', [...args, `${Math.floor(time.now() / 1000)}`, file('own.pem', [own!])]);
    expect(out.toString()).toContain(': OK');
  });

  it('a code is good for one kiosk: of two at the same moment one gets it, and the other is told', async () => {
    const { code } = await newCode('twice');
    const both = await Promise.all([enrol(code), enrol(code)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([0, 1]);
    const [loser] = both.filter(({ status }) => status === 1);
    expect(loser?.words).toContain('used already, by other keys');
    expect(existsSync(join(loser?.dataDir ?? '', 'kiosk', 'keys'))).toBe(false);
    expect(await cloud.database.query("select 1 from kiosk_certificates where kiosk = 'twice'")).toHaveLength(2);
  });

  it('a kiosk that was cut off before or after the cloud acted asks again with the same keys, and gets the same', async () => {
    const { code } = await newCode('cut-off');
    const dataDir = newFolder();
    const lost = withFetch(async (url, init) => {
      await fetch(url, init);
      throw new TypeError('fetch failed');
    });
    expect(await enrol(code, dataDir, { fetch: lost })).toMatchObject({ status: 1 });
    expect(existsSync(join(dataDir, 'kiosk', 'keys'))).toBe(false);
    const waiting = readFileSync(join(dataDir, 'kiosk', 'enrolling', 'device.key.pem'), 'utf8');
    expect(await enrol(code, newFolder())).toMatchObject({ status: 1 });
    expect(await enrol(code, dataDir)).toMatchObject({ status: 0 });
    expect(keysIn(dataDir).deviceKey().equals(createPrivateKey(waiting))).toBe(true);
    expect(await cloud.database.query("select 1 from kiosk_certificates where kiosk = 'cut-off'")).toHaveLength(2);
    expect((await enrol(code, dataDir)).words).toContain('has a kiosk already');
  });

  it('a code ends, and may be taken back', async () => {
    const short = await newCode('late', 1);
    const back = await newCode('taken-back');
    expect(await cloud.cloud().devices.withdrawCode(back.id, { name: 'Eva', tenant: OTHER })).toBe(false);
    expect(await cloud.cloud().devices.withdrawCode(back.id, HEAD)).toBe(true);
    expect((await enrol(back.code)).words).toContain('taken back');
    time.advance(3600_000);
    expect((await enrol(short.code)).words).toContain('The time of this code is over');
    const listed = await cloud.cloud().devices.codes({ name: 'Eva', tenant: BANK });
    const state = (kiosk: string) => listed.find((one) => one.kiosk === kiosk)?.state;
    expect([state('late'), state('taken-back'), state('twice')]).toEqual(['expired', 'withdrawn', 'used']);
    expect(await cloud.cloud().devices.codes({ name: 'Eva', tenant: OTHER })).toEqual([]);
  });

  it('a wrong clock is found out, by how much, and the code is still good', async () => {
    const { code } = await newCode();
    const ahead = { now: () => time.now() + 3 * 3600_000, monotonicMicros: () => 0 };
    expect((await enrol(code, undefined, { clock: ahead })).words).toContain("180 minutes ahead of the cloud's");
    expect((await enrol(code)).status).toBe(0);
  });

  it('a false cloud that hands on everything but has a receipt key of its own is found out', async () => {
    const { code } = await newCode();
    const impostor = await startEnrollingCloud(time, () => server.open());
    const known = codeOf(code);
    // It knows even the code: what it cannot have is the key.
    await impostor.database.query(
      `insert into enrolment_codes (id, lookup, public_key, tenant, branch, branch_name, kiosk, made_by, made_at, expires_at,
         receipt_key) select 'x', $1, $2, $3, 'b', 'B', 'k', 'x', now(), now() + interval '100 years', $4`,
      [known.lookup, codePublicKey(known), BANK, String((await publicReceiptKey(impostor.receiptKey)).kid)],
    );
    const there = await serve((request) => impostor.cloud().handleDevice(request));
    const through = withFetch((url, init) => fetch(url.replace(http.url, there.url), init));
    const { status, words, dataDir } = await enrol(code, undefined, { fetch: through });
    expect(words).toContain('is not the cloud that made this code');
    expect(status).toBe(1);
    expect(existsSync(join(dataDir, 'kiosk', 'keys'))).toBe(false);
    await there.close();
    await impostor.end();
  });

  it('what travels is of no use to who listens: other keys under the same signature, a weak key, another name', async () => {
    const { code: text } = await newCode('listened-to');
    const code = codeOf(text);
    const own = requestsFor(p256(), p256());
    const signature = toBase64(sign(null, statementBytes({ code: code.lookup, ...own }), code.key));
    expect(await post(code, requestsFor(p256(), p256()), { signature })).toEqual({
      status: 403,
      reason: 'code-unknown',
    });
    const weak = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    expect(await post(code, requestsFor(weak, p256()))).toEqual({ status: 422, reason: 'key-weak' });
    const named = { ...own, seal: toBase64(createCertificationRequest(p256(), 'kiosk-1')) };
    expect(await post(code, named)).toEqual({ status: 422, reason: 'wrong-name' });
    const flipped = Buffer.from(own.seal, 'base64');
    flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1;
    expect((await post(code, { ...own, seal: flipped.toString('base64') })).status).toBe(422);
    expect((await enrol(text)).status).toBe(0);
  });

  it('codes cannot be guessed: a mistyped one is not sent, and wrong ones from one address are soon not looked at', async () => {
    const { code } = await newCode();
    const mistyped = code.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'));
    expect(await enrol(mistyped, undefined, { fetch: () => Promise.reject(new Error('sent')) })).toMatchObject({
      status: 64,
    });
    const guess = (number: number): EnrolmentCode => makeEnrolmentCode(new Uint8Array(10).fill(number), 'x');
    const requests = requestsFor(p256(), p256());
    const reasons: string[] = [];
    for (let number = 0; number <= WRONG_CODES.most; number += 1)
      reasons.push((await post(guess(number), requests)).reason);
    expect(reasons.at(0)).toBe('code-unknown');
    expect(reasons.at(-1)).toBe('too-many-attempts');
    expect((await enrol(code)).words).toContain('Wait a quarter of an hour');
    time.advance(WRONG_CODES.withinMs);
    expect((await enrol(code)).status).toBe(0);
  });

  it('makes codes only where kiosks can be enrolled, and for names that are free and of one’s own tenant', async () => {
    const { devices } = cloud.cloud();
    const wanted = { tenant: BANK, branch: { id: 'bled', name: 'Bled' }, kiosk: 'free' };
    const made = async (change: object, by = HEAD as { name: string; tenant: string | null }) => {
      const code = await devices.makeCode({ ...wanted, ...change }, by);
      return code.ok ? 'made' : code.error;
    };
    expect(await made({ kiosk: 'twice' })).toBe('kiosk-exists');
    expect(await made({ tenant: 'nobody' })).toBe('unknown-tenant');
    expect(await made({}, { name: 'Eva', tenant: OTHER })).toBe('unknown-tenant');
    expect(await made({ kiosk: '../x' })).toBe('invalid');
    expect(await made({ hours: 1000 })).toBe('invalid');
    expect(await made({})).toBe('made');
  });

  it('keeps of a code what cannot be used as one', async () => {
    const { code } = await newCode();
    const rows = JSON.stringify(await cloud.database.query('select * from enrolment_codes'));
    expect(rows).toContain(codeOf(code).lookup);
    for (const form of [code, code.replaceAll('-', ''), code.replaceAll('-', '').slice(0, 16)]) {
      expect(rows).not.toContain(form);
    }
  });
});
