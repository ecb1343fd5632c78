/**
 * Two texts in which people share what a HID device sent: hid-recorder (one `E:` line a report) and usbhid-dump (a
 * header line, then bytes). Both may carry report descriptors, and more than one interface.
 */
import { err, ok } from '../../signing/result.ts';
import type { Result } from '../../signing/result.ts';

export interface RecordedReport {
  readonly bytes: Uint8Array;
  /** Microseconds of the recorder's clock, as written. */
  readonly at: number;
}
/** What one HID interface said of itself and sent. */
export interface RecordedInterface {
  /** Vendor and product, where the text tells them: '056a:00fb'. */
  readonly device: string | null;
  readonly descriptor: Uint8Array | null;
  readonly reports: readonly RecordedReport[];
}
interface Open {
  device: string | null;
  descriptor: Uint8Array | null;
  readonly reports: RecordedReport[];
}

/** Where a line cannot be read; never what it holds. */
export type RecordingTextProblem = string;

/** Longer reports are on no transport. */
const maxReport = 65_535;

/** Null when the text is neither of the two. */
export function readRecordingText(text: string): Result<readonly RecordedInterface[], RecordingTextProblem> | null {
  const head = text.slice(0, 4000);
  if (/^\d{1,4}:\d{1,4}:\d{1,4}:(?:STREAM|DESCRIPTOR)\s/m.test(head)) return readUsbhidDump(text);
  if (/^R: ?\d/m.test(head) || /^E: ?\d+\.\d+ \d+ [0-9a-fA-F]{2}\b/m.test(head)) return readHidRecorder(text);
  return null;
}

function readHidRecorder(text: string): Result<readonly RecordedInterface[], RecordingTextProblem> {
  const interfaces = new Map<string, Open>();
  let current = opened(interfaces, '0');
  for (const [number, line] of lines(text)) {
    const value = line.slice(2).trim();
    switch (line.slice(0, 2)) {
      case 'D:':
        current = opened(interfaces, value);
        break;
      case 'R:': {
        const bytes = countedBytes(value);
        if (bytes === null) return err(`line ${number} is no report descriptor`);
        current.descriptor = bytes;
        break;
      }
      case 'I:': {
        const ids = /^[0-9a-fA-F]+ ([0-9a-fA-F]{1,4}) ([0-9a-fA-F]{1,4})$/.exec(value);
        if (ids !== null) current.device = ids.slice(1).map(fourDigits).join(':');
        break;
      }
      case 'E:': {
        const event = /^(\d{1,12})\.(\d{1,6}) (.*)$/.exec(value);
        const bytes = event === null ? null : countedBytes(event[3] ?? '');
        if (event === null || bytes === null) return err(`line ${number} is no report`);
        current.reports.push({ bytes, at: micros(event[1], event[2]) });
        break;
      }
      default:
        // Names, places and comments.
        break;
    }
  }
  return ok([...interfaces.values()]);
}

function readUsbhidDump(text: string): Result<readonly RecordedInterface[], RecordingTextProblem> {
  const interfaces = new Map<string, Open>();
  let open: { readonly into: Open; readonly stream: boolean; readonly at: number; readonly bytes: number[] } | null =
    null;
  const close = (): void => {
    if (open === null) return;
    const bytes = Uint8Array.from(open.bytes);
    if (open.stream) open.into.reports.push({ bytes, at: open.at });
    else open.into.descriptor = bytes;
    open = null;
  };
  for (const [number, line] of lines(text)) {
    const header = /^(\d{1,4}:\d{1,4}:\d{1,4}):(STREAM|DESCRIPTOR)\s+(\d{1,12})\.(\d{1,6})\s*$/.exec(line);
    if (header !== null) {
      close();
      const into = opened(interfaces, header[1] ?? '');
      open = { into, stream: header[2] === 'STREAM', at: micros(header[3], header[4]), bytes: [] };
      continue;
    }
    if (line.trim() === '') continue;
    const bytes = hexBytes(line.trim());
    if (bytes === null || open === null || open.bytes.length + bytes.length > maxReport) {
      return err(`line ${number} holds no bytes of a report`);
    }
    open.bytes.push(...bytes);
  }
  close();
  return ok([...interfaces.values()]);
}

function* lines(text: string): Generator<readonly [number, string]> {
  let from = 0;
  for (let number = 1; from < text.length; number += 1) {
    const newline = text.indexOf('\n', from);
    const to = newline < 0 ? text.length : newline;
    yield [number, text.slice(from, to).replace(/\r$/, '')];
    from = to + 1;
  }
}

function opened(interfaces: Map<string, Open>, name: string): Open {
  const known = interfaces.get(name);
  if (known !== undefined) return known;
  const made: Open = { device: null, descriptor: null, reports: [] };
  interfaces.set(name, made);
  return made;
}

/** `<n> <n hex bytes>`. */
function countedBytes(text: string): Uint8Array | null {
  const space = text.indexOf(' ');
  const count = Number(text.slice(0, space));
  const bytes = space < 0 ? null : hexBytes(text.slice(space + 1).trim());
  return bytes !== null && bytes.length === count && count <= maxReport ? Uint8Array.from(bytes) : null;
}

function hexBytes(text: string): readonly number[] | null {
  const parts = text.split(' ');
  return parts.every((part) => /^[0-9a-fA-F]{2}$/.test(part)) ? parts.map((part) => parseInt(part, 16)) : null;
}

function micros(seconds = '', fraction = ''): number {
  return Number(seconds) * 1_000_000 + Number(fraction.padEnd(6, '0'));
}

function fourDigits(hex: string): string {
  return hex.toLowerCase().padStart(4, '0');
}
