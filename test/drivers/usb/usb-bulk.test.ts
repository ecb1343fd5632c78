import { describe, expect, it } from 'vitest';
import { openBulkOut } from '../../../drivers/usb/usb-bulk.ts';
import { FakeUsb } from './fake-usb.ts';

describe('the bulk interface beside HID', () => {
  it('is found from the descriptors, claimed alone, written to whole and given back', async () => {
    const usb = new FakeUsb();
    const bulk = (await openBulkOut(usb))!;
    expect([...usb.claimed]).toEqual([1]);
    const picture = Uint8Array.from({ length: 40_000 }, (_, at) => at % 251);
    await bulk.write(picture);
    expect(new Set(usb.written.map(({ endpoint }) => endpoint))).toEqual(new Set([2]));
    expect(Buffer.concat(usb.written.map(({ bytes }) => bytes)).equals(Buffer.from(picture))).toBe(true);
    await bulk.close();
    await bulk.close();
    expect(usb.calls).toEqual(['claim 1', 'release 1', 'close']);
    expect([...usb.bound]).toEqual([0]);
    await expect(bulk.write(picture)).rejects.toMatchObject({ code: 'unplugged' });
  });
  it('is null on a pad that has none', async () => {
    const usb = new FakeUsb();
    usb.configuration = usb.configuration.slice(0, 34);
    expect(await openBulkOut(usb)).toBeNull();
    expect([usb.opened, usb.claimed.size]).toEqual([false, 0]);
  });
  it('says when the pad is pulled while a picture goes over', async () => {
    const usb = new FakeUsb();
    const bulk = (await openBulkOut(usb))!;
    usb.transferOut = () => Promise.reject(new Error('transferOut error: Disconnected'));
    await expect(bulk.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'unplugged' });
  });
});
