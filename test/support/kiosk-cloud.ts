import { createServer } from 'node:http';
import { createServer as createSocketServer } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import type { CloudApi } from '../../kiosk-shell/cloud-api.ts';
import { openCloudRuntime } from '../../kiosk-shell/cloud-runtime.ts';
import type { Log } from '../../kiosk-shell/observe/log.ts';

/** A loopback address where nobody listens yet: kiosks are told of a cloud before it is up. */
export async function freeAddress(): Promise<string> {
  const server = createSocketServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${address.port}`;
}

export interface ServedCloud {
  readonly cloud: CloudApi;
  close(): Promise<void>;
}

export interface ServedCloudOptions {
  /** Hears how much of a request has come so far. */
  readonly onBytes?: (request: { readonly method: string; readonly received: number }) => void;
  readonly maxPackageBytes?: number;
  readonly log?: Log;
}

/** The real cloud of a demo folder, at that address. */
export async function serveCloud(
  dataDir: string,
  cloudUrl: string,
  { onBytes, ...limits }: ServedCloudOptions = {},
): Promise<ServedCloud> {
  const cloud = await openCloudRuntime({ dataDir, cloudUrl, ...limits });
  const server = createServer((incoming, outgoing) => {
    const method = incoming.method ?? 'GET';
    let received = 0;
    const body = new PassThrough();
    incoming.on('data', (chunk: Buffer) => {
      received += chunk.length;
      onBytes?.({ method, received });
    });
    incoming.on('error', () => body.destroy(new Error('the line was cut')));
    incoming.pipe(body);
    const request = new Request(`${cloudUrl}${incoming.url ?? '/'}`, {
      method,
      headers: Object.entries(incoming.headers).map(([name, value]): [string, string] => [name, String(value)]),
      ...(method === 'GET' || method === 'HEAD'
        ? {}
        : { body: Readable.toWeb(body) as ReadableStream, duplex: 'half' }),
    });
    cloud.handleDevice(request).then(
      async (response) => {
        outgoing.writeHead(response.status, Object.fromEntries(response.headers));
        outgoing.end(Buffer.from(await response.arrayBuffer()));
      },
      () => outgoing.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(Number(new URL(cloudUrl).port), '127.0.0.1', resolve));
  return {
    cloud,
    close: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await cloud.close();
    },
  };
}
