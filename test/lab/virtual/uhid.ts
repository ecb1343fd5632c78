/** A virtual HID device without a USB bus, by /dev/uhid: hidraw sees it, libusb and `usb` do not. */
import { writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { Stall } from './hid-function.ts';
import type { HidFunction } from './hid-function.ts';
import {
  encodeCreate,
  encodeDestroy,
  encodeGetReply,
  encodeInput,
  encodeSetReply,
  eventBytes,
  parseEvent,
} from './uhid-events.ts';
import type { UhidEvent } from './uhid-events.ts';
import type { UsbIdentity } from './usb-descriptors.ts';

const busUsb = 3;

export interface UhidPlugged {
  /** Resolves when the kernel has let the device go. */
  readonly ended: Promise<void>;
  unplug(): void;
}

/** Resolves when the kernel has bound the device. Rejects without /dev/uhid or the right to it. */
export async function plugUhid(hid: HidFunction, identity: UsbIdentity, place: string): Promise<UhidPlugged> {
  const file = await open('/dev/uhid', 'r+');
  const send = (bytes: Uint8Array): void => void writeSync(file.fd, bytes);
  const stopListening = hid.onInput((report) => send(encodeInput(report)));
  const { vid, pid, release, product, serial } = identity;
  const { reportDescriptor } = hid;
  send(encodeCreate({ name: product, place, serial: serial ?? '', bus: busUsb, vid, pid, release, reportDescriptor }));
  let destroyed = false;
  let started: () => void = () => undefined;
  const bound = new Promise<void>((resolve) => (started = resolve));
  const unplug = (): void => {
    if (destroyed) return;
    destroyed = true;
    stopListening();
    send(encodeDestroy());
  };
  const ended = readEvents(file, (event) => {
    if (event.kind === 'started') started();
    else if (!destroyed) answer(hid, event, (bytes) => (destroyed ? undefined : send(bytes)));
  }).finally(async () => {
    stopListening();
    await file.close();
  });
  await Promise.race([bound, ended]);
  return { ended, unplug };
}

/** Until the device has been stopped. A read waits in a thread of its own until the kernel has something to say. */
async function readEvents(file: FileHandle, take: (event: UhidEvent) => void): Promise<void> {
  const buffer = new Uint8Array(eventBytes);
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
    const event = parseEvent(buffer.subarray(0, bytesRead));
    take(event);
    if (event.kind === 'stopped') return;
  }
}

function answer(hid: HidFunction, event: UhidEvent, send: (bytes: Uint8Array) => void): void {
  const stalled = (error: unknown): null => {
    if (error instanceof Stall) return null;
    throw error;
  };
  switch (event.kind) {
    case 'get':
      void hid
        .get(event.report, event.id)
        .then((report) => report, stalled)
        .then((report) => {
          send(encodeGetReply(event.request, report));
        });
      return;
    case 'set':
      void hid
        .set(event.report, event.data)
        .then(() => true, stalled)
        .then((taken) => {
          send(encodeSetReply(event.request, taken === true));
        });
      return;
    case 'output':
      void hid.set('output', event.report).catch(stalled);
      return;
    case 'started':
    case 'stopped':
    case 'opened':
    case 'closed':
    case 'other':
  }
}
