import { afterEach, it } from 'vitest';
import { requireTool } from '../../support/tools.ts';
import { faultWorld, type FaultWorld } from '../support/fault-world.ts';
import { startCloud } from '../support/running-cloud.ts';
import { makeKioskFolder, startKiosk } from '../support/running-kiosk.ts';
import { serve } from '../support/world.ts';

/** `COUNTERSIGN_PACKAGES=10000` is what was promised; after each tenth somebody dies. */
const PACKAGES = Number(process.env['COUNTERSIGN_PACKAGES'] ?? 60);
const DEATHS = ['kiosk', 'cloud', 'PostgreSQL', 'kiosk', 'PostgreSQL', 'cloud', 'all'] as const;
const HOP_HEADERS = ['content-encoding', 'transfer-encoding', 'connection', 'keep-alive'];

let world: FaultWorld | undefined;
afterEach(() => world?.end());

it(`kill -9 of kiosk, cloud and PostgreSQL while ${PACKAGES} packages are under way: each is one row, one object, one receipt`, async (ctx) => {
  requireTool(ctx, 'initdb');
  world = await faultWorld();
  const { kioskFolder, cloudFolder, postgres, kiosk, receiptKey, endings } = world;
  const made = await makeKioskFolder(kioskFolder, kiosk, receiptKey, { packages: PACKAGES, size: 20_000 });
  let cloud = await startCloud(cloudFolder, 'never');
  // The address that the kiosk knows stays, whoever answers behind it.
  const door = await serve((request) => passOn(request, cloud.url));
  endings.push(() => door.close());
  let running = startKiosk(kioskFolder, door.url);
  const dies = {
    kiosk: async () => {
      running.child.kill('SIGKILL');
      await running.ended;
      running = startKiosk(kioskFolder, door.url);
    },
    cloud: async () => {
      cloud.child.kill('SIGKILL');
      await cloud.ended;
      cloud = await startCloud(cloudFolder, 'never');
    },
    PostgreSQL: async () => {
      await postgres.kill();
      await postgres.restart();
    },
  };
  for (const who of DEATHS) {
    // Counted in this life of the kiosk: at least so many, and never all.
    await running.said('delivered', Math.floor(PACKAGES / 10));
    if (who === 'all') await Promise.all([dies.kiosk(), dies.PostgreSQL().then(dies.cloud)]);
    else await dies[who]();
  }
  await running.said('empty');
  for (const { child, ended } of [running, cloud]) {
    child.kill('SIGKILL');
    await ended;
  }
  await world.expectEachOnce(made);
}, 7_200_000);

async function passOn(request: Request, to: string): Promise<Response> {
  const empty = request.method === 'GET' || request.method === 'HEAD';
  const answer = await fetch(request.url.replace(/^http:\/\/[^/]+/, to), {
    ...{ method: request.method, headers: request.headers, body: empty ? null : await request.arrayBuffer() },
  });
  const headers = new Headers(answer.headers);
  for (const name of HOP_HEADERS) headers.delete(name);
  const body = request.method === 'HEAD' ? null : await answer.arrayBuffer();
  return new Response(body, { status: answer.status, headers });
}
