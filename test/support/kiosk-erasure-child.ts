import { join } from 'node:path';
import type { ErasureOrder } from '../../kiosk-shell/kiosk-api/erasure.ts';
import { openKioskRuntime } from '../../kiosk-shell/kiosk/kiosk-runtime.ts';
import { randomId } from '../../signing/ids.ts';
import { openDatabase } from '../../vault/database.ts';
import { kioskConfig, NO_PADS, signedIn, type DemoFolder } from './kiosk-rig.ts';

/** A kiosk that takes pen data out and ends itself by SIGKILL: inside the durable step, or right after it. */
interface Order {
  readonly dataDir: string;
  readonly demo: DemoFolder['demo'];
  readonly transaction: string;
  readonly order: ErasureOrder;
  readonly moment: 'before' | 'after';
}

const { dataDir, demo, transaction, order, moment } = JSON.parse(process.argv[2] ?? '') as Order;
const die = (): void => void process.kill(process.pid, 'SIGKILL');
const kiosk = await openKioskRuntime(kioskConfig(dataDir), {
  pads: NO_PADS,
  // The audit entry is the last thing in the step, and draws one.
  newId: () => {
    if (moment === 'before' && new Error().stack?.includes('erasure-desk.ts') === true) die();
    return randomId();
  },
});
const manager = await signedIn(kiosk, demo, 'manager');
// Somebody who reads keeps the log from being emptied: as if the kill had come before that.
const reader = openDatabase(join(dataDir, 'kiosk', 'vault.sqlite'));
reader.query<Record<string, never>, object>('SELECT sealed_capture FROM seals').iterate({}).next();
await kiosk.erasePenData(transaction, order, manager);
die();
