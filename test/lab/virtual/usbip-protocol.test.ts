import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeList, encodeRequest, encodeTaken, requestReader } from './usbip-devlist.ts';
import type { UsbipRequest } from './usbip-devlist.ts';
import { commandReader, encodeCommand, encodeReply, largestTransfer, replyReader } from './usbip-protocol.ts';
import type { UsbipCommand, UsbipReply } from './usbip-protocol.ts';

const u32 = fc.integer({ min: 0, max: 0xffffffff });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u8 = fc.integer({ min: 0, max: 0xff });
const setup = fc.record({ requestType: u8, request: u8, value: u16, index: u16, length: u16 });
const command: fc.Arbitrary<UsbipCommand> = fc.oneof(
  fc.record({ type: fc.constant('unlink' as const), sequence: u32, device: u32, victim: u32 }),
  fc
    .record({
      type: fc.constant('submit' as const),
      sequence: u32,
      device: u32,
      direction: fc.constantFrom('in' as const, 'out' as const),
      endpoint: fc.integer({ min: 0, max: 15 }),
      length: fc.integer({ min: 0, max: 70_000 }),
      setup,
      data: fc.uint8Array({ maxLength: 300 }),
    })
    .map((one) => (one.direction === 'in' ? { ...one, data: new Uint8Array(0) } : { ...one, length: one.data.length })),
);

/** The same bytes, cut wherever the sizes say. */
function chunks(bytes: Uint8Array, sizes: readonly number[]): readonly Uint8Array[] {
  const cut: Uint8Array[] = [];
  let at = 0;
  for (let n = 0; at < bytes.length; n++) {
    const size = sizes[n % sizes.length]!;
    cut.push(bytes.slice(at, at + size));
    at += size;
  }
  return cut;
}
const sizes = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 8 });

describe('USB/IP frames', () => {
  it('has a submit as the kernel writes it', () => {
    const bytes = encodeCommand({
      type: 'submit',
      sequence: 7,
      device: 0x10002,
      direction: 'in',
      endpoint: 0,
      length: 17,
      setup: { requestType: 0xa1, request: 1, value: 0x0308, index: 0, length: 17 },
      data: new Uint8Array(0),
    });
    expect(Buffer.from(bytes).toString('hex')).toBe(
      ['00000001', '00000007', '00010002', '00000001', '00000000', '00000000', '00000011'].join('') +
        ['00000000', '00000000', '00000000', 'a1010803', '00001100'].join(''),
    );
  });

  it('has a stall as the kernel reads it', () => {
    const bytes = encodeReply({
      type: 'submitted',
      sequence: 9,
      status: -32,
      actualLength: 0,
      data: new Uint8Array(0),
    });
    expect(bytes).toHaveLength(48);
    expect(Buffer.from(bytes.subarray(0, 28)).toString('hex')).toBe(
      ['00000003', '00000009', '00000000', '00000000', '00000000', 'ffffffe0', '00000000'].join(''),
    );
  });

  it('reads back commands however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 6 }), sizes, (commands, cuts) => {
        const reader = commandReader();
        const stream = Buffer.concat(commands.map(encodeCommand));
        expect(chunks(stream, cuts).flatMap((chunk) => reader.push(chunk))).toEqual(commands);
        expect(reader.rest).toHaveLength(0);
      }),
    );
  });

  it('reads back replies however the stream is cut', () => {
    const reply: fc.Arbitrary<UsbipReply> = fc.oneof(
      fc.record({ type: fc.constant('unlinked' as const), sequence: u32, status: fc.constantFrom(0, -104) }),
      fc
        .record({
          type: fc.constant('submitted' as const),
          sequence: fc.integer({ min: 0, max: 0x7ffffffe }).map((n) => n * 2),
          status: fc.constantFrom(0, -32),
          data: fc.uint8Array({ maxLength: 300 }),
        })
        .map((one) => ({ ...one, actualLength: one.data.length })),
      // Out transfers tell how much went, without data: odd sequence numbers here.
      fc.record({
        type: fc.constant('submitted' as const),
        sequence: fc.integer({ min: 0, max: 0x7ffffffe }).map((n) => n * 2 + 1),
        status: fc.constant(0),
        actualLength: u8,
        data: fc.constant(new Uint8Array(0)),
      }),
    );
    fc.assert(
      fc.property(fc.array(reply, { maxLength: 6 }), sizes, (replies, cuts) => {
        const reader = replyReader((sequence) => sequence % 2 === 0);
        const stream = Buffer.concat(replies.map(encodeReply));
        expect(chunks(stream, cuts).flatMap((chunk) => reader.push(chunk))).toEqual(replies);
      }),
    );
  });

  it('gives frames or says why not, never throws, on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), sizes, (bytes, cuts) => {
        const reader = commandReader();
        for (const chunk of chunks(bytes, cuts)) reader.push(chunk);
        expect(reader.broken === null || reader.push(bytes).length === 0).toBe(true);
      }),
    );
  });

  it('calls a transfer longer than any picture a broken stream', () => {
    const bytes = encodeCommand({
      type: 'submit',
      sequence: 1,
      device: 1,
      direction: 'out',
      endpoint: 2,
      length: largestTransfer + 1,
      setup: { requestType: 0, request: 0, value: 0, index: 0, length: 0 },
      data: new Uint8Array(0),
    });
    const reader = commandReader();
    expect(reader.push(bytes)).toEqual([]);
    expect(reader.broken).toBe(`transfer of ${largestTransfer + 1} bytes`);
  });
});

describe('USB/IP before attaching', () => {
  const device = {
    busId: '1-1',
    bus: 1,
    device: 2,
    speed: 2,
    vid: 0x056a,
    pid: 0x00a5,
    release: 0x0100,
    interfaces: [
      { class: 3, subclass: 0, protocol: 0 },
      { class: 255, subclass: 0, protocol: 0 },
    ],
  };

  it('reads one request and leaves the rest to the device', () => {
    const request: fc.Arbitrary<UsbipRequest> = fc.oneof(
      fc.constant({ type: 'list' as const }),
      fc.stringMatching(/^[0-9.-]{1,31}$/).map((busId) => ({ type: 'take' as const, busId })),
    );
    fc.assert(
      fc.property(request, fc.uint8Array({ maxLength: 60 }), sizes, (one, rest, cuts) => {
        const reader = requestReader();
        const stream = Buffer.concat([encodeRequest(one), rest]);
        expect(chunks(stream, cuts).flatMap((chunk) => reader.push(chunk))).toEqual([one]);
        expect(Buffer.from(reader.rest).equals(Buffer.from(rest))).toBe(true);
      }),
    );
  });

  it('lists a device with its interfaces in the layout of the tool', () => {
    const bytes = encodeList([device]);
    expect(bytes).toHaveLength(8 + 4 + 312 + 8);
    expect(Buffer.from(bytes.subarray(0, 12)).toString('hex')).toBe('011100050000000000000001');
    expect(Buffer.from(bytes.subarray(12 + 288, 12 + 312)).toString('hex')).toBe(
      ['00000001', '00000002', '00000002', '056a', '00a5', '0100', '000000', '01', '01', '02'].join(''),
    );
    expect(Buffer.from(bytes.subarray(12 + 312)).toString('hex')).toBe('03000000ff000000');
  });

  it('tells a taken device without its interfaces, and a refusal by its status alone', () => {
    expect(encodeTaken(device)).toHaveLength(8 + 312);
    expect(Buffer.from(encodeTaken('no-such-device')).toString('hex')).toBe('0111000300000004');
    expect(Buffer.from(encodeTaken('busy')).toString('hex')).toBe('0111000300000002');
  });
});
