import { readFileSync } from 'node:fs';
import { openKioskRuntime } from '../../kiosk-shell/kiosk/kiosk-runtime.ts';
import { kioskConfig, must, signedIn, until, walkToEnd, type DemoFolder } from './kiosk-rig.ts';

/** A kiosk that signs one document, once over all its lives, and stays until its package is delivered. */
interface Order {
  readonly dataDir: string;
  readonly cloudUrl: string;
  readonly demo: DemoFolder['demo'];
  readonly document: string;
}

const NAME = 'Velika pogodba';
const order = JSON.parse(process.argv[2] ?? '') as Order;
const kiosk = await openKioskRuntime(kioskConfig(order.dataDir, order.cloudUrl));
const clerk = await signedIn(kiosk, order.demo, 'clerk');
let id = kiosk.transactions({ text: NAME })[0]?.id;
if (id === undefined) {
  const bytes = new Uint8Array(readFileSync(order.document));
  id = must(await kiosk.intake([{ name: `${NAME}.pdf`, bytes }], clerk)).id;
  await walkToEnd(kiosk, id, clerk);
}
const detail = await until(kiosk, id, ({ delivery }) => delivery === 'delivered');
await kiosk.close();
process.stdout.write(JSON.stringify({ transaction: id, digest: detail.packageDigest }));
process.exit(0);
