import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { padModels } from '../../drivers/pad-models.ts';
import { udevRules } from '../../drivers/udev-rules.ts';

describe('the udev rules', () => {
  it('in the repository are those of the table (node kiosk-shell/install/write-pad-rules.ts)', async () => {
    const file = new URL('../../kiosk-shell/install/60-countersign-pads.rules', import.meta.url);
    expect(await readFile(file, 'utf8')).toBe(udevRules());
  });
  it('open each model by hidraw and by USB, and nothing without both numbers', () => {
    const rules = udevRules()
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(rules).toHaveLength(padModels.length * 2);
    for (const rule of rules) expect(rule).toMatch(/idVendor\}=="056a".*idProduct\}=="00a[1-9]".*MODE="0660"/);
  });
});
