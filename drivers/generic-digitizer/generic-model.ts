import type { PadModel } from '../found-pad.ts';
import type { PadDescription } from '../pad.ts';
import { choosePens, geometryOf, penModeReport } from './choose-pens.ts';
import { findPenReports } from './pen-fields.ts';
import { openGenericPen } from './generic-pen.ts';
import { parseReportDescriptor } from './report-descriptor.ts';
import type { ReportDescriptor } from './report-descriptor.ts';

/** What the system tells of a HID device before it is opened. */
export interface HidIdentity {
  readonly vid: number;
  readonly pid: number;
  /** The USB strings, where the device has them. */
  readonly maker: string | null;
  readonly product: string | null;
}

/**
 * A model for a device that no table names, from its own strings and its report descriptor; null for everything that is
 * no pen: mice, keyboards, touch screens, tablets with reports of the maker's own. Two calls for one device give equal
 * models, not the same object.
 */
export function genericModelOf(seen: HidIdentity, descriptor: Uint8Array | null): PadModel | null {
  const parsed = descriptor === null ? null : parseReportDescriptor(descriptor);
  if (parsed === null || !parsed.ok) return null;
  const choice = choosePens(parsed.value, penModeReport(parsed.value) !== null);
  if (choice === null) return null;
  return {
    vid: seen.vid,
    pid: seen.pid,
    maker: words(seen.maker) ?? 'unnamed maker',
    model: words(seen.product) ?? `pen ${hex(seen.vid)}:${hex(seen.pid)}`,
    shows: showsOf(seen, parsed.value),
    geometry: geometryOf(choice.main),
    driver: { kind: 'hid-pen', reach: false, open: openGenericPen },
    // The driver, with the descriptors of a Wacom One and an XP-Pen Deco mini7: test/lab/drills/pens.drill.ts.
    proven: 'lab',
    serialMode: false,
  };
}

/** Makers whose tablets without a screen call themselves pens of a screen too, seen in `test/fixtures/hid`. */
const undecided: ReadonlySet<number> = new Set([0x28bd, 0x256c, 0x2feb, 0x5543]);
const displayNames = /artist|kamvas|display|monitor|innovator|\bpd\d/i;

/**
 * By the application: "pen" and Wacom's page with usage 2 are on a screen, "digitizer" is beside it (`pads.md` 4.1, 4.4).
 * Some makers say "pen" of both, and then the name of the product decides.
 */
function showsOf({ vid, product }: HidIdentity, descriptor: ReportDescriptor): PadDescription['shows'] {
  if (undecided.has(vid)) return displayNames.test(product ?? '') ? 'computer-screen' : 'nothing';
  const onScreen = findPenReports(descriptor).some(
    ({ application }) => application === 0x000d0002 || application === 0xff0d0002,
  );
  return onScreen ? 'computer-screen' : 'nothing';
}

/** A device may call itself anything: letters, digits and a few marks, and not without end. */
function words(text: string | null): string | null {
  const clean = (text ?? '')
    .replace(/[^\p{L}\p{N} .,()+&/_-]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 60);
  return clean === '' ? null : clean;
}

const hex = (value: number): string => value.toString(16).padStart(4, '0');
