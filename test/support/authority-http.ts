import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Authorities } from './authorities.ts';

/** What a service does when it is asked: its work, or one of the ways in which services fail and lie. */
export type Manner = 'honest' | 'html' | 'busy' | 'hang' | 'huge' | 'garbage' | { readonly answer: Uint8Array };

export interface AuthorityHttp {
  readonly timestamp: string;
  readonly ocsp: string;
  readonly crl: string;
  readonly manner: { timestamp: Manner; ocsp: Manner; crl: Manner };
  /** Paths asked, in order. */
  readonly asked: readonly string[];
  /** Called when a request arrives that will not be answered. */
  onHang: () => void;
  close(): Promise<void>;
}

/** The authorities behind HTTP on 127.0.0.1, at a free port. */
export async function serveAuthorities(authorities: Authorities): Promise<AuthorityHttp> {
  const manner: AuthorityHttp['manner'] = { timestamp: 'honest', ocsp: 'honest', crl: 'honest' };
  const asked: string[] = [];
  const work = {
    '/timestamp': {
      type: 'application/timestamp-reply',
      run: (query: Uint8Array) => authorities.stamp(query),
      manner: () => manner.timestamp,
    },
    '/ocsp': {
      type: 'application/ocsp-response',
      run: (query: Uint8Array) => authorities.ocsp(query),
      manner: () => manner.ocsp,
    },
    '/root.crl': { type: 'application/pkix-crl', run: () => authorities.crl('root'), manner: () => manner.crl },
  } as const;
  /** One after the other: OpenSSL keeps serial numbers and lists in files. */
  let line: Promise<unknown> = Promise.resolve();
  const inTurn = (work: () => Promise<Uint8Array>): Promise<Uint8Array> => {
    const turn = line.then(work);
    line = turn.catch(() => undefined);
    return turn;
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '/';
    asked.push(path);
    const service = work[path as keyof typeof work];
    const parts: Uint8Array[] = [];
    for await (const part of request) parts.push(part as Uint8Array);
    const how = service.manner();
    if (how === 'hang') {
      self.onHang();
      return;
    }
    if (how === 'busy') {
      response.writeHead(503).end();
      return;
    }
    if (how === 'html') {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Please sign in to the network</html>');
      return;
    }
    const body =
      how === 'honest'
        ? await inTurn(() => service.run(new Uint8Array(Buffer.concat(parts))))
        : how === 'huge'
          ? new Uint8Array(8 * 1024 * 1024)
          : how === 'garbage'
            ? Uint8Array.of(0x30, 0x80, 1, 2, 3)
            : how.answer;
    response.writeHead(200, { 'content-type': service.type }).end(body);
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const base = `http://127.0.0.1:${String(address.port)}`;
  const self: AuthorityHttp = {
    timestamp: `${base}/timestamp`,
    ocsp: `${base}/ocsp`,
    crl: `${base}/root.crl`,
    manner,
    asked,
    onHang: () => undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return self;
}
