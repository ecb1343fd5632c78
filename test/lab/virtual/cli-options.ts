/** What `npm run virtual-pad` was asked for, and why it cannot be done here: pure, words for the person included. */
import { parseArgs } from 'node:util';
import { isVirtualName, virtualNames } from './virtual-models.ts';
import type { VirtualName } from './virtual-models.ts';
import { usbipPort } from './usbip-server.ts';

export interface VirtualPadOptions {
  readonly model: VirtualName;
  readonly serial: string | null;
  /** A file of ink to write with, instead of the signature of our own. */
  readonly pen: string | null;
  /** Where the pad's screen is kept as PNG; null for the usual place. */
  readonly picture: string | null;
  /** Port of a USB/IP server on this machine; null to plug into this machine's own kernel. */
  readonly serve: number | null;
}

export const usage = [
  'npm run virtual-pad -- --model MODEL [--serial TEXT] [--pen FILE] [--picture FILE] [--serve [PORT]]',
  '',
  'A virtual pad on a genuine USB stack, exact against the published protocol and not against a real device.',
  `  --model    ${virtualNames.join(', ')}`,
  '  --serial   USB serial number; none unless told',
  '  --pen      ink to write with: any file the simulated pad can replay',
  '  --picture  PNG that always shows what the pad shows',
  `  --serve    do not plug it in: wait for \`usbip attach\` on 127.0.0.1 (port ${usbipPort} unless told)`,
].join('\n');

/** The options, or a sentence about what is wrong with them. */
export function parseOptions(args: readonly string[]): VirtualPadOptions | string {
  let values: Partial<Record<'model' | 'serial' | 'pen' | 'picture' | 'serve', string>>;
  try {
    ({ values } = parseArgs({
      args: withPort(args),
      options: {
        model: { type: 'string' },
        serial: { type: 'string' },
        pen: { type: 'string' },
        picture: { type: 'string' },
        serve: { type: 'string' },
      },
    }));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const { model = 'stu-530', serial = null, pen = null, picture = null } = values;
  if (!isVirtualName(model)) return `There is no virtual pad '${model}'. There are: ${virtualNames.join(', ')}.`;
  const serve = values.serve === undefined ? null : Number(values.serve);
  if (serve !== null && (!Number.isInteger(serve) || serve < 0 || serve > 65_535))
    return `'${values.serve ?? ''}' is no port.`;
  return { model, serial, pen, picture, serve };
}

/** `--serve` alone means the usual port. */
function withPort(args: readonly string[]): string[] {
  return args.flatMap((arg, at) => {
    const next = args[at + 1];
    return arg === '--serve' && (next === undefined || next.startsWith('--')) ? [`--serve=${usbipPort}`] : [arg];
  });
}

export interface ThisMachine {
  readonly platform: NodeJS.Platform;
  /** The kernel has its virtual USB controller. */
  readonly vhci: boolean;
  readonly root: boolean;
}

/** Why a pad cannot be plugged into this machine, and the way out; null where it can. */
export function refusal({ platform, vhci, root }: ThisMachine, serves: boolean): string | null {
  if (serves) return null;
  if (platform !== 'linux') {
    return 'Only Linux has a virtual USB controller. With --serve the pad waits here for a Linux machine’s `usbip attach`.';
  }
  if (!root) return 'Plugging in a USB device needs root: sudo -E env "PATH=$PATH" npm run virtual-pad -- …';
  if (!vhci)
    return 'The kernel’s virtual USB controller is not there. Try: modprobe vhci_hcd (Debian’s cloud kernels have none).';
  return null;
}

/** What to type on the machine that is to have the pad. */
export function attachCommand(port: number, busId: string): string {
  const where = port === usbipPort ? '' : ` --tcp-port ${port}`;
  return `modprobe vhci_hcd && usbip${where} attach -r 127.0.0.1 -b ${busId}`;
}
