import { execFileSync, spawnSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openKioskRuntime } from '../../../kiosk-shell/kiosk/kiosk-runtime.ts';
import type { SurfaceInk } from '../../../kiosk-shell/kiosk-api/capture.ts';
import type { KioskApi, KioskEvent } from '../../../kiosk-shell/kiosk-api/kiosk-api.ts';
import type { Actor } from '../../../kiosk-shell/kiosk-api/staff.ts';
import type { TransactionDetail } from '../../../kiosk-shell/kiosk-api/transaction.ts';
import { parseCaptureContent } from '../../../signing/capture/sealed-content.ts';
import { systemClock } from '../../../signing/clock.ts';
import { openEnveloped } from '../../../signing/cms/open-enveloped.ts';
import { randomId } from '../../../signing/ids.ts';
import { openKeyring } from '../../../vault/keyring.ts';
import { openVault } from '../../../vault/vault.ts';
import { IDENTITY, reach, signatoryOf, taggedPdf, takeIn } from '../../support/kiosk-desk.ts';
import { copyOf, demoFolder, kioskConfig, must, signedIn, until, type DemoFolder } from '../../support/kiosk-rig.ts';
import { packageIn } from '../../support/vault-bytes.ts';
import { requireTool } from '../../support/tools.ts';

// A whole kiosk on a machine that does other work too.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const NAME = 'Hieronim Ščepec-Žagar';
const ENDING = '7XQ9';

/** Numbers that occur nowhere by chance when several of them stand in a row. */
const INK: SurfaceInk = {
  width: 2000,
  height: 1000,
  pixelRatio: 2,
  pointerType: 'pen',
  x: Array.from({ length: 200 }, (_, i) => 20_011 + i * 809 + ((i * i * 31) % 97)),
  y: Array.from({ length: 200 }, (_, i) => 50_021 + Math.round(30_000 * Math.sin(i / 6)) + ((i * 37) % 89)),
  tip: Array.from({ length: 200 }, (_, i) => (i % 50 === 49 ? 0 : 1)),
  time: Array.from({ length: 200 }, (_, i) => i * 5003 + ((i * 41) % 301)),
  pressure: Array.from({ length: 200 }, (_, i) => 11_003 + ((i * 7919) % 40_009)),
  tiltX: Array.from({ length: 200 }, (_, i) => ((i * 613) % 8009) - 4001),
};

/** Runs of six values of each column, as text and packed in every usual width and byte order. */
function traces(ink: SurfaceInk): { readonly what: string; readonly bytes: Buffer }[] {
  const found: { what: string; bytes: Buffer }[] = [];
  const columns = { x: ink.x, y: ink.y, time: ink.time, pressure: ink.pressure ?? [], tiltX: ink.tiltX ?? [] };
  for (const [name, column] of Object.entries(columns)) {
    for (const from of [3, 90, 180]) {
      const run = column.slice(from, from + 6);
      for (const separator of [',', ', ', ' ', '\n', '\t', ';']) {
        found.push({ what: `${name} as text`, bytes: Buffer.from(run.join(separator)) });
      }
      const pack = (what: string, width: number, put: (into: Buffer, value: number, at: number) => void): void => {
        const into = Buffer.alloc(width * run.length);
        run.forEach((value, i) => put(into, value, i * width));
        found.push({ what: `${name} as ${what}`, bytes: into });
      };
      if (run.every((value) => Math.abs(value) < 32_768)) {
        pack('int16 LE', 2, (into, value, at) => into.writeInt16LE(value, at));
        pack('int16 BE', 2, (into, value, at) => into.writeInt16BE(value, at));
      } else if (run.every((value) => value >= 0 && value < 65_536)) {
        pack('uint16 LE', 2, (into, value, at) => into.writeUInt16LE(value, at));
        pack('uint16 BE', 2, (into, value, at) => into.writeUInt16BE(value, at));
      }
      pack('int32 LE', 4, (into, value, at) => into.writeInt32LE(value, at));
      pack('int32 BE', 4, (into, value, at) => into.writeInt32BE(value, at));
      pack('float LE', 4, (into, value, at) => into.writeFloatLE(value, at));
      pack('float BE', 4, (into, value, at) => into.writeFloatBE(value, at));
      pack('double LE', 8, (into, value, at) => into.writeDoubleLE(value, at));
      pack('double BE', 8, (into, value, at) => into.writeDoubleBE(value, at));
    }
  }
  return found;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
const tracesIn = (bytes: Buffer): string[] =>
  traces(INK)
    .filter((trace) => bytes.includes(trace.bytes))
    .map(({ what }) => what);

let folder: DemoFolder;
let fresh: DemoFolder;
let kiosk: KioskApi;
let clerk: Actor;
let detail: TransactionDetail;
const told: KioskEvent[] = [];

beforeAll(async () => {
  folder = await demoFolder();
  fresh = copyOf(folder);
  kiosk = await openKioskRuntime(kioskConfig(folder.dataDir));
  kiosk.subscribe((event) => told.push(event));
  clerk = await signedIn(kiosk, folder.demo, 'clerk');
  const bytes = await taggedPdf(['Podpis;role=customer;type=signature;order=1;width=180;height=60']);
  const taken = await takeIn(kiosk, clerk, { Pogodba: bytes });
  const { id } = must(await kiosk.begin(taken.id, signatoryOf(taken, 'customer'), clerk));
  must(await kiosk.attestIdentity(id, { ...IDENTITY, name: NAME, numberEnding: ENDING }, {}, clerk));
  await reach(kiosk, taken.id, clerk, 'consent');
  must(await kiosk.answerConsent(id, 'biometric', 'sl'));
  must(await kiosk.chooseDevice(id, { kind: 'surface' }, clerk));
  must(await kiosk.acceptInk(id, INK));
  detail = await until(kiosk, taken.id, ({ packageDigest }) => packageDigest !== null);
});
afterAll(async () => {
  await kiosk.close();
  folder.remove();
  fresh.remove();
});

function sealedCapture(): Uint8Array {
  const vault = openVault(join(folder.dataDir, 'kiosk', 'vault.sqlite'), { clock: systemClock, newId: randomId });
  const [seal] = vault.seals.ofTransaction(detail.id);
  vault.close();
  if (seal?.sealedCapture === null || seal === undefined) throw new Error('no sealed capture');
  return seal.sealedCapture;
}
function packageBytes(): Buffer {
  const vault = openVault(join(folder.dataDir, 'kiosk', 'vault.sqlite'), { clock: systemClock, newId: randomId });
  const bytes = packageIn(vault, detail.packageDigest);
  vault.close();
  return Buffer.from(bytes ?? '');
}
const demoKey = (name: string) => createPrivateKey(readFileSync(join(folder.dataDir, 'demo', `${name}.key.pem`)));

describe('pen data at rest', () => {
  it('is what the escrow holder opens, sample for sample, and its backup alike', () => {
    for (const holder of ['escrow', 'backup']) {
      const content = must(parseCaptureContent(openEnveloped(sealedCapture(), demoKey(holder))));
      const { x, y, tip, time, pressure, tiltX } = content.capture.columns;
      expect({ x, y, tip, time, pressure, tiltX }).toEqual({
        x: INK.x,
        y: INK.y,
        tip: INK.tip,
        time: INK.time,
        pressure: INK.pressure,
        tiltX: INK.tiltX,
      });
      // What the searches below look for is what is inside.
      expect(tracesIn(Buffer.from(content.captureBytes))).toContain('pressure as text');
    }
  });

  it('opens for nobody else: not for the kiosk, the tenant, nor an authority', () => {
    const keys = openKeyring(join(folder.dataDir, 'kiosk', 'keys'));
    const others = [keys.sealKey().privateKey, ...['record', 'root', 'issuing'].map(demoKey)];
    for (const key of others) expect(() => openEnveloped(sealedCapture(), key)).toThrow();
  });

  it('is in clear nowhere in the data folder, neither while the kiosk runs nor in what it logs ahead', () => {
    const files = filesBelow(folder.dataDir);
    expect(files.filter((file) => /vault\.sqlite/.test(file)).length).toBeGreaterThan(1);
    expect(files.flatMap((file) => tracesIn(readFileSync(file)).map((what) => `${file}: ${what}`))).toEqual([]);
  });

  it('cannot be read off the document or the package, unpacked', async (ctx) => {
    requireTool(ctx, 'qpdf', 'unzip');
    const scratch = mkdtempSync(join(tmpdir(), 'countersign-privacy-'));
    const [document] = detail.documentList;
    const pdf = join(scratch, 'signed.pdf');
    writeFileSync(pdf, (await kiosk.documentBytes(detail.id, document?.id ?? '', document?.digest ?? '')) ?? '');
    execFileSync('qpdf', ['--qdf', '--object-streams=disable', pdf, join(scratch, 'plain.pdf')]);
    writeFileSync(join(scratch, 'package.asice'), packageBytes());
    execFileSync('unzip', ['-q', join(scratch, 'package.asice'), '-d', join(scratch, 'package')]);
    const files = filesBelow(scratch);
    expect(files.length).toBeGreaterThan(5);
    const found = files.flatMap((file) => tracesIn(readFileSync(file)).map((what) => `${file}: ${what}`));
    rmSync(scratch, { recursive: true });
    expect(found).toEqual([]);
  });

  it('is summed up outside by what the device did: how long and how hard somebody wrote is sealed', () => {
    const vault = openVault(join(folder.dataDir, 'kiosk', 'vault.sqlite'), { clock: systemClock, newId: randomId });
    const [seal] = vault.seals.ofTransaction(detail.id);
    vault.close();
    const statement = JSON.parse(Buffer.from(seal?.binding ?? '').toString()) as { completeness: object };
    const outside = ['longestGapMs', 'lostReports', 'rate', 'samples', 'strokes', 'word'];
    expect(Object.keys(statement.completeness).sort()).toEqual(outside);
    expect(Object.keys(seal?.completeness ?? {}).sort()).toEqual(outside);
    const content = must(parseCaptureContent(openEnveloped(sealedCapture(), demoKey('escrow'))));
    expect(Object.keys(content.capture.completeness ?? {})).toEqual(
      expect.arrayContaining([...outside, 'durationMs', 'jitterMs', 'pressureSpan', 'saturatedShare', 'interruptions']),
    );
    expect(JSON.stringify([told, kiosk.transaction(detail.id)])).not.toMatch(
      /durationMs|pressureM|pressureSpan|saturated/,
    );
  });

  it('is not told to any screen', () => {
    expect(tracesIn(Buffer.from(JSON.stringify(told)))).toEqual([]);
    expect(tracesIn(Buffer.from(JSON.stringify([kiosk.transaction(detail.id), kiosk.display()])))).toEqual([]);
  });
});

describe('who the customer is', () => {
  it('stands in the vault for the branch, and in nothing that leaves it or is kept for proof', async () => {
    const holding = filesBelow(folder.dataDir).filter((file) => {
      const bytes = readFileSync(file);
      return bytes.includes(NAME) || bytes.includes(ENDING);
    });
    expect(holding.length).toBeGreaterThan(0);
    expect(holding.filter((file) => !/vault\.sqlite(-wal)?$/.test(file))).toEqual([]);
    const audit = JSON.stringify(kiosk.auditOf(detail.id));
    const [document] = detail.documentList;
    const signed = Buffer.from(
      (await kiosk.documentBytes(detail.id, document?.id ?? '', document?.digest ?? '')) ?? '',
    );
    for (const secret of [NAME, ENDING]) {
      expect([audit.includes(secret), packageBytes().includes(secret), signed.includes(secret)]).toEqual([
        false,
        false,
        false,
      ]);
    }
  });

  it('is not in what a kiosk prints, and nothing of the ink is', () => {
    const order = JSON.stringify({ dataDir: fresh.dataDir, demo: fresh.demo, killAt: 0 });
    const child = join(import.meta.dirname, '../../support/kiosk-child.ts');
    const { stdout, stderr, status } = spawnSync(process.execPath, [child, order], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({ state: 'complete' });
    expect(stdout).not.toMatch(/Čuš|0117|pressure|\d+,\d+,\d+/);
  });
});
