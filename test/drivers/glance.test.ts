import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { glanceAtBus } from '../../drivers/glance.ts';

it('a glance changes with every node, device and serial line that comes or goes, and with nothing else', async () => {
  const sys = mkdtempSync(join(tmpdir(), 'countersign-sys-'));
  try {
    const texts = [await glanceAtBus(sys)];
    for (const place of ['bus/usb/devices/1-2', 'class/hidraw/hidraw3', 'class/tty/ttyUSB0']) {
      mkdirSync(join(sys, place), { recursive: true });
      texts.push(await glanceAtBus(sys));
    }
    expect(new Set(texts).size).toBe(4);
    mkdirSync(join(sys, 'class/net/eth1'), { recursive: true });
    expect(await glanceAtBus(sys)).toBe(texts[3]);
    rmSync(join(sys, 'class/tty/ttyUSB0'), { recursive: true });
    expect(await glanceAtBus(sys)).not.toBe(texts[3]);
  } finally {
    rmSync(sys, { recursive: true });
  }
});
