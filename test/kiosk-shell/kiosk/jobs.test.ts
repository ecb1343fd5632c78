import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { KioskApi } from '../../../kiosk-shell/kiosk-api/kiosk-api.ts';
import { openKioskRuntime } from '../../../kiosk-shell/kiosk/kiosk-runtime.ts';
import { systemClock } from '../../../signing/clock.ts';
import { jobOf, putJob } from '../../support/cloud-jobs.ts';
import { freeAddress, serveCloud, type ServedCloud } from '../../support/kiosk-cloud.ts';
import { signatoryOf, taggedPdf } from '../../support/kiosk-desk.ts';
import {
  copyOf,
  demoFolder,
  kioskConfig,
  NO_PADS,
  signedIn,
  until,
  walkToEnd,
  type DemoFolder,
} from '../../support/kiosk-rig.ts';

let original: DemoFolder;
let folder: DemoFolder;
let url: string;
let cloud: ServedCloud;
let kiosk: KioskApi;
let ahead = 0;

beforeAll(async () => {
  original = await demoFolder();
}, 60_000);
afterAll(() => original.remove());
beforeEach(async () => {
  ahead = 0;
  folder = copyOf(original);
  url = await freeAddress();
});
afterEach(() => folder.remove());

async function open(): Promise<void> {
  const clock = { ...systemClock, now: () => systemClock.now() + ahead };
  cloud = await serveCloud(folder.dataDir, url);
  kiosk = await openKioskRuntime(kioskConfig(folder.dataDir, url), { pads: NO_PADS, clock });
}

describe('a job from the cloud, at a counter', () => {
  it('is taken in under its name, signed and delivered, and the cloud knows', async () => {
    const tag = 'Podpis stranke;role=customer;type=signature;order=1;width=180;height=60';
    const id = await putJob(folder.dataDir, 'Kredit 117', { 'Pogodba.pdf': await taggedPdf([tag]) });
    await open();
    const clerk = await signedIn(kiosk, folder.demo, 'clerk');
    const detail = await until(kiosk, id, ({ state }) => state === 'open');
    expect(detail).toMatchObject({ name: 'Kredit 117', fromCloud: true, job: { returnable: true, ended: null } });
    expect(detail.documentList.map(({ name }) => name)).toEqual(['Pogodba']);
    await walkToEnd(kiosk, id, clerk);
    const delivered = await until(kiosk, id, ({ delivery }) => delivery === 'delivered');
    expect(delivered.job).toMatchObject({ returnable: false, ended: null });
    await kiosk.close();
    await cloud.close();
    expect(await jobOf(folder.dataDir, id)).toMatchObject({ state: 'delivered', kiosk: expect.any(String) as string });
  }, 90_000);

  it('is not begun after its time', async () => {
    const tag = 'Podpis stranke;role=customer;type=signature;order=1;width=180;height=60';
    const id = await putJob(folder.dataDir, 'Kredit 118', { 'Pogodba.pdf': await taggedPdf([tag]) });
    await open();
    const clerk = await signedIn(kiosk, folder.demo, 'clerk');
    const detail = await until(kiosk, id, ({ state }) => state === 'open');
    ahead = 8 * 3600_000;
    const begun = await kiosk.begin(id, signatoryOf(detail, 'customer'), clerk, { pictureOnly: false });
    expect(begun).toMatchObject({ ok: false, error: { code: 'job-ended' } });
    await kiosk.close();
    await cloud.close();
  }, 90_000);
});
