/** Writes the udev rules beside this file; a test fails while they are out of date. */
import { writeFileSync } from 'node:fs';
import { udevRules } from '../../drivers/udev-rules.ts';

writeFileSync(new URL('60-countersign-pads.rules', import.meta.url), udevRules());
