import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest';
import { examine, type DoctorOptions } from '../../kiosk-shell/doctor.ts';
import type { PadPorts, PadsSeen } from '../../kiosk-shell/doctor-pads.ts';
import type { Finding } from '../../kiosk-shell/finding.ts';
import { PadOpenError } from '../../drivers/open-problem.ts';
import { modelNamed, padModels } from '../../drivers/pad-models.ts';
import { simulatedFound } from '../../drivers/simulated/simulated-models.ts';
import { SimulatedStu } from '../../drivers/simulated/simulated-stu.ts';
import { openStuPad } from '../../drivers/wacom/stu-pad.ts';
import { systemClock } from '../../signing/clock.ts';
import { randomId } from '../../signing/ids.ts';
import { openDatabase, type NoParams } from '../../vault/database.ts';
import { openVault } from '../../vault/vault.ts';
import { ROOT } from '../support/cli-runs.ts';
import { ManualClock } from '../drivers/manual-clock.ts';
import { certificatePem } from '../../signing/cms/pem.ts';
import { makeAuthorities } from '../support/authorities.ts';
import { serveAuthorities } from '../support/authority-http.ts';
import { makePki } from '../support/seal-fixtures.ts';
import { requireTool } from '../support/tools.ts';
import { copyOf, DEAD_CLOUD, demoFolder, type DemoFolder } from '../support/kiosk-rig.ts';

const DAY_MS = 24 * 60 * 60_000;
let tenant: DemoFolder;
let folder: DemoFolder;
beforeAll(async () => {
  tenant = await demoFolder();
  const vault = openVault(join(tenant.dataDir, 'kiosk/vault.sqlite'), { clock: systemClock, newId: randomId });
  for (let i = 0; i < 3; i += 1) vault.write(() => void vault.audit.append({ eventType: 'kiosk.started' }));
  vault.close();
});
afterAll(() => tenant.remove());
beforeEach(() => {
  folder = copyOf(tenant);
});
afterEach(() => folder.remove());

/** What is plugged in, and how it is opened. */
function desk(seen: Partial<PadsSeen> = {}, open?: PadPorts['open']): PadPorts {
  return {
    see: () => Promise.resolve({ found: [], unusable: [], hidLibrary: true, ...seen }),
    open: open ?? (() => Promise.reject(new Error('nothing is to be opened'))),
    clock: new ManualClock(),
  };
}

async function findings(changes: Partial<DoctorOptions> = {}): Promise<ReadonlyMap<string, Finding>> {
  const all = await examine({
    root: ROOT,
    dataDir: folder.dataDir,
    cloudUrl: DEAD_CLOUD,
    now: Date.now(),
    path: '',
    pads: desk(),
    kiosk: null,
    ...changes,
  });
  for (const { sentence } of all) expect(sentence).toMatch(/^[A-Z0-9a-z].*[.'):]$/);
  return new Map(all.map((finding) => [finding.name, finding]));
}
const said = (all: ReadonlyMap<string, Finding>, name: string): string =>
  `${all.get(name)?.outcome ?? 'absent'}: ${all.get(name)?.sentence ?? ''}`;

describe('the self-test of a branch', () => {
  it('finds an enrolled kiosk in order, and says that it is a demo', async () => {
    const all = await findings();
    expect([...all.values()].filter(({ outcome }) => outcome === 'stop')).toEqual([]);
    expect(said(all, 'enrolment')).toMatch(/^look: Enrolled for a demo \(Banka Primer d\.d\., Bled, bled-1\)/);
    expect(said(all, 'keys')).toMatch(/^ok: /);
    expect(said(all, 'seal certificate')).toMatch(/^ok: .* is good for \d+ more days\.$/);
    expect(said(all, 'vault')).toBe('ok: The vault is sound.');
    expect(said(all, 'audit')).toBe('ok: The audit chain is unbroken (3 entries).');
    expect(said(all, 'outbox')).toBe('ok: No package is waiting.');
    expect(said(all, 'cloud')).toMatch(/^look: The cloud does not answer\./);
  });

  it('asks the time-stamp authority of a kiosk that has one, and names what is wrong with it or with its file', async (ctx) => {
    requireTool(ctx, 'openssl');
    expect(said(await findings(), 'time-stamps')).toBe('ok: Evidence for the long term is added by the cloud.');
    const file = join(folder.dataDir, 'kiosk/keys/evidence.json');
    const write = (value: unknown): void => writeFileSync(file, JSON.stringify(value), { mode: 0o600 });
    write({ version: 1, timestamp: 'ftp://stamps.example.test' });
    expect(said(await findings(), 'time-stamps')).toMatch(
      /^stop: evidence\.json .* timestamp.*\. Mend it or take it away\.$/,
    );
    writeFileSync(file, 'not json');
    expect(said(await findings(), 'time-stamps')).toMatch(/^stop: .*it is not JSON/);
    chmodSync(file, 0o644);
    expect(said(await findings(), 'time-stamps')).toMatch(/^stop: .*evidence\.json/);
    chmodSync(file, 0o600);

    const pki = makePki('p256');
    const dir = join(folder.dataDir, 'authorities');
    mkdirSync(dir);
    const http = await serveAuthorities(makeAuthorities(pki, dir));
    ctx.onTestFinished(() => http.close());
    write({ version: 1, timestamp: http.timestamp });
    expect(said(await findings(), 'time-stamps')).toMatch(/^look: .* Until that is mended, documents leave at B-B/);
    write({ version: 1, timestamp: http.timestamp, roots: certificatePem(pki.root.certificate) });
    expect(said(await findings(), 'time-stamps')).toBe(
      'ok: The time-stamp authority answers; documents leave this kiosk at B-T while it does.',
    );
    http.manner.timestamp = 'busy';
    expect(said(await findings(), 'time-stamps')).toMatch(/^look: The time-stamp authority answered with status 503\./);
  });

  it('has nothing to say of keys before the first start', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'countersign-doctor-'));
    try {
      const all = await findings({ dataDir: empty });
      expect(said(all, 'enrolment')).toMatch(/^look: This machine is not enrolled yet/);
      expect(all.has('vault')).toBe(false);
    } finally {
      rmSync(empty, { recursive: true });
    }
  });

  it('stops at a key that others can read, and says how to mend it', async () => {
    const key = join(folder.dataDir, 'kiosk/keys/seal.key.pem');
    chmodSync(key, 0o644);
    const all = await findings();
    expect(said(all, 'keys')).toBe(
      `stop: seal.key.pem can be read by others than its owner. Ask who could see it; then run: chmod go= '${key}'`,
    );
    // What is wrong with the keys does not keep it from looking at the vault.
    expect(said(all, 'vault')).toBe('ok: The vault is sound.');
  });

  it('stops at a key that is missing or is none', async () => {
    const key = join(folder.dataDir, 'kiosk/keys/device.key.pem');
    writeFileSync(key, 'no key', { mode: 0o600 });
    expect(said(await findings(), 'keys')).toBe(
      'stop: device.key.pem: is not a private key in PEM. Enrol this kiosk again.',
    );
    unlinkSync(key);
    expect(said(await findings(), 'keys')).toMatch(/^stop: device\.key\.pem is missing in /);
  });

  it('stops at certificates that ran out or are not valid yet, and warns before', async () => {
    const now = Date.now();
    const end = /is good for (\d+) more days/.exec(said(await findings({ now }), 'seal certificate'));
    const days = Number(end?.[1]);
    const at = async (day: number): Promise<string> =>
      said(await findings({ now: now + day * DAY_MS }), 'seal certificate');
    expect(await at(days - 10)).toMatch(
      /^look: The seal certificate is good for 10 more days\. A kiosk renews it by itself/,
    );
    expect(await at(days - 1)).toMatch(/^look: The seal certificate is good for 1 more day\./);
    expect(await at(days)).toMatch(/^look: The seal certificate runs out today\./);
    expect(await at(days + 2)).toMatch(/^stop: The seal certificate ran out \d+ days? ago\. .*--again/);
    expect(await at(-30)).toMatch(/^stop: The seal certificate is not valid yet\. Check the date/);
  });

  it('stops at a clock before the last trusted time, and at a kiosk that the cloud shut out, without a line', async () => {
    const now = Date.now();
    const all = await findings({ now });
    expect([all.get('last trusted time'), all.get('admission')]).toEqual([undefined, undefined]);
    const vault = openVault(join(folder.dataDir, 'kiosk/vault.sqlite'), { clock: systemClock, newId: randomId });
    vault.write(() => {
      vault.meta.set('last-trusted-time', new Date(now + 90_000).toISOString());
      vault.meta.set('shut-out-since', '2026-11-24T08:00:00.000Z');
    });
    vault.close();
    const told = await findings({ now });
    expect(said(told, 'last trusted time')).toMatch(
      /^stop: The clock is 2 minutes before the last time that is certain/,
    );
    expect(said(told, 'admission')).toMatch(/^stop: The cloud shut this kiosk out on 2026-11-24T08:00:00\.000Z\./);
  });

  it('stops at a vault that is damaged or is none', async () => {
    const file = join(folder.dataDir, 'kiosk/vault.sqlite');
    truncateSync(file, 8192);
    expect(said(await findings(), 'vault')).toMatch(
      /^stop: The vault (cannot be read|is damaged) \(.*\)\. Do not sign/,
    );
    writeFileSync(file, 'this is no database at all, but a letter to the bank '.repeat(40));
    expect(said(await findings(), 'vault')).toMatch(/^stop: The vault cannot be read \(not-a-vault\)\. Do not sign/);
  });

  it('stops at an audit trail that was rewritten, and says where', async () => {
    const database = openDatabase(join(folder.dataDir, 'kiosk/vault.sqlite'));
    const triggers = database.query<NoParams, { name: string }>(
      "SELECT name FROM sqlite_schema WHERE type = 'trigger'",
    );
    database.write(() => {
      for (const { name } of triggers.all({})) database.script(`DROP TRIGGER ${name}`);
      database.script(
        `UPDATE audit SET entry = replace(entry, '"success":true', '"success":false') WHERE sequence = 2`,
      );
    });
    database.close();
    expect(said(await findings(), 'audit')).toMatch(/^stop: The audit chain breaks at entry [23]\. Do not sign/);
  });

  it('compares the clock with the cloud, and says which way it is off', async () => {
    let theirs = 0;
    let status = 200;
    const server = createServer((_, response) => {
      response.sendDate = false;
      response.writeHead(status, theirs === 0 ? {} : { date: new Date(theirs).toUTCString() }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const cloudUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const now = Date.now();
    const clock = async (ahead: number): Promise<string> => {
      theirs = now - ahead;
      return said(await findings({ cloudUrl, now }), 'clock');
    };
    try {
      expect(await clock(0)).toBe('ok: The clock agrees with the cloud.');
      expect(await clock(10 * 60_000)).toBe('stop: The clock is 10 minutes ahead of the cloud. Set it before signing.');
      expect(await clock(-3 * 3600_000)).toBe('stop: The clock is 3 hours behind the cloud. Set it before signing.');
      expect(await clock(-400 * DAY_MS)).toBe('stop: The clock is 400 days behind the cloud. Set it before signing.');
      theirs = 0;
      status = 503;
      const all = await findings({ cloudUrl, now });
      expect(said(all, 'cloud')).toBe('look: The cloud answers, but is not ready.');
      expect(said(all, 'clock')).toMatch(/^look: The cloud does not tell the time/);
    } finally {
      server.close();
    }
  });

  it('names the library that is missing, and why a pad cannot be used', async () => {
    const model = padModels[0]!;
    const all = await findings({
      pads: desk({
        unusable: [{ id: 'usb:1', model, road: 'libusb', serial: null, problem: 'hid-library-missing' }],
        hidLibrary: false,
      }),
    });
    expect(said(all, 'pad library')).toMatch(
      /^look: The library libusb-1\.0 is missing.*apt-get install libusb-1\.0-0/,
    );
    expect(said(all, 'pad')).toBe(
      `look: ${model.maker} ${model.model} is plugged in, but cannot be used: the library libusb-1.0 is missing on this machine.`,
    );
    expect(said(await findings(), 'pad')).toBe('look: No pad is plugged in; customers can sign on their own screen.');
  });

  it('asks a pad for its firmware, its road and its encryption, and lets it go', async () => {
    const simulated = new SimulatedStu('stu-530');
    const found = simulatedFound(simulated.facts);
    const all = await findings({
      pads: desk({ found: [found] }, () => openStuPad(simulated.connect(), found)),
    });
    expect(said(all, 'pad')).toMatch(
      /^ok: Wacom STU-530 \(serial \S+, firmware \S+\) is plugged in and answers over the simulation; pen data is (not )?encrypted on the cable.*\. Its driver was proven on a (simulated pad only|virtual pad on a real USB stack)\.$/,
    );
    // One handle at a time: it could not be opened again if it had not been let go.
    await (await openStuPad(simulated.connect(), found)).close();
  });

  it('says what the desk asks of a pad, and what of that the model lacks', async () => {
    const padSettings = { contrast: 20, backlight: 3, inkColour: { red: 0, green: 0, blue: 0x60 } };
    const line = async (name: 'stu-540' | 'stu-430', kiosk: number | null): Promise<string> => {
      const simulated = new SimulatedStu(name);
      const found = simulatedFound(simulated.facts);
      const open = () => openStuPad(simulated.connect(), found, { deskSettings: padSettings });
      return said(await findings({ pads: { ...desk({ found: [found] }, open), padSettings }, kiosk }), 'pad');
    };
    const asks = 'COUNTERSIGN_PAD_SETTINGS asks ink=000060,backlight=3,contrast=20 of it';
    expect(await line('stu-540', null)).toContain(`. ${asks}. Its driver was proven`);
    expect(await line('stu-430', 4711)).toMatch(
      new RegExp(`\\. ${asks}; this model lacks ink=000060,backlight=3,contrast=20\\.$`),
    );
    // No settings, or no pad they are for: nothing is said of them.
    const pen = { ...simulatedFound(new SimulatedStu('stu-430').facts), model: modelNamed('ePad') };
    const other = await findings({ pads: { ...desk({ found: [pen] }), padSettings }, kiosk: 4711 });
    expect(said(other, 'pad')).toMatch(/ePad is plugged in/);
    expect(said(other, 'pad')).not.toMatch(/COUNTERSIGN/);
  });

  it('opens no pad while a kiosk runs, for somebody may be signing there', async () => {
    const found = simulatedFound(new SimulatedStu('stu-430').facts);
    const all = await findings({ pads: desk({ found: [found] }), kiosk: 4711 });
    expect(said(all, 'pad')).toMatch(/^ok: Wacom STU-430 is plugged in.*The kiosk that runs \(process 4711\) has it/);
  });

  it('says why a pad cannot be opened, and gives up one that never answers', async () => {
    const found = simulatedFound(new SimulatedStu('stu-430').facts);
    const refused = desk({ found: [found] }, () => Promise.reject(new PadOpenError('no-permission', 'EACCES')));
    expect(said(await findings({ pads: refused }), 'pad')).toBe(
      'look: Wacom STU-430 is plugged in, but cannot be used: this user may not open its hidraw node; install the udev rules and plug it in again.',
    );
    const clock = new ManualClock();
    const deaf = { ...desk({ found: [found] }, () => new Promise(() => undefined)), clock };
    expect(said(await clock.settle(findings({ pads: deaf })), 'pad')).toBe(
      'look: Wacom STU-430 is plugged in, but cannot be used: it does not answer; unplug it and plug it in again.',
    );
  });

  it('looks for a browser on the path', async () => {
    expect(said(await findings(), 'browser')).toMatch(/^look: No Chromium was found/);
    const bin = join(folder.dataDir, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'chromium'), '', { mode: 0o755 });
    expect(said(await findings({ path: bin }), 'browser')).toBe('ok: A Chromium is installed.');
  });

  it('prints one JSON document, and ends with 1 only when the counter has to stay closed', () => {
    const run = (): { open: boolean } => {
      const environment = { ...process.env, COUNTERSIGN_DATA: folder.dataDir, COUNTERSIGN_CLOUD_URL: DEAD_CLOUD };
      const program = join(ROOT, 'kiosk-shell/cli/doctor.ts');
      return JSON.parse(
        execFileSync(process.execPath, [program, '--json'], { env: environment, encoding: 'utf8' }),
      ) as { open: boolean };
    };
    expect(run()).toMatchObject({ open: true });
    chmodSync(join(folder.dataDir, 'kiosk/keys/seal.key.pem'), 0o640);
    expect(run).toThrow(expect.objectContaining({ status: 1 }));
  });

  it('names a setting that would keep the kiosk from starting', () => {
    const environment = { ...process.env, COUNTERSIGN_DATA: folder.dataDir, COUNTERSIGN_PAD_SETTINGS: 'backlight=9' };
    const program = join(ROOT, 'kiosk-shell/cli/doctor.ts');
    const { status, stderr } = spawnSync(process.execPath, [program], { env: environment, encoding: 'utf8' });
    expect(status).toBe(64);
    expect(stderr).toBe(
      'COUNTERSIGN_PAD_SETTINGS has at place 1 backlight as "9": it must be a whole number from 0 to 3.\n',
    );
  });
});
