import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { isPublicAddress, isWebhookUrl, webhookSender } from '../../sync/cloud/integration/webhook-address.ts';

const ends: (() => void)[] = [];
afterEach(() => ends.splice(0).forEach((end) => end()));

async function listener(answer: { readonly status: number; readonly headers?: Record<string, string> }) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''} ${request.headers['webhook-id']?.toString() ?? ''}`);
    response.writeHead(answer.status, answer.headers);
    response.end('x'.repeat(100_000));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}`, asked };
}

describe('addresses of webhooks', () => {
  it.each([
    ...['127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '224.0.0.1'],
    ...['::1', '::', '::ffff:127.0.0.1', '64:ff9b::7f00:1', 'fe80::1', 'fd00::1', 'ff02::1', '2002:7f00:1::', 'no'],
  ])('%s is inside', (address) => expect(isPublicAddress(address)).toBe(false));
  it.each(['8.8.8.8', '93.184.216.34', '2606:4700::1111'])('%s is public', (address) =>
    expect(isPublicAddress(address)).toBe(true),
  );

  it.each(['http://a.test/', 'ftp://a.test/', 'https://0x7f.1/', 'https://2130706433/', 'https://a.test/#x', 'a.test'])(
    '%s is refused as it is written',
    (url) => expect(isWebhookUrl(url, false)).toBe(false),
  );

  it('are looked up, and one address inside is enough to refuse', async () => {
    const names: string[] = [];
    const send = webhookSender(false, (host) => {
      names.push(host);
      return Promise.resolve(['93.184.216.34', '10.0.0.1']);
    });
    expect(await send('https://dms.example.test/hook', {}, '{}')).toBe('address-refused');
    expect(names).toEqual(['dms.example.test']);
    const nobody = webhookSender(false, () => Promise.reject(new Error('no such name')));
    expect(await nobody('https://dms.example.test/hook', {}, '{}')).toBe('no-answer');
  });

  it('get the message at the address that was looked at; redirects are not followed, long answers not read', async () => {
    const fine = await listener({ status: 204 });
    const elsewhere = await listener({ status: 200 });
    const moved = await listener({ status: 302, headers: { location: elsewhere.url } });
    const send = webhookSender(true);
    const headers = { 'webhook-id': 'msg_1' };
    expect(await send(`${fine.url}/hook`, headers, '{}')).toBe('delivered');
    expect(fine.asked).toEqual(['POST /hook msg_1']);
    expect(await send(moved.url, headers, '{}')).toBe('status-302');
    expect(elsewhere.asked).toEqual([]);
    expect(await send(elsewhere.url, headers, '{}')).toBe('delivered');
  });
});
