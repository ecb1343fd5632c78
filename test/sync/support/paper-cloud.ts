import type { KeyObject } from 'node:crypto';
import { createReceiptSigner } from '../../../sync/cloud/receipts.ts';
import type { Fetch } from '../../../sync/kiosk/line.ts';
import { UPLOADS_PATH } from '../../../sync/protocol/wire.ts';
import type { TestPackage } from './packages.ts';
import type { TestKiosk } from './world.ts';

/** A cloud that believes everything and stores nothing: for rules of the kiosk's side, without a database. */
export async function paperCloud(kiosk: TestKiosk, receiptKey: KeyObject, made: () => readonly TestPackage[]) {
  const signer = await createReceiptSigner(receiptKey);
  const offsets = new Map<string, number>();
  const arrived: string[] = [];
  const receiptOf = ({ digest, bytes, transaction, auditHead }: TestPackage): Promise<string> =>
    signer.sign({
      type: 'countersign.receipt',
      version: 1,
      package: { algorithm: 'sha-256', digest, size: bytes.length },
      tenant: kiosk.tenant,
      kiosk: kiosk.id,
      transaction,
      arrivedAt: '2026-11-23T08:00:00.000Z',
      auditHead,
      sequence: 1,
    });
  const fetch: Fetch = async (url, init) => {
    const headers = new Headers(init.headers);
    const sent = init.body instanceof Uint8Array ? init.body.length : 0;
    const name = url.slice(url.lastIndexOf('/') + 1);
    if (name === 'hello') return Response.json({ time: '2026-11-23T08:00:00.000Z', protocol: 1 });
    const about = init.method === 'POST' ? digestIn(headers.get('upload-metadata') ?? '') : name;
    const found = made().find(({ digest }) => digest === about);
    if (found === undefined) throw new Error('nobody made this package');
    const offset = offsets.get(found.digest);
    if (init.method === 'GET') {
      if (offset === undefined) return new Response(null, { status: 404 });
      if (offset === found.bytes.length) return Response.json({ state: 'stored', receipt: await receiptOf(found) });
      return Response.json({ state: 'receiving', upload: `${UPLOADS_PATH}/${found.digest}` });
    }
    const now = init.method === 'HEAD' ? (offset ?? 0) : (offset ?? 0) + sent;
    offsets.set(found.digest, now);
    if (now === found.bytes.length) arrived.push(found.transaction);
    const location = { location: `${UPLOADS_PATH}/${found.digest}` };
    return new Response(null, { headers: { 'upload-offset': `${now}`, ...location } });
  };
  return {
    fetch,
    /** Transactions, in the order in which they became whole. */
    arrived,
    offsets,
  };
}

function digestIn(metadata: string): string {
  const [, value = ''] = /digest ([\w+/=]+)/.exec(metadata) ?? [];
  return Buffer.from(value, 'base64').toString();
}
