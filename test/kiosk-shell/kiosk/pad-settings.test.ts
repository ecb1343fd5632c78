import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { readConfig } from '../../../kiosk-shell/config.ts';
import type { KioskApi } from '../../../kiosk-shell/kiosk-api/kiosk-api.ts';
import { openKioskRuntime } from '../../../kiosk-shell/kiosk/kiosk-runtime.ts';
import { padStroke, reach, taggedPdf, takeIn } from '../../support/kiosk-desk.ts';
import { DEAD_CLOUD, demoFolder, must, signedIn, until, type DemoFolder } from '../../support/kiosk-rig.ts';
import { pngPixels } from '../../support/png-pixels.ts';

// A whole kiosk on a machine that does other work too.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let folder: DemoFolder;
let kiosk: KioskApi;
beforeAll(async () => {
  folder = await demoFolder();
  const environment = {
    COUNTERSIGN_DATA: folder.dataDir,
    COUNTERSIGN_DEMO: '1',
    COUNTERSIGN_CLOUD_URL: DEAD_CLOUD,
    COUNTERSIGN_SIMULATED_PAD: 'stu-540',
    COUNTERSIGN_PAD_SETTINGS: 'ink=ff00ff,thickness=3',
  };
  const config = readConfig(environment, folder.dataDir);
  if (!config.ok) throw new Error('the configuration was refused');
  kiosk = await openKioskRuntime(config.value);
});
afterAll(async () => {
  await kiosk.close();
  folder.remove();
});

it('the ink on the pad is what the environment of the kiosk asks for', async () => {
  const clerk = await signedIn(kiosk, folder.demo, 'clerk');
  const sign = 'Podpis stranke;role=customer;type=signature;order=1;width=180;height=60';
  const taken = await takeIn(kiosk, clerk, { Pogodba: await taggedPdf([sign]) });
  const { id } = await reach(kiosk, taken.id, clerk, 'consent');
  must(await kiosk.answerConsent(id, 'biometric', 'sl'));
  await until(kiosk, taken.id, ({ ceremony }) => ceremony?.capture?.taking === true);
  const inked = async (): Promise<number> => {
    const { rgba } = pngPixels(await kiosk.simulatedPad!.screen());
    let pixels = 0;
    for (let at = 0; at < rgba.length; at += 4) if (rgba.readUInt32BE(at) === 0xff00ffff) pixels += 1;
    return pixels;
  };
  expect(await inked()).toBe(0);
  await kiosk.simulatedPad!.pen(padStroke(), true);
  // Seven pixels wide along a stroke of more than a hundred.
  expect(await inked()).toBeGreaterThan(700);
});
