import { connect, createServer, type Socket } from 'node:net';

/** What the line does to the next connection that carries a request. */
export type LineFault =
  /** Passes this many bytes towards the cloud, then is cut. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** The request arrives, its answer does not. */
  | { readonly kind: 'lose-answer' };

export interface Line {
  readonly url: string;
  /** Applies to the next request whose first line matches; then the line is good again. */
  fault(match: RegExp, what: LineFault): void;
  /** Faults that were armed and have not struck yet. */
  pending(): number;
  close(): Promise<void>;
}

/** A real TCP line between kiosk and cloud that can be cut at any byte. */
export async function openLine(target: string): Promise<Line> {
  const { hostname, port } = new URL(target);
  const faults: { readonly match: RegExp; readonly what: LineFault }[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    let left = Infinity;
    let deaf = false;
    near.on('data', (chunk: Buffer) => {
      const first = chunk.subarray(0, 200).toString('latin1');
      const index = faults.findIndex(({ match }) => match.test(first));
      if (index >= 0 && left === Infinity && !deaf) {
        const [{ what }] = faults.splice(index, 1) as [(typeof faults)[number]];
        if (what.kind === 'cut') left = what.afterBytes;
        else deaf = true;
      }
      far.write(chunk.subarray(0, Math.min(left, chunk.length)));
      left -= chunk.length;
      if (left <= 0) far.end(() => near.destroy());
    });
    far.on('data', (chunk: Buffer) => {
      if (deaf) near.destroy();
      else near.write(chunk);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    fault: (match, what) => faults.push({ match, what }),
    pending: () => faults.length,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
