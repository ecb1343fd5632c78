import { describe, expect, it } from 'vitest';
import { openUsbHid } from '../../../drivers/usb/usb-hid-transport.ts';
import { ManualClock } from '../manual-clock.ts';
import { FakeUsb, stall, stuReportDescriptor } from './fake-usb.ts';

async function openFake(prepare: (usb: FakeUsb) => void = () => undefined) {
  const usb = new FakeUsb();
  prepare(usb);
  const clock = new ManualClock();
  const transport = await openUsbHid(usb, 0, clock);
  const inputs: (readonly number[])[] = [];
  const closed: string[] = [];
  transport.onInput((report) => inputs.push([...report]));
  transport.onClosed((reason) => closed.push(reason));
  return { usb, clock, transport, inputs, closed };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a HID interface taken from the kernel', () => {
  it('is detached and claimed, and given back with its driver when it is closed', async () => {
    const { usb, transport, closed } = await openFake();
    expect(usb.calls).toEqual(['detach 0', 'claim 0']);
    const closing = transport.close();
    await turn();
    expect(usb.calls).toEqual(['detach 0', 'claim 0']);
    usb.arrives('Cancelled');
    await closing;
    expect(usb.calls.slice(2)).toEqual(['release 0', 'attach 0', 'close']);
    expect([closed, usb.opened, [...usb.bound]]).toEqual([['asked'], false, [0]]);
  });
  it('brings no driver back where none was', async () => {
    const { usb, transport } = await openFake((fake) => fake.bound.clear());
    const closing = transport.close();
    usb.arrives('Cancelled');
    await closing;
    expect(usb.calls).toEqual(['claim 0', 'release 0', 'close']);
  });
  it('is configured first where the device has no configuration yet', async () => {
    const { usb } = await openFake((fake) => {
      fake.active = 0;
    });
    expect(usb.calls[0]).toBe('configuration 3');
  });
  it('reads features by class requests to its interface, ID first', async () => {
    const { usb, transport } = await openFake((fake) => {
      fake.feature = (setup) => {
        expect(setup).toEqual({
          requestType: 'class',
          recipient: 'interface',
          request: 1,
          value: 0x0303,
          index: 0,
        });
        return Uint8Array.of(3, 0, 0, 0, 0);
      };
    });
    expect([...(await transport.getFeatureReport(3, 5))]).toEqual([3, 0, 0, 0, 0]);
    expect(Math.max(...usb.limits)).toBeGreaterThan(2000);
  });
  it('sends features whole', async () => {
    const sent: unknown[] = [];
    const { transport } = await openFake((fake) => {
      fake.feature = ({ request, value }, data) => {
        sent.push([request, value, [...(data ?? [])]]);
        return Uint8Array.of();
      };
    });
    await transport.sendFeatureReport(Uint8Array.of(0x21, 1));
    expect(sent).toEqual([[9, 0x0321, [0x21, 1]]]);
  });
  it('leaves the ID out of the data of a device without IDs', async () => {
    const { transport } = await openFake((fake) => {
      fake.feature = (_, data) => data ?? Uint8Array.of(7, 8);
    });
    expect([...(await transport.getFeatureReport(0, 3))]).toEqual([0, 7, 8]);
  });
  it('tells its report descriptor, or nothing where the device does not', async () => {
    const { transport } = await openFake();
    expect(await transport.reportDescriptor()).toEqual(stuReportDescriptor);
    const silent = await openFake((fake) => {
      fake.reportDescriptor = null;
    });
    expect(await silent.transport.reportDescriptor()).toBeNull();
  });

  it('hands on every report once and in order', async () => {
    const { usb, inputs } = await openFake();
    for (let at = 0; at < 50; at++) {
      usb.arrives(Uint8Array.of(1, at));
      if (at % 7 === 0) await turn();
    }
    await turn();
    expect(inputs).toEqual(Array.from({ length: 50 }, (_, at) => [1, at]));
  });
  it('asks on when nothing came for a while', async () => {
    const { usb, inputs, closed } = await openFake();
    for (let at = 0; at < 20; at++) {
      usb.arrives('Cancelled');
      await turn();
    }
    usb.arrives(Uint8Array.of(1, 1));
    await turn();
    expect([inputs, closed]).toEqual([[[1, 1]], []]);
  });
  it('clears a stalled input endpoint and reads on', async () => {
    const { usb, clock, inputs } = await openFake();
    usb.arrives('Stall');
    await turn();
    await clock.advance(100);
    usb.arrives(Uint8Array.of(1, 2));
    await turn();
    expect(usb.calls).toContain('clear in 1');
    expect(inputs).toEqual([[1, 2]]);
  });
  it('says unplugged once when it is pulled, faults of the line before it or not, and lets go', async () => {
    const { usb, clock, closed } = await openFake();
    usb.arrives('Fault');
    await turn();
    await clock.advance(20);
    usb.arrives('Disconnected');
    await turn();
    await turn();
    expect([closed, usb.opened]).toEqual([['unplugged'], false]);
  });
  it('gives up a line that only fails, without turning in circles', async () => {
    const { usb, clock, closed } = await openFake();
    for (let at = 0; at < 40; at++) usb.arrives('Fault');
    await turn();
    expect(closed).toEqual([]);
    await clock.advance(1000);
    expect(closed).toEqual(['failed']);
  });

  it.each([
    ['a stall', 'endpoint stalled', 'refused'],
    ['silence', 'transfer was cancelled', 'timeout'],
    ['a pulled cable', 'device disconnected', 'unplugged'],
  ])('turns %s during a feature report into the error of that', async (_, words, code) => {
    const { transport, closed } = await openFake((fake) => {
      fake.feature = () => {
        throw new Error(`controlTransferOut error: ${words}`);
      };
    });
    await expect(transport.sendFeatureReport(Uint8Array.of(0x20, 0))).rejects.toMatchObject({ code });
    expect(closed).toEqual(code === 'unplugged' ? ['unplugged'] : []);
    if (code === 'unplugged') {
      await expect(transport.getFeatureReport(3, 5)).rejects.toMatchObject({ code: 'unplugged' });
    }
  });
  it('waits with giving back until the feature report under way has ended', async () => {
    let answer: (bytes: Uint8Array) => void = () => undefined;
    const { usb, transport } = await openFake((fake) => {
      fake.feature = () =>
        new Promise((resolve) => {
          answer = resolve;
        });
    });
    const asked = transport.getFeatureReport(3, 5);
    await turn();
    const closing = transport.close();
    usb.arrives('Cancelled');
    await turn();
    expect(usb.opened).toBe(true);
    answer(Uint8Array.of(3));
    await Promise.all([asked, closing]);
    expect(usb.calls.slice(-3)).toEqual(['release 0', 'attach 0', 'close']);
  });

  it.each([
    ['rights are missing', 'permission denied (error 13)', null, { code: 'refused', problem: 'no-usb-permission' }],
    ['it has gone', 'device not found (error 2)', null, { code: 'unplugged' }],
    ['another program has it', null, 'interface is busy (error 16)', { code: 'refused', problem: 'in-use' }],
  ])('is refused by its reason when %s, and leaves the kernel its driver', async (_, open, claim, expected) => {
    const usb = new FakeUsb();
    usb.openFailure = open;
    usb.claimFailure = claim;
    await expect(openUsbHid(usb, 0)).rejects.toMatchObject(expected);
    expect([usb.opened, usb.bound.has(0)]).toEqual([false, true]);
  });
  it('is refused where the interface is not HID', async () => {
    const usb = new FakeUsb();
    await expect(openUsbHid(usb, 1)).rejects.toMatchObject({ code: 'unsupported' });
    expect([usb.opened, usb.calls]).toEqual([false, ['close']]);
  });
  it('is refused when the device describes itself badly or not at all', async () => {
    for (const configuration of [Uint8Array.of(), Uint8Array.of(9, 2, 12, 0, 1, 1, 0, 0, 0, 40, 4, 0)]) {
      const usb = new FakeUsb();
      usb.configuration = configuration;
      await expect(openUsbHid(usb, 0)).rejects.toMatchObject({ code: 'refused' });
    }
    const deaf = new FakeUsb();
    deaf.feature = () => stall('controlTransferIn');
    const transport = await openUsbHid(deaf, 0);
    await expect(transport.getFeatureReport(3, 5)).rejects.toMatchObject({ code: 'refused' });
  });
});
