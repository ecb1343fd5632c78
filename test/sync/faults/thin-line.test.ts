import { afterEach, it } from 'vitest';
import { requireRoot, requireTool } from '../../support/tools.ts';
import { faultWorld, type FaultWorld } from '../support/fault-world.ts';
import { startCloud } from '../support/running-cloud.ts';
import { makeKioskFolder, startKiosk } from '../support/running-kiosk.ts';
import { thinLine } from '../support/thin-line.ts';

let world: FaultWorld | undefined;
afterEach(() => world?.end());

it('a line of 64 kbit/s that loses, delays, tears and is cut in the middle brings each package once', async (ctx) => {
  requireRoot(ctx);
  requireTool(ctx, 'initdb', 'ip', 'tc');
  world = await faultWorld();
  const { kioskFolder, cloudFolder, kiosk, receiptKey, endings } = world;
  const made = await makeKioskFolder(kioskFolder, kiosk, receiptKey, { packages: 5, size: 5000 });
  const cloud = await startCloud(cloudFolder, 'never');
  const line = await thinLine(cloud.url);
  endings.push(() => line.end());
  // Patience is that of a shop's divided by eight: fifteen seconds for a request.
  const running = startKiosk(kioskFolder, line.url, { faster: 8, before: line.inside });
  await running.said('delivered');
  line.cut();
  await running.said('line-down');
  line.mend();
  await running.said('empty');
  for (const { child, ended } of [running, cloud]) {
    child.kill('SIGKILL');
    await ended;
  }
  await world.expectEachOnce(made);
}, 240_000);
