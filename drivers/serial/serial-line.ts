import { read } from 'node:fs';
import { promisify } from 'node:util';

/** The part of `@serialport/bindings-cpp` that is used. */
export interface SerialLine {
  /** Null once it is closed; absent on Windows. */
  readonly fd?: number | null;
  readonly poller?: { once(event: 'readable', told: (error: Error | null) => void): unknown };
  /** Waits for at least one byte, and rejects when the line is gone. */
  read(buffer: Buffer, offset: number, length: number): Promise<{ readonly bytesRead: number }>;
  close(): Promise<void>;
}

const readFd = promisify(read);

/**
 * Waits for bytes and gives their number, at least one; rejects when the line is gone. Where there is a file descriptor it is
 * read from here: a line that the kernel has hung up reads as its end for ever (tty_hung_up_p), and the package would ask
 * it again and again without telling.
 */
export async function readLine(line: SerialLine, buffer: Buffer): Promise<number> {
  const { fd, poller } = line;
  if (typeof fd !== 'number' || poller === undefined) return (await line.read(buffer, 0, buffer.length)).bytesRead;
  while (line.fd === fd) {
    try {
      const { bytesRead } = await readFd(fd, buffer, 0, buffer.length, null);
      if (bytesRead > 0) return bytesRead;
      break;
    } catch (error) {
      if (!isNothingYet(error)) throw error;
    }
    // Closed while it was read: its poller is freed, and asking a freed one ends the process.
    if (line.fd !== fd) break;
    await new Promise<void>((resolve, reject) => {
      poller.once('readable', (error) => (error === null ? resolve() : reject(error)));
    });
  }
  throw new Error('the line is gone');
}

function isNothingYet(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return ['EAGAIN', 'EWOULDBLOCK', 'EINTR'].includes(code);
}
