import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseKioskEnrolment, type KioskEnrolment } from '../../../kiosk-shell/enrolment.ts';
import type { KioskApi } from '../../../kiosk-shell/kiosk-api/kiosk-api.ts';
import { ConfigurationDesk } from '../../../kiosk-shell/kiosk/configuration-desk.ts';
import { openKioskRuntime } from '../../../kiosk-shell/kiosk/kiosk-runtime.ts';
import { randomId, type StaffId } from '../../../signing/ids.ts';
import { systemClock } from '../../../signing/clock.ts';
import { CONFIGURATION_TYPE, type ConfigurationPart } from '../../../sync/protocol/configuration.ts';
import { signStatement } from '../../../sync/cloud/receipts.ts';
import { openKeyring, type Keyring } from '../../../vault/keyring.ts';
import { openVault, type Vault } from '../../../vault/vault.ts';
import { freeAddress, serveCloud, type ServedCloud } from '../../support/kiosk-cloud.ts';
import { signatoryOf, takeIn, taggedPdf } from '../../support/kiosk-desk.ts';
import { copyOf, demoFolder, kioskConfig, must, NO_PADS, signedIn, type DemoFolder } from '../../support/kiosk-rig.ts';

let original: DemoFolder;
let folder: DemoFolder;
let enrolment: KioskEnrolment;

beforeAll(async () => {
  original = await demoFolder();
  const file = join(original.dataDir, 'kiosk', 'keys', 'config.json');
  enrolment = must(parseKioskEnrolment(JSON.parse(readFileSync(file, 'utf8'))));
}, 60_000);
afterAll(() => original.remove());
beforeEach(() => {
  folder = copyOf(original);
});
afterEach(() => folder.remove());

function listed(closed: readonly string[] = []) {
  return enrolment.staff.map((one) => ({ ...one, closed: closed.includes(one.name) }));
}

describe('a counter and its cloud', () => {
  let cloud: ServedCloud;
  let kiosk: KioskApi;
  let now: () => number;

  beforeEach(async () => {
    const url = await freeAddress();
    now = () => systemClock.now();
    cloud = await serveCloud(folder.dataDir, url);
    const clock = { ...systemClock, now: () => now() };
    kiosk = await openKioskRuntime(kioskConfig(folder.dataDir, url), { pads: NO_PADS, clock });
  });
  afterEach(async () => {
    await kiosk.close();
    await cloud.close();
  });

  async function say(part: ConfigurationPart, value: unknown, revision = 0): Promise<void> {
    const change = { tenant: enrolment.tenant.id, branch: null, part, value, revision, by: 'Cene' };
    const number = (kiosk.counter().configuration.number ?? 0) + 1;
    const taken = new Promise<void>((resolve) => {
      const stop = kiosk.subscribe(() => {
        if (kiosk.counter().configuration.number !== number) return;
        stop();
        resolve();
      });
    });
    must(await cloud.cloud.changeConfiguration(change));
    await taken;
  }

  it('follows what the cloud says without a restart, but never in the middle of a ceremony', async () => {
    const clerk = await signedIn(kiosk, folder.demo, 'clerk');
    expect(kiosk.counter().configuration).toEqual({ number: null, until: null });
    const detail = await takeIn(kiosk, clerk, {
      Kredit: await taggedPdf(['Podpis stranke;role=customer;type=signature;order=1;width=180;height=60']),
    });
    const types = { types: enrolment.documentTypes.slice(0, 1), fallback: null };
    await say('documentTypes', types);
    expect(kiosk.transaction(detail.id)?.devices.types.map(({ id }) => id)).toEqual(['loan']);

    const begun = must(await kiosk.begin(detail.id, signatoryOf(detail, 'customer'), clerk, { pictureOnly: false }));
    expect(kiosk.auditOf(detail.id).find(({ eventType }) => eventType === 'ceremony.started')?.extra).toMatchObject({
      configuration: 1,
    });
    await say('branch', { name: 'Bled, jezero', keyHolder: 'Nova notarka', timeZone: 'Europe/Ljubljana' });
    expect(kiosk.counter()).toMatchObject({ branch: 'Bled', configuration: { number: 2 } });
    must(await kiosk.cancel(begun.id, 'dopolnitev', clerk));
    expect(kiosk.counter().branch).toBe('Bled, jezero');
  }, 60_000);

  it('lets nobody in whose account was closed, from that moment', async () => {
    const names = folder.demo.signIns.filter(({ role }) => role === 'clerk').map(({ name }) => name);
    const [first = '', second = ''] = names;
    const pin = folder.demo.signIns.find(({ name }) => name === first)?.pin ?? '';
    const session = must(await kiosk.signIn(first, pin, null));
    await say('staff', listed([first]));
    expect(kiosk.staffByToken(session.token)).toBeNull();
    expect(await kiosk.signIn(first, pin, null)).toMatchObject({ ok: false, error: { code: 'wrong-credentials' } });
    const other = folder.demo.signIns.find(({ name }) => name === second)?.pin ?? '';
    expect(await kiosk.signIn(second, other, null)).toMatchObject({ ok: true });
  }, 60_000);

  it('serves nobody new when the cloud was not heard from for too long, and keeps what is there', async () => {
    const clerk = await signedIn(kiosk, folder.demo, 'clerk');
    const detail = await takeIn(kiosk, clerk, {
      Kredit: await taggedPdf(['Podpis stranke;role=customer;type=signature;order=1;width=180;height=60']),
    });
    await say('staff', listed());
    const until = Date.parse(kiosk.counter().configuration.until ?? '');
    const person = signatoryOf(detail, 'customer');
    now = () => until;
    expect(await kiosk.begin(detail.id, person, clerk, { pictureOnly: true })).toMatchObject({
      ok: false,
      error: { code: 'configuration-ended' },
    });
    expect(kiosk.transaction(detail.id)?.state).toBe('open');
    now = () => until - 1;
    expect(await kiosk.begin(detail.id, person, clerk, { pictureOnly: true })).toMatchObject({ ok: true });
  }, 60_000);
});

describe('what the desk of configuration takes', () => {
  const clock = { ...systemClock, now: () => Date.parse('2026-11-24T08:00:00Z') };
  let keys: Keyring;
  let vault: Vault;
  let desk: ConfigurationDesk;

  function open(): void {
    vault = openVault(join(folder.dataDir, 'kiosk', 'vault.sqlite'), { clock, newId: randomId });
    desk = new ConfigurationDesk({ vault, enrolment, keys, clock, demo: true });
  }
  function signed(number: number, content: object, over: object = {}): Promise<string> {
    const key = createPrivateKey(readFileSync(join(folder.dataDir, 'cloud', 'keys', 'receipt.key.pem')));
    return signStatement(key, CONFIGURATION_TYPE, {
      ...{ type: 'countersign.configuration', version: 1, tenant: enrolment.tenant.id, branch: enrolment.branch.id },
      ...{ kiosk: enrolment.kiosk, number, notAfter: '2026-12-24T00:00:00.000Z', content, ...over },
    });
  }
  const events = () => vault.audit.range(1, 100).map(({ eventType, extra }) => [eventType, extra['reason'] ?? null]);

  beforeEach(() => {
    keys = openKeyring(join(folder.dataDir, 'kiosk', 'keys'));
    open();
    vault.write(() => {
      for (const { id, name, role, verifier } of enrolment.staff) {
        vault.staff.insert({ id: id as StaffId, name, role, verifier });
      }
    });
  });
  afterEach(() => vault.close());

  it('keeps what it has when something else comes, and says so once', async () => {
    expect(await desk.receive(await signed(4, { staff: listed() }))).toBe('taken');
    for (const [number, content, over] of [
      [3, { staff: listed(['Ana']) }, {}],
      [4, { staff: listed(['Ana']) }, {}],
      [5, { staff: listed(['Ana']) }, { kiosk: 'bled-2' }],
      [5, { staff: listed(['Ana']) }, { notAfter: '2026-11-24T07:00:00.000Z' }],
      [5, { staff: [{ ...listed()[0], role: 'boss' }] }, {}],
    ] as const) {
      expect(await desk.receive(await signed(number, content, over))).toBe('refused');
    }
    expect(await desk.receive('damaged')).toBe('refused');
    expect(await desk.receive('damaged')).toBe('refused');
    expect(vault.staff.byName('Ana')?.closedAt).toBeNull();
    expect(events()).toEqual([
      ['configuration.applied', null],
      ['configuration.refused', 'older'],
      ['configuration.refused', 'same-number'],
      ['configuration.refused', 'other-kiosk'],
      ['configuration.refused', 'expired'],
      ['configuration.refused', 'malformed'],
      ['configuration.refused', 'untrusted'],
    ]);
    expect(desk.status()).toEqual({ number: 4, until: '2026-12-24T00:00:00.000Z' });
  });

  it('still has it after a restart, and holds for longer without a word in the trail', async () => {
    const branch = { name: 'Radovljica', keyHolder: 'Notarka', timeZone: 'Europe/Ljubljana' };
    await desk.receive(await signed(1, { branch }));
    await desk.receive(await signed(1, { branch }, { notAfter: '2026-12-25T00:00:00.000Z' }));
    vault.close();
    open();
    expect(desk.status()).toEqual({ number: 1, until: '2026-12-25T00:00:00.000Z' });
    expect(desk.identity).toMatchObject({ branch: { id: 'Bled', name: 'Radovljica' }, keyHolder: 'Notarka' });
    expect(desk.documentTypes.types).toEqual(enrolment.documentTypes);
    expect(events()).toEqual([['configuration.applied', null]]);
    expect(await desk.receive(await signed(1, { branch: { ...branch, name: 'Lesce' } }))).toBe('refused');
  });

  it('takes new certificates, and none that nothing could be sealed to', async () => {
    const base64 = (certificates: readonly Uint8Array[]) =>
      certificates.map((each) => Buffer.from(each).toString('base64'));
    const [escrow = '', backup = ''] = base64(keys.escrowCertificates());
    const record = base64(keys.recordCertificates());
    expect(await desk.receive(await signed(1, { certificates: { escrow: [backup, escrow], record } }))).toBe('taken');
    expect(base64(desk.keys.escrowCertificates())).toEqual([backup, escrow]);
    const odd = { escrow: [escrow, backup, escrow], record };
    expect(await desk.receive(await signed(2, { certificates: odd }))).toBe('refused');
    expect(events().at(-1)).toEqual(['configuration.refused', 'escrow-unusable']);
    expect(base64(desk.keys.escrowCertificates())).toEqual([backup, escrow]);
  });

  it('gives names, roles and secrets as listed; a new secret ends sessions, the same one does not', async () => {
    const [ana, bor, maja] = listed();
    if (ana === undefined || bor === undefined || maja === undefined) throw new Error('three people');
    vault.write(() => {
      vault.sessions.insert('token-ana', ana.id as StaffId);
      vault.sessions.insert('token-bor', bor.id as StaffId);
    });
    const swapped = [{ ...ana, name: bor.name, role: 'manager' }, { ...bor, name: ana.name }, maja];
    await desk.receive(await signed(1, { staff: swapped }));
    expect(vault.sessions.byToken('token-ana')?.staff).toMatchObject({ name: bor.name, role: 'manager' });
    await desk.receive(await signed(2, { staff: [ana, { ...bor, verifier: maja.verifier }, maja] }));
    expect(vault.sessions.byToken('token-ana')?.staff).toMatchObject({ name: ana.name, role: 'clerk' });
    expect(vault.sessions.byToken('token-bor')).toBeNull();
    expect(vault.staff.verifier(bor.id as StaffId)).toBe(maja.verifier);

    // Whoever is not on the list is out, comes back with it, and keeps the name meanwhile.
    await desk.receive(await signed(3, { staff: [maja] }));
    expect(vault.sessions.byToken('token-ana')).toBeNull();
    const another = { ...maja, id: 'somebody-else', name: ana.name };
    expect(await desk.receive(await signed(4, { staff: [maja, another] }))).toBe('refused');
    expect(events().at(-1)).toEqual(['configuration.refused', 'name-taken']);
    await desk.receive(await signed(4, { staff: [maja, ana] }));
    expect(vault.staff.byName(ana.name)).toMatchObject({ id: ana.id, closedAt: null });
  });
});
