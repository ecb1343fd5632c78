import { closeSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { requireRoot, requireTool } from '../../support/tools.ts';
import { faultWorld, type FaultWorld } from '../support/fault-world.ts';
import { startCloud } from '../support/running-cloud.ts';
import { makeKioskFolder, receiptsIn, startKiosk } from '../support/running-kiosk.ts';

let world: FaultWorld | undefined;
afterEach(() => world?.end());

/** @returns what makes room again */
function fill(folder: string, but: number): () => void {
  const name = path.join(folder, 'ballast');
  const { bavail, bsize } = statfsSync(folder);
  const file = openSync(name, 'w');
  writeSync(file, Buffer.alloc(Math.max(bavail * bsize - but, 0)));
  closeSync(file);
  return () => rmSync(name);
}

it.for([
  // Room for opening the vault and a few marks; for one upload or two.
  { side: 'kiosk', room: 150_000, word: 'fault' },
  { side: 'cloud', room: 100_000, word: 'waiting' },
] as const)(
  'a full disk of the $side costs nothing but time',
  { timeout: 120_000 },
  async ({ side, room, word }, ctx) => {
    requireRoot(ctx);
    requireTool(ctx, 'initdb', 'mount');
    world = await faultWorld({ [side]: '4m' });
    const { kioskFolder, cloudFolder, kiosk, receiptKey } = world;
    const made = await makeKioskFolder(kioskFolder, kiosk, receiptKey, { packages: 20, size: 40_000 });
    const cloud = await startCloud(cloudFolder, 'never');
    const makeRoom = fill(side === 'kiosk' ? kioskFolder : cloudFolder, room);
    const running = startKiosk(kioskFolder, cloud.url);
    await running.said(word, 3);
    expect([...receiptsIn(kioskFolder, made).values()]).toContain(null);
    makeRoom();
    await running.said('empty');
    for (const { child, ended } of [running, cloud]) {
      child.kill('SIGKILL');
      await ended;
    }
    await world.expectEachOnce(made);
  },
);
