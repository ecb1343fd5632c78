import { lookup } from 'node:dns/promises';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { BlockList, isIP } from 'node:net';

/**
 * The way out to addresses that tenants name. Nothing inside our own network is to be had that way (server-side request
 * forgery): https, no user names, and the address that the name stands for is looked at and then used, so that it cannot
 * be another one a moment later.
 */
export type SendWebhook = (
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
) => Promise<'delivered' | WebhookProblem>;
export type WebhookProblem = 'address-refused' | 'no-answer' | `status-${number}`;

/** All of one exchange, and what is read of an answer, whose words nobody needs. */
const PATIENCE_MS = 10_000;
const MOST_ANSWER_BYTES = 16 * 1024;

/** Special-purpose addresses (RFC 6890 and its registries): none is on the public network. */
const INSIDE = new BlockList();
for (const range of [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4'],
]) {
  const [net = '', bits] = range.split('/');
  INSIDE.addSubnet(net, Number(bits), 'ipv4');
}
const GLOBAL_UNICAST = new BlockList();
GLOBAL_UNICAST.addSubnet('2000::', 3, 'ipv6');
/** Inside that: IPv4 behind a translation, benchmarks, documentation. */
const INSIDE_6 = new BlockList();
for (const [net, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  INSIDE_6.addSubnet(net, bits, 'ipv6');
}

/** Whether an IP address is one of the public network. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !INSIDE.check(address, 'ipv4');
    case 6:
      return GLOBAL_UNICAST.check(address, 'ipv6') && !INSIDE_6.check(address, 'ipv6');
    default:
      return false;
  }
}

/** What can be told of an address before anything is looked up. @param local http and this machine too, for a demo */
export function isWebhookUrl(text: string, local: boolean): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.username !== '' || url.password !== '' || url.hash !== '') return false;
  if (local && url.protocol === 'http:') return ['127.0.0.1', 'localhost'].includes(url.hostname);
  if (url.protocol !== 'https:') return false;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return local || isIP(host) === 0 || isPublicAddress(host);
}

/** @param local as for `isWebhookUrl` @param resolve every address of a name */
export function webhookSender(
  local: boolean,
  resolve: (host: string) => Promise<readonly string[]> = async (host) =>
    (await lookup(host, { all: true })).map(({ address }) => address),
): SendWebhook {
  return async (text, headers, body) => {
    if (!isWebhookUrl(text, local)) return 'address-refused';
    const url = new URL(text);
    const addresses = await resolve(url.hostname.replace(/^\[|\]$/g, '')).catch(() => []);
    const [address] = addresses;
    if (address === undefined) return 'no-answer';
    // One that is inside is enough to refuse: whoever runs the name chooses which is tried.
    if (!local && !addresses.every(isPublicAddress)) return 'address-refused';
    return post(url, address, headers, body);
  };
}

/** Redirects are not followed: node:http never does. */
function post(
  url: URL,
  address: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<'delivered' | WebhookProblem> {
  return new Promise((settle) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const family = isIP(address);
    const outgoing = send(
      url,
      {
        method: 'POST',
        signal,
        agent: false,
        headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
        lookup: (_host, options, found) =>
          options.all === true ? found(null, [{ address, family }]) : found(null, address, family),
      },
      (answer) => {
        const { statusCode = 0 } = answer;
        let read = 0;
        answer.on('data', (piece: Buffer) => {
          read += piece.length;
          if (read > MOST_ANSWER_BYTES) answer.destroy();
        });
        answer.on('error', () => undefined);
        answer.on('close', () => settle(statusCode >= 200 && statusCode < 300 ? 'delivered' : `status-${statusCode}`));
      },
    );
    outgoing.on('error', () => settle('no-answer'));
    outgoing.end(body);
  });
}
