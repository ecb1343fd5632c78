import { padModels } from './pad-models.ts';

/**
 * The udev rules file, from the table of models: whoever sits at the machine (uaccess) and members of `plugdev` may open
 * pads, by hidraw and by USB. No other device is opened up.
 */
export function udevRules(): string {
  const hex = (value: number): string => value.toString(16).padStart(4, '0');
  const rules = padModels.flatMap(({ vid, pid, maker, model }) => [
    '',
    `# ${maker} ${model}`,
    `SUBSYSTEM=="usb", ATTR{idVendor}=="${hex(vid)}", ATTR{idProduct}=="${hex(pid)}", MODE="0660", GROUP="plugdev", TAG+="uaccess"`,
    `KERNEL=="hidraw*", SUBSYSTEM=="hidraw", ATTRS{idVendor}=="${hex(vid)}", ATTRS{idProduct}=="${hex(pid)}", MODE="0660", GROUP="plugdev", TAG+="uaccess"`,
  ]);
  return [
    '# Signature pads that Countersign drives or recognises. Made from drivers/pad-models.ts by',
    '# kiosk-shell/install/write-pad-rules.ts: change the table, not this file.',
    ...rules,
    '',
  ].join('\n');
}
