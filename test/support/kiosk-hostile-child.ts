import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { openKioskRuntime } from '../../kiosk-shell/kiosk/kiosk-runtime.ts';
import { kioskConfig, placeByHand, signedIn, walkToEnd, type DemoFolder } from './kiosk-rig.ts';

/**
 * A kiosk of its own that is given one file after the other, as a clerk would, and says what became of each, how long its
 * intake took and how much memory the whole process ever held.
 */
interface Order {
  readonly dataDir: string;
  readonly demo: DemoFolder['demo'];
  readonly files: readonly string[];
}

const order = JSON.parse(process.argv[2] ?? '') as Order;
const kiosk = await openKioskRuntime(kioskConfig(order.dataDir));
const clerk = await signedIn(kiosk, order.demo, 'clerk');
const met: Record<string, { readonly outcome: string; readonly seconds: number }> = {};
for (const file of order.files) {
  const name = basename(file);
  const before = performance.now();
  const taken = await kiosk.intake([{ name, bytes: new Uint8Array(readFileSync(file)) }], clerk);
  const seconds = (performance.now() - before) / 1000;
  met[name] = { outcome: taken.ok ? await signed(taken.value) : taken.error.refusal.code, seconds };
}
await kiosk.close();
const { maxRSS } = process.resourceUsage();
process.stdout.write(JSON.stringify({ met, peakMegabytes: Math.round(maxRSS / 1024) }));
process.exit(0);

async function signed(detail: Parameters<typeof placeByHand>[1]): Promise<string> {
  const ready = detail.state === 'placing' ? await placeByHand(kiosk, detail, clerk) : detail;
  return (await walkToEnd(kiosk, ready.id, clerk)).state;
}
