import { afterAll, beforeAll, beforeEach } from 'vitest';
import { openKioskRuntime, type KioskPorts } from '../../kiosk-shell/kiosk/kiosk-runtime.ts';
import type { KioskApi, KioskEvent } from '../../kiosk-shell/kiosk-api/kiosk-api.ts';
import type { Actor } from '../../kiosk-shell/kiosk-api/staff.ts';
import { DeskOfPads } from './kiosk-pads.ts';
import { demoFolder, kioskConfig, signedIn, type DemoFolder } from './kiosk-rig.ts';

export interface OpenPadCounter {
  readonly folder: DemoFolder;
  readonly kiosk: KioskApi;
  readonly clerk: Actor;
}
export interface PadCounter {
  readonly pads: DeskOfPads;
  /** What the kiosk has told since the test began, or since the test emptied it. */
  readonly told: KioskEvent[];
  /** To be asked from the first hook of the file on. */
  opened(): OpenPadCounter;
}

/** A kiosk with a clerk for all tests of the file that calls this, closed after them; each test begins without pads. */
export function padCounter(options: Pick<KioskPorts, 'random'> = {}): PadCounter {
  const pads = new DeskOfPads();
  const told: KioskEvent[] = [];
  let open: OpenPadCounter | null = null;
  const opened = (): OpenPadCounter => {
    if (open === null) throw new Error('the counter is not open yet');
    return open;
  };
  beforeAll(async () => {
    const folder = await demoFolder();
    const kiosk = await openKioskRuntime(kioskConfig(folder.dataDir), { ...options, pads });
    kiosk.subscribe((event) => told.push(event));
    open = { folder, kiosk, clerk: await signedIn(kiosk, folder.demo, 'clerk') };
  });
  afterAll(async () => {
    await opened().kiosk.close();
    opened().folder.remove();
  });
  beforeEach(() => {
    for (const { description } of pads.pads()) pads.forget(description.id);
    pads.drawn.length = 0;
    told.length = 0;
  });
  return { pads, told, opened };
}
