import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { padModels } from '../../drivers/pad-models.ts';
import { udevRules } from '../../drivers/udev-rules.ts';

const hex = (value: number): string => value.toString(16).padStart(4, '0');
const rules = udevRules()
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));

describe('the udev rules', () => {
  it('in the repository are those of the table (node kiosk-shell/install/write-pad-rules.ts)', async () => {
    const file = new URL('../../kiosk-shell/install/60-countersign-pads.rules', import.meta.url);
    expect(await readFile(file, 'utf8')).toBe(udevRules());
  });

  it('open each driven model by USB and by hidraw', () => {
    for (const { vid, pid, driver } of padModels) {
      if (driver.kind === 'recognised') continue;
      const numbers = (match: string): string =>
        `${match}{idVendor}=="${hex(vid)}", ${match}{idProduct}=="${hex(pid)}", MODE="0660", GROUP="plugdev", TAG+="uaccess"`;
      expect(rules.filter((rule) => rule.includes(`"${hex(vid)}"`) && rule.includes(`"${hex(pid)}"`))).toEqual([
        `SUBSYSTEM=="usb", ${numbers('ATTR')}`,
        `KERNEL=="hidraw*", SUBSYSTEM=="hidraw", ${numbers('ATTRS')}`,
      ]);
    }
  });

  it('open nothing else: no model that is not driven, no serial line, nothing by one number', () => {
    const driven = padModels.filter(({ driver }) => driver.kind !== 'recognised');
    expect(rules).toHaveLength(driven.length * 2);
    for (const rule of rules) expect(rule).toMatch(/^(?:SUBSYSTEM=="usb"|KERNEL=="hidraw\*"), .*idVendor.*idProduct/);
    expect(udevRules()).not.toContain('0403');
  });
});
