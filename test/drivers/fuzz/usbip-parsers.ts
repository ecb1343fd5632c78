import { encodeRequest, requestReader } from '../../lab/virtual/usbip-devlist.ts';
import { commandReader, encodeCommand, encodeReply, replyReader } from '../../lab/virtual/usbip-protocol.ts';
import type { ByteReader, UsbipCommand } from '../../lab/virtual/usbip-protocol.ts';
import type { FuzzedParser } from './fuzz-parser.ts';

/** GET_REPORT of the status, as a kernel asks a STU pad. */
const setup = { requestType: 0xa1, request: 0x01, value: 0x0303, index: 0, length: 5 };
const submit = { type: 'submit', device: 1, endpoint: 0, setup } as const;
const commands: readonly UsbipCommand[] = [
  { ...submit, sequence: 1, direction: 'in', length: 5, data: new Uint8Array(0) },
  { ...submit, sequence: 2, direction: 'out', length: 4, data: Uint8Array.of(0x21, 1, 2, 3) },
  { type: 'unlink', sequence: 3, device: 1, victim: 1 },
];
const data = Uint8Array.of(3, 0, 0, 0, 0);

/** Whether any frame came out. A fresh reader each time: one that is broken reads no more. */
const reads =
  (reader: () => ByteReader<unknown>): FuzzedParser['parse'] =>
  (bytes) =>
    reader().push(bytes).length > 0;

/** The virtual pads of the lab speak to a kernel, and their server to whoever connects. */
export const usbipParsers: readonly FuzzedParser[] = [
  { name: 'USB/IP commands', seeds: commands.map(encodeCommand), parse: reads(commandReader) },
  {
    name: 'USB/IP replies',
    seeds: [
      encodeReply({ type: 'submitted', sequence: 2, status: 0, actualLength: 5, data }),
      encodeReply({ type: 'unlinked', sequence: 3, status: -104 }),
    ],
    parse: reads(() => replyReader((sequence) => sequence % 2 === 0)),
  },
  {
    name: 'USB/IP requests',
    seeds: [encodeRequest({ type: 'list' }), encodeRequest({ type: 'take', busId: '1-1' })],
    parse: reads(requestReader),
  },
];
