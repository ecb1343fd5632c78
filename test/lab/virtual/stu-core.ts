/** A Wacom STU pad behind a real cable: the device of `drivers/simulated`, as a USB device (`pads.md` 1.1, 1.2). */
import { systemClock } from '../../../drivers/clock.ts';
import type { DriverClock } from '../../../drivers/clock.ts';
import { StallError, StuDevice } from '../../../drivers/simulated/stu-device.ts';
import { stuFacts, stuVendorId } from '../../../drivers/simulated/stu-facts.ts';
import type { StuName } from '../../../drivers/simulated/stu-facts.ts';
import { Stall } from './hid-function.ts';
import type { PadCore } from './pad-core.ts';

/** 200 reports a second, fixed (`pads.md` 1.2). */
const intervalMs = 5;

export function stuCore(name: StuName, serial: string | null, clock: DriverClock = systemClock): PadCore {
  // The text a pad tells in report 0x0B is its own, also where the USB descriptor has no serial number.
  const facts = stuFacts(name, serial === null ? {} : { identity: serial.slice(0, 13) });
  const device = new StuDevice(facts, clock);
  return {
    identity: {
      vid: stuVendorId,
      pid: facts.productId,
      release: 0x0100,
      maker: 'Wacom Co.,Ltd.',
      product: facts.label,
      serial,
    },
    reportDescriptor: device.reportDescriptor(),
    interval: intervalMs,
    get: (type, id) => {
      if (type !== 'feature') throw new Stall();
      return asStall(() => device.get(id));
    },
    set: (type, report) => {
      if (type !== 'feature') throw new Stall();
      asStall(() => device.set(report));
    },
    bulk: facts.bulk ? (bytes) => asStall(() => device.bulk(bytes)) : null,
    pen: (moment) =>
      device.pen({
        at: { x: moment.x * facts.width, y: moment.y * facts.height },
        inRange: moment.inRange,
        tip: moment.tip,
        // A tip that touches presses at least as much as the pad calls touching.
        pressure: moment.tip ? Math.max(device.onThreshold, Math.round(moment.pressure * facts.maxPressure)) : 0,
        timeMs: moment.t,
      }),
    onOwnReport: (listener) => void device.onInput(listener),
    onRestart: (listener) =>
      void device.onDetached((backInMs) => {
        clock.after(backInMs, () => device.powerOn());
        listener(backInMs);
      }),
    screen: () => device.screen.picture(),
  };
}

function asStall<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof StallError) throw new Stall();
    throw error;
  }
}
