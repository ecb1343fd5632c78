/** The virtual pads there are, by the names of the command line. */
import { stuNames } from '../../../drivers/simulated/stu-facts.ts';
import type { StuName } from '../../../drivers/simulated/stu-facts.ts';
import { epadCore } from './epad-core.ts';
import type { PadCore } from './pad-core.ts';
import { penCore } from './pen-core.ts';
import { stuCore } from './stu-core.ts';

type OtherName = 'wacom-one' | 'xp-pen-deco' | 'epad';
export type VirtualName = StuName | OtherName;

const others: Readonly<Record<OtherName, (serial: string | null) => PadCore>> = {
  // A pen display bound by the kernel's wacom driver, and a tablet bound by hid-generic: both with their real descriptor.
  'wacom-one': (serial) =>
    penCore(
      '056a-03a6.rdesc.bin',
      { vid: 0x056a, pid: 0x03a6, release: 0x0100, maker: 'Wacom Co.,Ltd.', product: 'Wacom One', serial },
      4,
    ),
  'xp-pen-deco': (serial) =>
    penCore(
      '28bd-0928.rdesc.bin',
      { vid: 0x28bd, pid: 0x0928, release: 0x0100, maker: 'UGTABLET', product: 'Deco mini7', serial },
      4,
    ),
  epad: epadCore,
};

export const virtualNames: readonly VirtualName[] = [...stuNames, ...(Object.keys(others) as readonly OtherName[])];

export function isVirtualName(name: string): name is VirtualName {
  return (virtualNames as readonly string[]).includes(name);
}

export function virtualCore(name: VirtualName, serial: string | null): PadCore {
  return name in others ? others[name as OtherName](serial) : stuCore(name as StuName, serial);
}
