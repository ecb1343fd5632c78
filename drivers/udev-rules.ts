import type { PadModel } from './found-pad.ts';
import { padModels } from './pad-models.ts';

/**
 * The udev rules file, from the table of models: whoever sits at the machine (uaccess) and members of `plugdev` may open
 * the pads that are driven, by hidraw and by USB. No other device is opened up. Serial lines belong to the group
 * `dialout` on every distribution, and stay so; pens that only their report descriptor makes pads have a rule of their
 * own, which whoever wants one takes from the comment.
 */
export function udevRules(): string {
  return [
    '# Signature pads that Countersign drives. Made from drivers/pad-models.ts by',
    '# kiosk-shell/install/write-pad-rules.ts: change the table, not this file.',
    '#',
    '# A pad on a serial line (Topaz) needs no rule: its user joins the group dialout.',
    '# Another pen tablet needs a line as those below with its own numbers, as `npm run doctor` lists them.',
    ...padModels.filter(({ driver }) => driver.kind !== 'recognised').flatMap(rulesOf),
    '',
  ].join('\n');
}

function rulesOf({ vid, pid, maker, model }: PadModel): readonly string[] {
  return [
    '',
    `# ${maker} ${model}`,
    `SUBSYSTEM=="usb", ATTR{idVendor}=="${hex(vid)}", ATTR{idProduct}=="${hex(pid)}", ${access}`,
    `KERNEL=="hidraw*", SUBSYSTEM=="hidraw", ATTRS{idVendor}=="${hex(vid)}", ATTRS{idProduct}=="${hex(pid)}", ${access}`,
  ];
}

const access = 'MODE="0660", GROUP="plugdev", TAG+="uaccess"';
const hex = (value: number): string => value.toString(16).padStart(4, '0');
