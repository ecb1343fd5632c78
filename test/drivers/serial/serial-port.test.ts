import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { describe, expect, it, type TestContext } from 'vitest';
import { openSerialPort, serialOpenError, serialPort } from '../../../drivers/serial/serial-port.ts';
import type { SerialLine } from '../../../drivers/serial/serial-line.ts';

const topaz = { baudRate: 19_200, dataBits: 8, parity: 'odd' } as const;

describe('a serial port', () => {
  /** Reads what the test gives, then waits for ever. */
  const lineOf = (chunks: readonly (Uint8Array | Error)[]) => {
    let next = 0;
    let closes = 0;
    const line: SerialLine = {
      read: (buffer) => {
        const chunk = chunks[next];
        next += 1;
        if (chunk === undefined) return new Promise(() => undefined);
        if (chunk instanceof Error) return Promise.reject(chunk);
        buffer.set(chunk);
        return Promise.resolve({ bytesRead: chunk.length });
      },
      close: () => {
        closes += 1;
        return Promise.resolve();
      },
    };
    return { line, closes: () => closes };
  };
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it('passes bytes on in order, each piece its own', async () => {
    const { line } = lineOf([Uint8Array.of(1, 2), Uint8Array.of(3)]);
    const port = serialPort(line);
    const heard: Uint8Array[] = [];
    port.onInput((bytes) => heard.push(bytes));
    await settled();
    expect(heard).toEqual([Uint8Array.of(1, 2), Uint8Array.of(3)]);
  });

  it('says once that the line is gone, and lets it go', async () => {
    const { line, closes } = lineOf([Uint8Array.of(1), new Error('gone')]);
    const port = serialPort(line);
    const reasons: string[] = [];
    port.onClosed((reason) => reasons.push(reason));
    await settled();
    await port.close();
    expect(reasons).toEqual(['unplugged']);
    expect(closes()).toBe(1);
  });

  it('is gone when it reads as at its end, as one that the kernel has hung up', async () => {
    const fd = openSync('/dev/null', 'r');
    const { line } = lineOf([]);
    const port = serialPort({ ...line, fd, poller: { once: () => undefined } });
    expect(await new Promise((resolve) => port.onClosed(resolve))).toBe('unplugged');
    closeSync(fd);
  });

  it('says that it was asked when it was', async () => {
    const { line, closes } = lineOf([]);
    const port = serialPort(line);
    const reasons: string[] = [];
    port.onClosed((reason) => reasons.push(reason));
    await port.close();
    await port.close();
    expect([reasons, closes()]).toEqual([['asked'], 1]);
  });

  it('is refused where there is none', async () => {
    await expect(openSerialPort('/dev/no-such-port', topaz)).rejects.toMatchObject({
      name: 'PadError',
      code: 'refused',
      message: 'the serial port cannot be opened',
    });
  });

  it.each([
    ['Error: Permission denied, cannot open /dev/ttyUSB0', 'no-serial-permission'],
    ['Opening COM3: Access denied', 'no-serial-permission'],
    ['Error Resource temporarily unavailable Cannot lock port', 'in-use'],
    ['Error: No such file or directory, cannot open /dev/ttyUSB0', undefined],
  ])('says of %j what stands in the way', (words, problem) => {
    expect(serialOpenError(words)).toMatchObject({ code: 'refused' });
    expect((serialOpenError(words) as { problem?: string }).problem).toBe(problem);
  });

  it('is in use while another program has it', async (ctx) => {
    const terminal = await openTerminal(ctx);
    const port = await openSerialPort(terminal.path, topaz);
    await expect(openSerialPort(terminal.path, topaz)).rejects.toMatchObject({ code: 'refused', problem: 'in-use' });
    await port.close();
  });

  it('can be closed in the moment in which it is read, again and again', async (ctx) => {
    const terminal = await openTerminal(ctx);
    for (let times = 0; times < 60; times += 1) {
      const port = await openSerialPort(terminal.path, topaz);
      const gone = new Promise((resolve) => port.onClosed(resolve));
      if (times % 2 === 1) await new Promise((resolve) => setImmediate(resolve));
      await port.close();
      expect(await gone).toBe('asked');
    }
  });

  it('carries every byte of a real terminal line, and notices when it is gone', async (ctx) => {
    const terminal = await openTerminal(ctx);
    const port = await openSerialPort(terminal.path, topaz);
    const heard: number[] = [];
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const complete = new Promise<void>((resolve) => {
      port.onInput((bytes) => {
        heard.push(...bytes);
        if (heard.length >= all.length) resolve();
      });
    });
    const gone = new Promise((resolve) => port.onClosed(resolve));
    terminal.write(all);
    await complete;
    expect(heard).toEqual([...all]);
    terminal.end();
    expect(await gone).toBe('unplugged');
  });
});

/** The far end of a pseudo-terminal, which `script` of util-linux holds for us. */
async function openTerminal(ctx: TestContext) {
  if (process.platform !== 'linux' || !existsSync('/usr/bin/script')) ctx.skip('skipped: no util-linux');
  const holder = spawn('/usr/bin/script', ['-qfc', 'tty; exec sleep 60', '/dev/null']);
  ctx.onTestFinished(() => void holder.kill('SIGKILL'));
  const path = await new Promise<string>((resolve, reject) => {
    holder.once('error', reject);
    holder.once('exit', () => reject(new Error('script ended')));
    holder.stdout.on('data', (text: Buffer) => {
      const found = /\/dev\/pts\/\d+/.exec(text.toString('latin1'));
      if (found) resolve(found[0]);
    });
  });
  return {
    path,
    write: (bytes: Uint8Array) => holder.stdin.write(bytes),
    end: () => holder.kill('SIGKILL'),
  };
}
