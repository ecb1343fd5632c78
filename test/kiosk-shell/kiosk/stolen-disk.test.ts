import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runProtect } from '../../../kiosk-shell/cli/protect.ts';
import { openedKeyStore } from '../../../kiosk-shell/doctor-key-store.ts';
import type { KioskApi } from '../../../kiosk-shell/kiosk-api/kiosk-api.ts';
import type { TransactionDetail } from '../../../kiosk-shell/kiosk-api/transaction.ts';
import { openKioskRuntime } from '../../../kiosk-shell/kiosk/kiosk-runtime.ts';
import { systemClock } from '../../../signing/clock.ts';
import { randomId } from '../../../signing/ids.ts';
import { openKeyStore } from '../../../vault/key-store/key-store.ts';
import { openVault } from '../../../vault/vault.ts';
import { IDENTITY, reach, signatoryOf, taggedPdf, takeIn } from '../../support/kiosk-desk.ts';
import {
  demoFolder,
  kioskConfig,
  must,
  NO_PADS,
  signedIn,
  surfaceInk,
  until,
  type DemoFolder,
} from '../../support/kiosk-rig.ts';
import { packageIn } from '../../support/vault-bytes.ts';

// A whole kiosk on a machine that does other work too.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const CUSTOMER = 'Hieronim Ščepec-Žagar';
const FILE = 'Pogodba o najemu Brdo';
const ENDING = '7XQ9';
// Begins every verifier of a staff's password; a name of three letters would occur in encrypted pages by chance.
const VERIFIER = '$argon2id$v=19';
const REASON = 'stranka si je premislila glede obresti';

let folder: DemoFolder;
let secrets: string;
let kiosk: KioskApi | null = null;
const phrase = (): string => join(secrets, 'phrase');

beforeAll(async () => {
  folder = await demoFolder();
  secrets = mkdtempSync(join(tmpdir(), 'countersign-secret-'));
  writeFileSync(phrase(), 'sedem zlatih cebelic leti\n', { mode: 0o600 });
});
afterAll(async () => {
  await kiosk?.close();
  folder.remove();
  rmSync(secrets, { recursive: true, force: true });
});

const open = async (): Promise<KioskApi> => {
  kiosk = await openKioskRuntime(kioskConfig(folder.dataDir), { pads: NO_PADS });
  return kiosk;
};
const close = async (): Promise<void> => {
  await kiosk?.close();
  kiosk = null;
};

/** A customer signs one document, and a second transaction is voided with a reason. */
async function ceremony(desk: KioskApi): Promise<TransactionDetail> {
  const clerk = await signedIn(desk, folder.demo, 'clerk');
  const manager = await signedIn(desk, folder.demo, 'manager');
  const bytes = await taggedPdf(['Podpis;role=customer;type=signature;order=1;width=180;height=60']);
  const taken = await takeIn(desk, clerk, { [FILE]: bytes });
  const { id } = must(await desk.begin(taken.id, signatoryOf(taken, 'customer'), clerk));
  must(await desk.attestIdentity(id, { ...IDENTITY, name: CUSTOMER, numberEnding: ENDING }, {}, clerk));
  await reach(desk, taken.id, clerk, 'consent');
  must(await desk.answerConsent(id, 'biometric', 'sl'));
  must(await desk.chooseDevice(id, { kind: 'surface' }, clerk));
  must(await desk.acceptInk(id, surfaceInk(7)));
  const other = await takeIn(desk, clerk, { [FILE]: bytes });
  must(await desk.voidTransaction(other.id, REASON, manager));
  return until(desk, taken.id, ({ packageDigest }) => packageDigest !== null);
}

/** What the vault has of a transaction, in pieces that occur nowhere by chance. */
function planted(detail: TransactionDetail): Map<string, Buffer> {
  const store = openKeyStore(join(folder.dataDir, 'kiosk', 'keys'));
  const vault = openVault(join(folder.dataDir, 'kiosk', 'vault.sqlite'), {
    clock: systemClock,
    newId: randomId,
    keyStore: store,
  });
  const found = new Map<string, Buffer>();
  const slices = (what: string, bytes: Uint8Array | null | undefined): void => {
    if (bytes === null || bytes === undefined || bytes.length < 400) throw new Error(`no ${what}`);
    for (const part of [0.1, 0.5, 0.9]) {
      const at = Math.floor(bytes.length * part);
      found.set(`${what} at ${part}`, Buffer.from(bytes.subarray(at, at + 40)));
    }
  };
  const [seal] = vault.seals.ofTransaction(detail.id);
  slices('sealed capture', seal?.sealedCapture);
  slices('statement of the seal', seal?.binding);
  slices('package', packageIn(vault, detail.packageDigest));
  vault.close();
  for (const name of [VERIFIER, CUSTOMER, FILE, REASON, `"${ENDING}"`, 'identity-card', '%PDF-1.', '/AcroForm']) {
    const swapped = Buffer.from(name, 'utf16le').swap16();
    for (const [how, bytes] of Object.entries({
      'UTF-8': Buffer.from(name),
      'UTF-16LE': Buffer.from(name, 'utf16le'),
      'UTF-16BE': swapped,
    })) {
      found.set(`${name} as ${how}`, bytes);
    }
  }
  return found;
}

/** Every byte of the kiosk's part of the data folder: file names, vault, log, shared memory, keys and what else is there. */
function readable(what: Map<string, Buffer>): string[] {
  const files = readdirSync(join(folder.dataDir, 'kiosk'), { recursive: true, withFileTypes: true });
  const texts = files
    .filter((entry) => entry.isFile())
    .map((entry) => ({ name: entry.name, bytes: readFileSync(join(entry.parentPath, entry.name)) }));
  expect(texts.length).toBeGreaterThan(5);
  const found = texts.flatMap(({ name, bytes }) =>
    [...what].filter(([, one]) => bytes.includes(one) || Buffer.from(name).includes(one)).map(([told]) => told),
  );
  return [...new Set(found)].sort();
}

async function protect(...more: string[]): Promise<{ code: number; said: string }> {
  const out = new PassThrough();
  const code = await runProtect(
    ['--key-store', 'passphrase-file', '--file', phrase(), ...more],
    folder.dataDir,
    out,
    out,
  );
  return { code, said: String(out.read() ?? '') };
}

const doctorSays = () => openedKeyStore(join(folder.dataDir, 'kiosk', 'keys'), ({ message }) => message).finding;

describe('a stolen disk', () => {
  it('tells everything of a kiosk without a key store, and nothing once it was put behind one', async () => {
    const desk = await open();
    const before = await ceremony(desk);
    const inTheClear = planted(before);
    await close();
    expect(readable(inTheClear)).toEqual(
      expect.arrayContaining(
        [VERIFIER, CUSTOMER, FILE, REASON, `"${ENDING}"`].map((name) => `${name} as UTF-8`).concat('package at 0.5'),
      ),
    );

    const { code, said } = await protect();
    expect(said).toMatch(/Keys and vault are encrypted now/);
    expect(code).toBe(0);
    expect(readable(inTheClear)).toEqual([]);

    const again = await open();
    expect(again.transactions({ text: 'najemu' })).toHaveLength(2);
    const after = await ceremony(again);
    const all = new Map([...inTheClear, ...planted(after)]);
    // While it runs: the log beside the vault is full of what was just done.
    expect(readable(all)).toEqual([]);
    await close();
    expect(readable(all)).toEqual([]);
  });

  it('does not open without the key store, nor with another passphrase, and says so in a sentence', async () => {
    renameSync(phrase(), `${phrase()}.away`);
    await expect(open()).rejects.toThrow(/The key store is not there: .*phrase\. Bring what it is on/);
    expect(doctorSays()).toMatchObject({ outcome: 'stop', sentence: expect.stringMatching(/is not there/) as string });
    writeFileSync(phrase(), 'neka druga beseda tukaj\n', { mode: 0o600 });
    await expect(open()).rejects.toThrow(/does not open the vault key/);
    expect((await protect()).code).toBe(1);
    renameSync(`${phrase()}.away`, phrase());
    expect(doctorSays()).toMatchObject({ name: 'key store', outcome: 'ok' });
    await open();
    await close();
  });

  it('does not take a secret that lies on the disk it is to protect, nor one while a kiosk runs', async () => {
    const inside = join(folder.dataDir, 'kiosk', 'phrase');
    writeFileSync(inside, 'sedem zlatih cebelic leti\n', { mode: 0o600 });
    const refused = await protect('--file', inside);
    expect(refused).toMatchObject({ code: 64, said: expect.stringMatching(/is in the data folder/) as string });
    rmSync(inside);
    writeFileSync(join(folder.dataDir, 'running'), String(process.pid));
    expect(await protect()).toMatchObject({
      code: 64,
      said: expect.stringMatching(/is running on this data/) as string,
    });
    rmSync(join(folder.dataDir, 'running'));
  });

  it('opens by what took the place of the passphrase, and by that alone', async () => {
    const next = join(secrets, 'next');
    writeFileSync(next, 'osem srebrnih cebelic spi\n', { mode: 0o600 });
    const vault = join(folder.dataDir, 'kiosk', 'vault.sqlite');
    const bytes = readFileSync(vault);
    // As a power cut leaves it while it is being overwritten: the sealed one is the one that counts.
    const torn = join(folder.dataDir, 'kiosk', 'keys', 'seal.key.pem');
    writeFileSync(torn, '-----BEGIN PRIV\0\0\0\0', { mode: 0o600 });
    expect(await protect('--file', next)).toMatchObject({
      code: 0,
      said: expect.stringMatching(/is the passphrase file now/) as string,
    });
    expect(readFileSync(vault).equals(bytes)).toBe(true);
    expect(existsSync(torn)).toBe(false);
    rmSync(phrase());
    const desk = await open();
    expect(desk.transactions({ text: 'najemu' })).toHaveLength(4);
    await close();
  });
});
