/**
 * USB/IP on the wire (Linux kernel, Documentation/usb/usbip_protocol.rst): 48-byte headers, everything big-endian.
 * Pure: bytes to frames and back, whatever way the bytes are cut. Isochronous transfers are left out, no pad has them.
 */
export const usbipVersion = 0x0111;
export const usbipHeaderBytes = 48;
/** More than any picture of a pad; a larger length is a broken stream, not a transfer. */
export const largestTransfer = 4 * 1024 * 1024;

const code = { submit: 1, unlink: 2, submitted: 3, unlinked: 4 } as const;

export interface UsbSetup {
  readonly requestType: number;
  readonly request: number;
  readonly value: number;
  readonly index: number;
  readonly length: number;
}
export interface SubmitCommand {
  readonly type: 'submit';
  readonly sequence: number;
  readonly device: number;
  readonly direction: 'in' | 'out';
  readonly endpoint: number;
  /** Bytes wanted (in) or sent (out). */
  readonly length: number;
  readonly setup: UsbSetup;
  /** Empty for direction 'in'. */
  readonly data: Uint8Array;
}
export interface UnlinkCommand {
  readonly type: 'unlink';
  readonly sequence: number;
  readonly device: number;
  readonly victim: number;
}
export interface SubmitReply {
  readonly type: 'submitted';
  readonly sequence: number;
  /** 0, or a negative errno: -32 is a stall. */
  readonly status: number;
  readonly actualLength: number;
  /** Empty for a transfer out. */
  readonly data: Uint8Array;
}
export interface UnlinkReply {
  readonly type: 'unlinked';
  readonly sequence: number;
  /** -104 when the victim was pending, 0 when it had been answered. */
  readonly status: number;
}
export type UsbipCommand = SubmitCommand | UnlinkCommand;
export type UsbipReply = SubmitReply | UnlinkReply;

export const errno = { stall: -32, reset: -104, noDevice: -19 } as const;

export function encodeCommand(command: UsbipCommand): Uint8Array {
  const data = command.type === 'submit' ? command.data : new Uint8Array(0);
  const [bytes, view] = header(usbipHeaderBytes + data.length);
  view.setUint32(0, code[command.type]);
  view.setUint32(4, command.sequence);
  view.setUint32(8, command.device);
  if (command.type === 'unlink') {
    view.setUint32(20, command.victim);
    return bytes;
  }
  view.setUint32(12, command.direction === 'in' ? 1 : 0);
  view.setUint32(16, command.endpoint);
  view.setUint32(24, command.length);
  const { setup } = command;
  view.setUint8(40, setup.requestType);
  view.setUint8(41, setup.request);
  // Setup bytes are as on the bus: little-endian.
  view.setUint16(42, setup.value, true);
  view.setUint16(44, setup.index, true);
  view.setUint16(46, setup.length, true);
  bytes.set(data, usbipHeaderBytes);
  return bytes;
}

export function encodeReply(reply: UsbipReply): Uint8Array {
  const data = reply.type === 'submitted' ? reply.data : new Uint8Array(0);
  const [bytes, view] = header(usbipHeaderBytes + data.length);
  view.setUint32(0, code[reply.type]);
  view.setUint32(4, reply.sequence);
  view.setInt32(20, reply.status);
  if (reply.type === 'submitted') view.setUint32(24, reply.actualLength);
  bytes.set(data, usbipHeaderBytes);
  return bytes;
}

function header(length: number): [Uint8Array, DataView] {
  const bytes = new Uint8Array(length);
  return [bytes, new DataView(bytes.buffer)];
}

/** Takes bytes in any chunking. Once `broken` says why, the rest of the stream means nothing and is left unread. */
export class ByteReader<T> {
  readonly #parse: (bytes: Uint8Array) => Parsed<T>;
  #held: Uint8Array = new Uint8Array(0);
  #broken: string | null = null;

  constructor(parse: (bytes: Uint8Array) => Parsed<T>) {
    this.#parse = parse;
  }

  get broken(): string | null {
    return this.#broken;
  }
  /** What has arrived and belongs to no frame yet. */
  get rest(): Uint8Array {
    return this.#held;
  }

  push(chunk: Uint8Array): readonly T[] {
    const frames: T[] = [];
    if (this.#broken !== null) return frames;
    let bytes = plain(this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]));
    for (;;) {
      const parsed = this.#parse(bytes);
      if (parsed === 'more') break;
      if ('broken' in parsed) {
        this.#broken = parsed.broken;
        return frames;
      }
      frames.push(parsed.frame);
      bytes = bytes.subarray(parsed.bytes);
    }
    // A copy: the chunk belongs to whoever gave it.
    this.#held = bytes.slice();
    return frames;
  }
}
export type Parsed<T> = 'more' | { readonly broken: string } | { readonly frame: T; readonly bytes: number };

export function commandReader(): ByteReader<UsbipCommand> {
  return new ByteReader(parseCommand);
}

function parseCommand(bytes: Uint8Array): Parsed<UsbipCommand> {
  if (bytes.length < usbipHeaderBytes) return 'more';
  const view = viewOf(bytes);
  const kind = view.getUint32(0);
  const sequence = view.getUint32(4);
  const device = view.getUint32(8);
  if (kind === code.unlink) {
    return { frame: { type: 'unlink', sequence, device, victim: view.getUint32(20) }, bytes: usbipHeaderBytes };
  }
  if (kind !== code.submit) return { broken: `command ${kind}` };
  const direction = view.getUint32(12) === 1 ? 'in' : 'out';
  const length = view.getUint32(24);
  if (length > largestTransfer) return { broken: `transfer of ${length} bytes` };
  const follows = direction === 'out' ? length : 0;
  if (bytes.length < usbipHeaderBytes + follows) return 'more';
  const frame: SubmitCommand = {
    type: 'submit',
    sequence,
    device,
    direction,
    endpoint: view.getUint32(16),
    length,
    setup: {
      requestType: view.getUint8(40),
      request: view.getUint8(41),
      value: view.getUint16(42, true),
      index: view.getUint16(44, true),
      length: view.getUint16(46, true),
    },
    data: bytes.slice(usbipHeaderBytes, usbipHeaderBytes + follows),
  };
  return { frame, bytes: usbipHeaderBytes + follows };
}

/** The replies carry no direction: `isIn` knows which submits asked for data. */
export function replyReader(isIn: (sequence: number) => boolean): ByteReader<UsbipReply> {
  return new ByteReader<UsbipReply>((bytes) => {
    if (bytes.length < usbipHeaderBytes) return 'more';
    const view = viewOf(bytes);
    const kind = view.getUint32(0);
    const sequence = view.getUint32(4);
    const status = view.getInt32(20);
    if (kind === code.unlinked) return { frame: { type: 'unlinked', sequence, status }, bytes: usbipHeaderBytes };
    if (kind !== code.submitted) return { broken: `reply ${kind}` };
    const actualLength = view.getUint32(24);
    if (actualLength > largestTransfer) return { broken: `reply of ${actualLength} bytes` };
    const follows = isIn(sequence) ? actualLength : 0;
    if (bytes.length < usbipHeaderBytes + follows) return 'more';
    const data = bytes.slice(usbipHeaderBytes, usbipHeaderBytes + follows);
    return { frame: { type: 'submitted', sequence, status, actualLength, data }, bytes: usbipHeaderBytes + follows };
  });
}

/** A `Buffer` shares its memory where a plain array copies: `slice`. */
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
