import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { hidTransport, openHid } from '../../../drivers/hid/hid-transport.ts';

/** node-hid's `HIDAsync` as `lab.md` saw it behave. */
class FakeHid extends EventEmitter {
  readonly sent: Uint8Array[] = [];
  closed = 0;
  getFeatureReport(id: number, length: number): Promise<Buffer> {
    return Promise.resolve(Buffer.from([id, length]));
  }
  sendFeatureReport(data: number[] | Buffer): Promise<number> {
    this.sent.push(Uint8Array.from(data));
    return Promise.resolve(data.length);
  }
  close(): Promise<void> {
    this.closed++;
    return Promise.resolve();
  }
}

describe('the HID transport', () => {
  it('passes reports both ways, ID in byte 0', async () => {
    const device = new FakeHid();
    const transport = hidTransport(device);
    const inputs: Uint8Array[] = [];
    const stop = transport.onInput((report) => inputs.push(report));
    device.emit('data', Buffer.from([1, 2, 3]));
    stop();
    device.emit('data', Buffer.from([9]));
    expect(inputs.map((report) => [...report])).toEqual([[1, 2, 3]]);
    await transport.sendFeatureReport(Uint8Array.of(0x21, 1));
    expect([...device.sent[0]!]).toEqual([0x21, 1]);
    expect([...(await transport.getFeatureReport(3, 5))]).toEqual([3, 5]);
  });

  it.each([
    ['a string', 'hid_read: device disconnected', 'unplugged'],
    ['an Error', new Error('could not read from HID device: device disconnected'), 'unplugged'],
    ['a read failure', 'could not read data from device: Input/output error', 'unplugged'],
    ['something else', 'out of memory', 'failed'],
    ['nothing at all', undefined, 'failed'],
  ])('takes %s as error value and closes once', (_what, value, reason) => {
    const device = new FakeHid();
    const transport = hidTransport(device);
    const closed: string[] = [];
    transport.onClosed((why) => closed.push(why));
    device.emit('error', value);
    device.emit('error', value);
    expect(closed).toEqual([reason]);
    expect(device.closed).toBeGreaterThan(0);
  });

  it('survives an error before anyone listens', () => {
    const device = new FakeHid();
    hidTransport(device);
    expect(device.emit('error', 'device disconnected')).toBe(true);
  });

  it('says asked when it is closed by us, once', async () => {
    const device = new FakeHid();
    const transport = hidTransport(device);
    const closed: string[] = [];
    transport.onClosed((why) => closed.push(why));
    await transport.close();
    await transport.close();
    expect([closed, device.closed]).toEqual([['asked'], 1]);
  });

  it('closes the handle once, whoever asks and how often, and hands nothing on after it', async () => {
    const device = new FakeHid();
    const transport = hidTransport(device);
    const inputs: Uint8Array[] = [];
    transport.onInput((report) => inputs.push(report));
    device.emit('error', 'device disconnected');
    device.emit('data', Buffer.from([1]));
    await transport.close();
    expect([device.closed, inputs]).toEqual([1, []]);
  });

  it.each([
    ['a stall', false, 'refused'],
    ['a handle that has gone meanwhile', true, 'unplugged'],
  ])('turns a feature report that fails by %s into a PadError', async (_, gone, code) => {
    const device = new FakeHid();
    const transport = hidTransport(device);
    device.getFeatureReport = () => {
      if (gone) device.emit('error', 'device disconnected');
      return Promise.reject(new Error('could not get feature report from device: Broken pipe'));
    };
    await expect(transport.getFeatureReport(3, 5)).rejects.toMatchObject({ name: 'PadError', code });
  });

  it('tells a report descriptor where the system has one', async () => {
    const descriptor = Uint8Array.of(0x05, 0x0d);
    expect(await hidTransport(new FakeHid()).reportDescriptor()).toBeNull();
    expect(await hidTransport(new FakeHid(), () => Promise.resolve(descriptor)).reportDescriptor()).toBe(descriptor);
  });

  it('refuses a path that is not there with a PadError', async () => {
    await expect(openHid('/dev/hidraw-that-is-not-there')).rejects.toMatchObject({ name: 'PadError', code: 'refused' });
  });
});
