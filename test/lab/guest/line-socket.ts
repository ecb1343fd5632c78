import { connect, type Socket } from 'node:net';

/** Lines of text over a Unix socket. */
export interface LineSocket {
  onLine(listener: (line: string) => void): void;
  onEnd(listener: () => void): void;
  send(line: string): void;
  close(): void;
}

const LOOK_EVERY_MS = 25;
const LOOK_FOR_MS = 30_000;

/** A program that was just started takes a moment to listen. */
export async function connectWhenThere(path: string): Promise<LineSocket> {
  return lines(await socketWhenThere(path));
}

export async function socketWhenThere(path: string): Promise<Socket> {
  for (const until = Date.now() + LOOK_FOR_MS; ;) {
    const socket = await tryConnect(path);
    if (socket !== null) return socket;
    if (Date.now() > until) throw new Error('the machine did not begin to listen');
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

function tryConnect(path: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(null));
  });
}

function lines(socket: Socket): LineSocket {
  const listeners: ((line: string) => void)[] = [];
  let rest = '';
  socket.setEncoding('utf8');
  // The other side may go at any moment; 'close' follows.
  socket.on('error', () => undefined);
  socket.on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) if (line.trim() !== '') for (const listener of listeners) listener(line);
  });
  return {
    onLine: (listener) => void listeners.push(listener),
    onEnd: (listener) => void socket.once('close', listener),
    send: (line) => void socket.write(`${line}\n`),
    close: () => void socket.destroy(),
  };
}
