import { createPrivateKey, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { JWK } from 'jose';
import { systemClock } from '../../../signing/clock.ts';
import { Courier } from '../../../sync/kiosk/courier.ts';
import { createDeviceTokenSource } from '../../../sync/kiosk/device-token-source.ts';
import { createReceiptVerifier } from '../../../sync/kiosk/receipt-verifier.ts';
import { systemTimers } from '../../../sync/kiosk/timers.ts';
import { openVault } from '../../../vault/vault.ts';
import { AUDIENCE } from './world.ts';

/**
 * A kiosk's courier on its real outbox in a process of its own: `node kiosk-process.ts FOLDER URL FASTER`. Says a line for each thing that
 * happens, and `empty` when all is delivered; ends with its parent. Pauses and patience are FASTER times
 * shorter than in a shop.
 */
export interface KioskFile {
  readonly kiosk: string;
  readonly tenant: string;
  /** PEM */
  readonly deviceKey: string;
  readonly receiptKey: JWK;
}
const [folder, cloudUrl, faster] = process.argv.slice(2);
if (folder === undefined || cloudUrl === undefined) throw new Error('which folder, which cloud?');
const file = JSON.parse(readFileSync(path.join(folder, 'kiosk.json'), 'utf8')) as KioskFile;
const vault = openVault(path.join(folder, 'vault.sqlite'), { clock: systemClock, newId: randomUUID });
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const courier = new Courier({
  store: vault.outbox,
  cloudUrl,
  fetch: (url, init) => fetch(url, init),
  clock: systemClock,
  timers: { after: (ms, callback) => systemTimers.after(ms / Number(faster), callback) },
  random: Math.random,
  token: createDeviceTokenSource({
    ...{ kiosk: file.kiosk, audience: AUDIENCE, algorithm: 'ES256', clock: systemClock, newId: randomUUID },
    key: createPrivateKey(file.deviceKey),
  }),
  receipts: createReceiptVerifier([file.receiptKey], { tenant: file.tenant, kiosk: file.kiosk }),
  onEvent: (event) => {
    if (event.type === 'set-aside') vault.outbox.retry(event.entry.transaction, 'Mojca', null);
    say(event.type === 'line' ? `line-${event.state}` : event.type);
    if (event.type !== 'delivered') return;
    const { waiting, setAside, refused } = vault.outbox.counts();
    if (waiting + setAside + refused === 0) say('empty');
  },
});
courier.start();
process.on('disconnect', () => process.exit(0));
