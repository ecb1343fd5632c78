import { systemClock, type DriverClock } from '../drivers/clock.ts';
import { scanPads, type PadScan } from '../drivers/find-pads.ts';
import type { DeskOfPads, FoundPad } from '../drivers/found-pad.ts';
import { listHid } from '../drivers/hid/hid-transport.ts';
import { PadOpenError } from '../drivers/open-problem.ts';
import { openPad } from '../drivers/open-pad.ts';
import { PadError, type Pad, type PadDescription, type PadRoad } from '../drivers/pad.ts';
import type { SerialPadSetting } from '../drivers/serial/serial-pads.ts';
import { formatStuSettings, type StuDeskSettings } from '../drivers/wacom/stu-settings-text.ts';
import { lackingOf } from '../drivers/wacom/stu-settings.ts';
import { look, ok, type Finding } from './finding.ts';

export interface PadsSeen extends PadScan {
  readonly hidLibrary: boolean;
}
/** How pads are looked at; tests put other pads on the desk. */
export interface PadPorts {
  readonly see: () => Promise<PadsSeen>;
  readonly open: (found: FoundPad) => Promise<Pad>;
  /** What the desk asks of its STU pads, which `open` does. */
  readonly padSettings?: StuDeskSettings | null;
  readonly clock: DriverClock;
}
/** The pads of this machine, opened as the kiosk opens them; those on serial lines only as far as they are named. */
export function realPads(serial: readonly SerialPadSetting[] = [], desk: DeskOfPads = {}): PadPorts {
  return {
    see: async () => {
      const [scan, hid] = await Promise.all([scanPads(serial), listHid()]);
      return { ...scan, hidLibrary: hid.library };
    },
    open: (found) => openPad(found, systemClock, desk),
    padSettings: desk.padSettings ?? null,
    clock: systemClock,
  };
}

/** A pad that is deaf for longer is one that does not answer; the kernel waits 5 s for a report. */
const OPEN_PATIENCE_MS = 12_000;

const PROBLEMS: Readonly<Record<PadScan['unusable'][number]['problem'], string>> = {
  'not-driven': 'it is known, but no driver for it is in this version',
  'no-hid-node': 'the system offers no HID device for it; plug it in again',
  'serial-mode': 'it is in its serial mode; switch it back to HID with the software of its maker',
  'no-permission': 'this user may not open its hidraw node; install the udev rules and plug it in again',
  'no-usb-permission': 'this user may not open it on the bus; install the udev rules and plug it in again',
  'no-serial-permission': 'this user may not open its serial port; add the user to the group of the port (dialout)',
  'in-use': 'another program has it; end that program',
  'hid-library-missing': 'the library libusb-1.0 is missing on this machine',
};
const ROADS: Readonly<Record<PadRoad, string>> = {
  hidraw: 'its hidraw node',
  libusb: 'the USB bus itself',
  serial: 'a serial line',
  simulated: 'the simulation',
};
const ENCRYPTION: Readonly<Record<PadDescription['encryption'], string>> = {
  none: 'pen data is not encrypted on the cable',
  v1: 'pen data is encrypted on the cable (Diffie-Hellman, AES-128)',
  v2: 'pen data is encrypted on the cable (RSA-2048, AES-256)',
};
const PROVEN: Readonly<Record<'simulated' | 'lab', string>> = {
  simulated: ' Its driver was proven on a simulated pad only.',
  lab: ' Its driver was proven on a virtual pad on a real USB stack.',
};

/**
 * Every pad with its road, rights, serial, firmware and encryption. While a kiosk runs (`kiosk` is its process) nothing is
 * opened: somebody may be signing there.
 */
export async function padFindings(ports: PadPorts, kiosk: number | null): Promise<readonly Finding[]> {
  const { found, unusable, hidLibrary } = await ports.see();
  const library = hidLibrary
    ? []
    : [
        look(
          'pad library',
          'The library libusb-1.0 is missing, so no pad can be used. Install it (on Debian: apt-get install libusb-1.0-0).',
        ),
      ];
  const usable: Finding[] = [];
  // One after the other: two pads that are asked at once take turns on some hubs.
  for (const pad of found) usable.push(kiosk === null ? await answering(ports, pad) : heldByKiosk(ports, pad, kiosk));
  const problems = unusable.map(({ model, serial, problem }) => {
    const { driver } = model;
    // The reason is worded for the models table, without a subject.
    const more = problem === 'not-driven' && driver.kind === 'recognised' ? ` (${driver.reason})` : '';
    return look('pad', `${named(model, serial, null)} is plugged in, but cannot be used: ${PROBLEMS[problem]}${more}.`);
  });
  const none = look('pad', 'No pad is plugged in; customers can sign on their own screen.');
  return [...library, ...(usable.length + problems.length === 0 ? [none] : [...usable, ...problems])];
}

async function answering(ports: PadPorts, found: FoundPad): Promise<Finding> {
  const opened = await openInTime(ports, found);
  if (!('pad' in opened)) {
    return look(
      'pad',
      `${named(found.model, found.serial, null)} is plugged in, but cannot be used: ${opened.problem}.`,
    );
  }
  const { description } = opened.pad;
  await opened.pad.close();
  const { road, encryption, serial, firmware } = description;
  const proven = found.model.proven === 'device' ? '' : PROVEN[found.model.proven ?? 'simulated'];
  return ok(
    'pad',
    `${named(description, serial, firmware)} is plugged in and answers over ${ROADS[road]}; ${ENCRYPTION[encryption]}.${asked(ports, found)}${proven}`,
  );
}

function heldByKiosk(ports: PadPorts, found: FoundPad, kiosk: number): Finding {
  const { model, serial, road } = found;
  return ok(
    'pad',
    `${named(model, serial, null)} is plugged in, over ${ROADS[road]}. The kiosk that runs (process ${kiosk}) has it, so it was not asked; the counter's screen says how it is.${asked(ports, found)}`,
  );
}

/** Of an STU pad, what the desk's setting asks of it and what of that it has not; empty for all others. */
function asked({ padSettings }: PadPorts, { model }: FoundPad): string {
  const text = formatStuSettings(padSettings ?? {});
  if (!padSettings || text === '' || model.driver.kind !== 'wacom-stu') return '';
  const lacking = formatStuSettings(lackingOf(model, padSettings));
  return ` COUNTERSIGN_PAD_SETTINGS asks ${text} of it${lacking === '' ? '' : `; this model lacks ${lacking}`}.`;
}

/** Opens a pad, or says why it cannot be, in words that follow "cannot be used:". */
export async function openInTime(
  { open, clock }: PadPorts,
  found: FoundPad,
): Promise<{ readonly pad: Pad } | { readonly problem: string }> {
  const opening = open(found);
  const late = new Promise<null>((resolve) => {
    const stop = clock.after(OPEN_PATIENCE_MS, () => resolve(null));
    opening.then(stop, stop);
  });
  try {
    const pad = await Promise.race([opening, late]);
    if (pad !== null) return { pad };
    // It may still open; then nobody wants it any more.
    opening.then((opened) => opened.close()).catch(() => undefined);
    return { problem: 'it does not answer; unplug it and plug it in again' };
  } catch (error) {
    if (error instanceof PadOpenError) return { problem: PROBLEMS[error.problem] };
    if (error instanceof PadError)
      return { problem: 'it does not answer as it should; unplug it and plug it in again' };
    throw error;
  }
}

export function named(
  { maker, model }: { readonly maker: string; readonly model: string },
  serial: string | null,
  firmware: string | null,
): string {
  const facts = [serial === null ? null : `serial ${serial}`, firmware === null ? null : `firmware ${firmware}`].filter(
    (fact) => fact !== null,
  );
  return `${maker} ${model}${facts.length === 0 ? '' : ` (${facts.join(', ')})`}`;
}
