import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runEnrol } from '../../kiosk-shell/cli/enrol.ts';
import { runFound } from '../../kiosk-shell/cli/found.ts';
import { openCloudRuntime } from '../../kiosk-shell/cloud-runtime.ts';
import { issue, newAuthority } from '../../kiosk-shell/own-authority.ts';
import { certificatePem } from '../../signing/cms/pem.ts';
import { systemClock } from '../../signing/clock.ts';
import { openKeyring } from '../../vault/keyring.ts';
import { serve } from '../sync/support/world.ts';

const SECRET = 'zelena dolina 7';
const folder = mkdtempSync(path.join(tmpdir(), 'countersign-found-'));
const random = (length: number): Uint8Array => randomBytes(length);
const options = { organization: 'Hranilnica Bled d.d.', now: new Date(), random };
const key = (authority: { readonly privateKey: ReturnType<typeof generateKeyPairSync>['privateKey'] }): string =>
  authority.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
let made = 0;

beforeAll(() => {
  const recipient = (name: string): string => {
    const pair = generateKeyPairSync('rsa', { modulusLength: 3072 });
    return certificatePem(issue('escrow', name, pair, null, options).certificate);
  };
  const holder = recipient('Notar Novak');
  write('escrow.pem', holder + recipient('Notar Novak, druga hramba'));
  write('holder-only.pem', holder);
  write('records.pem', recipient('Zapisi'));
  write('secret', `${SECRET}\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

async function found(dataDir: string, args: readonly string[], answers: readonly (string | null)[] = []) {
  const [out, complaints, left] = [new PassThrough(), new PassThrough(), [...answers]];
  const ports = { dataDir, clock: systemClock, random, ask: () => Promise.resolve(left.shift() ?? null) };
  const code = await runFound(args, ports, out, complaints);
  return { code, said: String(out.read() ?? ''), complaints: String(complaints.read() ?? '') };
}
const newFolder = (): string => path.join(folder, `data-${(made += 1)}`);
const tenant = (...more: readonly string[]): readonly string[] => [
  ...['--tenant', 'hranilnica', '--name', 'Hranilnica Bled d.d.', '--key-holder', 'notar Novak'],
  ...['--escrow', path.join(folder, 'escrow.pem'), '--records', path.join(folder, 'records.pem'), ...more],
];

it('makes what a cloud needs: its owner signs in, and a kiosk is enrolled by a code', async () => {
  const dataDir = newFolder();
  const rootFile = path.join(folder, 'root-for-the-safe.pem');
  const owner = await found(dataDir, ['--owner', 'Iva', '--secret-file', path.join(folder, 'secret')]);
  expect(owner).toMatchObject({ code: 0, complaints: '' });
  expect(await found(dataDir, tenant('--new-root', rootFile))).toMatchObject({ code: 0, complaints: '' });
  expect(readFileSync(rootFile, 'utf8')).toMatch(/BEGIN PRIVATE KEY[^]+BEGIN CERTIFICATE/);
  expect(statSync(rootFile).mode & 0o777).toBe(0o600);

  const faults: unknown[] = [];
  let answer: (request: Request) => Promise<Response> = () => Promise.resolve(new Response(null, { status: 503 }));
  const http = await serve((request) => answer(request));
  const cloud = await openCloudRuntime({ dataDir, cloudUrl: http.url, onFault: (fault) => faults.push(fault) });
  answer = (request) => cloud.handleDevice(request);
  try {
    const signedIn = await cloud.signIn('Iva', SECRET, '127.0.0.1');
    expect(signedIn.ok && signedIn.value.staff).toMatchObject({ name: 'Iva', role: 'owner', tenant: null });
    const code = await cloud.devices.makeCode(
      { tenant: 'hranilnica', branch: { id: 'bled', name: 'Bled' }, kiosk: 'bled-1' },
      { name: 'Iva', tenant: null },
    );
    if (!code.ok) throw new Error(code.error);
    const kiosk = newFolder();
    const ports = { fetch, clock: systemClock, dataDir: kiosk };
    const said = new PassThrough();
    const args = ['--cloud', http.url, '--code', code.value.code, '--key', 'p256'];
    expect(await runEnrol(args, ports, said, said)).toBe(0);
    const keys = openKeyring(path.join(kiosk, 'kiosk', 'keys'));
    expect(keys.config()).toMatchObject({ tenant: { id: 'hranilnica' }, keyHolder: 'notar Novak', demo: false });
    expect(certificatePem(keys.tenantRoot())).toBe(/-----BEGIN CERT[^]+/.exec(readFileSync(rootFile, 'utf8'))?.[0]);
  } finally {
    await cloud.close();
    await http.close();
  }
  expect(faults).toEqual([]);
});

it('takes the company’s own authority, and refuses one that is not below its root', async () => {
  const mine = await newAuthority({ root: 'Koren', issuing: 'Izdajatelj' }, options);
  const other = await newAuthority({ root: 'Drugi koren', issuing: 'Drugi' }, options);
  const root = write('root.pem', certificatePem(mine.root.certificate));
  const issuing = write('issuing.pem', key(mine.issuing) + certificatePem(mine.issuing.certificate));
  const wrong = write('wrong.pem', key(other.issuing) + certificatePem(other.issuing.certificate));
  const keyless = write('keyless.pem', certificatePem(mine.issuing.certificate));
  const dataDir = newFolder();
  const refused = await found(dataDir, tenant('--root', root, '--authority', wrong));
  expect(refused).toMatchObject({ code: 1, said: '' });
  expect(refused.complaints).toContain("does not stand below the tenant's root");
  expect((await found(dataDir, tenant('--root', root, '--authority', keyless))).complaints).toContain('no private key');
  expect(existsSync(path.join(dataDir, 'cloud/keys/tenants.json'))).toBe(false);

  expect((await found(dataDir, tenant('--root', root, '--authority', issuing))).code).toBe(0);
  const again = await found(dataDir, tenant('--root', root, '--authority', issuing));
  expect(again).toMatchObject({
    code: 1,
    complaints: expect.stringContaining('already. Nothing was changed') as string,
  });
});

it.each([
  [tenant(), 64, 'Either --new-root'],
  [[...tenant('--new-root', path.join(folder, 'r1')), '--time-zone', 'Bled'], 64, 'Europe/Ljubljana'],
  [[...tenant('--new-root', path.join(folder, 'r2')), '--escrow', path.join(folder, 'holder-only.pem')], 1, 'two'],
  [[...tenant('--new-root', path.join(folder, 'r3')), '--records', path.join(folder, 'secret')], 1, 'for records'],
  [[...tenant('--new-root', path.join(folder, 'r4')), '--escrow', path.join(folder, 'nowhere')], 64, 'cannot be read'],
  [tenant('--new-root', path.join(folder, 'secret')), 64, 'is there already'],
  [tenant('--new-root', path.join(folder, 'no-folder', 'r')), 64, 'cannot be written'],
  [['--tenant', 'x', '--new-root', path.join(folder, 'r5')], 64, '--name is missing'],
  [['--owner', ''], 64, 'Usage'],
  [['--nonsense'], 64, 'Usage'],
])('refuses, leaving nothing: %#', async (args, code, words) => {
  const dataDir = newFolder();
  const said = await found(dataDir, args);
  expect(said.code).toBe(code);
  expect(said.complaints).toContain(words);
  for (const name of ['tenants.json', 'staff.json', 'authorities']) {
    expect(existsSync(path.join(dataDir, 'cloud/keys', name))).toBe(false);
  }
  for (const name of ['r1', 'r2', 'r3', 'r4', 'r5']) expect(existsSync(path.join(folder, name))).toBe(false);
});

it('keeps the root’s key out of the data folder', async () => {
  const dataDir = newFolder();
  const said = await found(dataDir, tenant('--new-root', path.join(dataDir, 'root.pem')));
  expect(said).toMatchObject({ code: 64, complaints: expect.stringContaining('belongs elsewhere') as string });
});

it.each([
  [[SECRET, SECRET], 0, 'may sign in'],
  [['12345', '12345'], 1, 'too short'],
  [[SECRET, `${SECRET}!`], 64, 'not the same'],
  [[null], 64, '--secret-file'],
] as const)('asks for the owner’s password twice: %#', async (answers, code, words) => {
  const said = await found(newFolder(), ['--owner', 'Iva'], answers);
  expect(said.code).toBe(code);
  expect(said.said + said.complaints).toContain(words);
  expect(said.said + said.complaints).not.toContain(SECRET);
});
