/**
 * The port to serial lines, and the one door to `@serialport/bindings-cpp`. Its binaries come inside the package; where
 * there is none for this system, opening is refused like any port that cannot be had.
 */
import { PadOpenError } from '../open-problem.ts';
import { PadError } from '../pad.ts';
import type { ClosedReason, PenSource } from '../pad.ts';
import { readLine, type SerialLine } from './serial-line.ts';

/** A serial line. Pads that only send need no more. */
export type SerialPort = PenSource;

export interface SerialSettings {
  readonly baudRate: number;
  readonly dataBits: 7 | 8;
  readonly parity: 'none' | 'odd' | 'even';
}

/** Rejects with `PadError` 'refused': no such port, no permission, or another program has it. */
export async function openSerialPort(path: string, settings: SerialSettings): Promise<SerialPort> {
  let line: SerialLine;
  try {
    // The package's types lean on those of another one, which TypeScript does not find.
    const { autoDetect } = (await import('@serialport/bindings-cpp')) as { autoDetect: () => SerialBinding };
    line = await autoDetect().open({ path, stopBits: 1, rtscts: false, ...settings });
  } catch (error) {
    throw serialOpenError(error instanceof Error ? error.message : '');
  }
  return serialPort(line);
}

/** By the words of the system, which the package passes on. */
export function serialOpenError(words: string): PadError {
  if (/permission denied|access denied/i.test(words)) {
    return new PadOpenError('no-serial-permission', 'no permission to open the serial port');
  }
  if (/cannot lock|busy/i.test(words)) return new PadOpenError('in-use', 'another program has the serial port');
  return new PadError('refused', 'the serial port cannot be opened');
}

interface SerialBinding {
  open(options: SerialSettings & { path: string; stopBits: 1; rtscts: boolean }): Promise<SerialLine>;
}

export function serialPort(line: SerialLine): SerialPort {
  const inputs = new Set<(bytes: Uint8Array) => void>();
  const closings = new Set<(reason: ClosedReason) => void>();
  let closed = false;
  const end = (reason: ClosedReason): void => {
    if (closed) return;
    closed = true;
    for (const listener of [...closings]) listener(reason);
  };
  const pump = async (): Promise<void> => {
    const buffer = Buffer.alloc(256);
    while (!isClosed()) {
      const bytesRead = await readLine(line, buffer);
      const bytes = Uint8Array.from(buffer.subarray(0, bytesRead));
      for (const listener of [...inputs]) listener(bytes);
    }
  };
  const isClosed = (): boolean => closed;
  pump().catch(() => {
    // A read ends in an error when the device goes away, or when the line is closed from here.
    if (isClosed()) return;
    end('unplugged');
    line.close().catch(() => undefined);
  });
  return {
    onInput: (listener) => {
      inputs.add(listener);
      return () => inputs.delete(listener);
    },
    onClosed: (listener) => {
      closings.add(listener);
      return () => closings.delete(listener);
    },
    close: async () => {
      if (closed) return;
      end('asked');
      await line.close();
    },
  };
}
