import { openKioskRuntime } from '../../kiosk-shell/kiosk/kiosk-runtime.ts';
import { randomId } from '../../signing/ids.ts';
import { kioskConfig, NO_PADS, signedIn, walkToEnd, type DemoFolder } from './kiosk-rig.ts';

/**
 * A kiosk that works through its sample transaction and ends itself by SIGKILL at the n-th identifier it draws. Every
 * audit entry draws one inside its write, so each durable step has an instant just before it in which this dies.
 */
interface Order {
  readonly dataDir: string;
  readonly demo: DemoFolder['demo'];
  /** 0: never. */
  readonly killAt: number;
}

const order = JSON.parse(process.argv[2] ?? '') as Order;
let drawn = 0;
const kiosk = await openKioskRuntime(kioskConfig(order.dataDir), {
  pads: NO_PADS,
  newId: () => {
    drawn += 1;
    if (drawn === order.killAt) process.kill(process.pid, 'SIGKILL');
    return randomId();
  },
});
const actor = await signedIn(kiosk, order.demo, 'clerk');
const [transaction] = kiosk.transactions();
if (transaction === undefined) throw new Error('the demo has no transaction');
const detail = await walkToEnd(kiosk, transaction.id, actor);
await kiosk.close();
process.stdout.write(JSON.stringify({ drawn, state: detail.state, delivery: detail.delivery }));
process.exit(0);
