import type { PadGeometry } from '../pad.ts';
import type { PenReport } from './pen-fields.ts';
import { findPenReports } from './pen-fields.ts';
import { penScale } from './pen-report.ts';
import type { HidReport, ReportDescriptor } from './report-descriptor.ts';

/** Which of the pen reports of one device are read. A device tells one pen in several ways; only one is ink. */
export interface PenChoice {
  /** The report that gives the geometry. */
  readonly main: PenReport;
  /** All that are read: `main`, and those of the same pen at the same scale. */
  readonly pens: readonly PenReport[];
  /** Reports of the same pen at another scale, which mean that the device is not in the mode asked for. */
  readonly strays: readonly PenReport[];
}

/**
 * By preference: Wacom's page where the device can be told to use it (finer, and told only then); a pen of the
 * standard; Wacom's page on a device that has nothing else; a pen in a collection of the maker's own (ePad). The last
 * only where no other is: many tablets repeat their pen there, and two reports of one movement would be ink twice.
 */
export function choosePens(descriptor: ReportDescriptor, wacomMode: boolean): PenChoice | null {
  const all = findPenReports(descriptor);
  const wacom = all.filter(({ page }) => page === 'wacom');
  const standard = all.filter(({ page, application }) => page === 'digitizer' && isPenApplication(application));
  const own = all.filter((pen) => pen.page === 'digitizer' && !isPenApplication(pen.application) && feelsPen(pen));
  const ranked = wacomMode ? [wacom, standard, own] : [standard, wacom, own];
  const [main] = ranked.find((pens) => pens.length > 0) ?? [];
  if (main === undefined) return null;
  const candidates = own.includes(main) ? own : [...wacom, ...standard];
  const scale = scaleOf(main);
  return {
    main,
    pens: candidates.filter((pen) => scaleOf(pen) === scale),
    strays: candidates.filter((pen) => scaleOf(pen) !== scale),
  };
}

const isPenApplication = (application: number): boolean => application === 0x000d0001 || application === 0x000d0002;

/** A maker's own collection can be a touch panel: a pen is pressed and has no number of a contact. */
function feelsPen({ fields }: PenReport): boolean {
  const has = (name: PenReport['fields'][number]['pen']): boolean => fields.some(({ pen }) => pen === name);
  return has('pressure') && (has('tip') || has('touch')) && !has('contactId');
}

function scaleOf(pen: PenReport): string {
  const { maxX, maxY, maxPressure } = penScale(pen);
  return [maxX, maxY, maxPressure].join();
}

export function geometryOf(pen: PenReport): PadGeometry {
  const { maxX, maxY, maxPressure, unitsPerInchX, unitsPerInchY } = penScale(pen);
  return {
    maxX,
    maxY,
    maxPressure,
    unitsPerInch: unitsPerInchX === null || unitsPerInchY === null ? null : { x: unitsPerInchX, y: unitsPerInchY },
    nominalRate: 0,
    screen: null,
  };
}

/** Report and value that turn a Wacom tablet from a mouse into a pen: usage "data mode" of Wacom's page (`pads.md` 4.4). */
export function penModeReport(descriptor: ReportDescriptor): Uint8Array | null {
  const found = descriptor.features.flatMap((report) => modeIn(report))[0];
  if (found === undefined) return null;
  const report = new Uint8Array(found.byteLength);
  report[0] = found.id;
  report[found.at] = penMode;
  return report;
}

const dataMode = 0xff0d1002;
const penMode = 2;

function modeIn({ id, byteLength, fields }: HidReport): readonly { id: number; byteLength: number; at: number }[] {
  const field = fields.find(({ usage }) => usage === dataMode);
  // Seen as one whole byte only; anything else is not written to.
  if (field === undefined || id === 0 || field.bitSize !== 8 || field.bitOffset % 8 !== 0) return [];
  return [{ id, byteLength, at: field.bitOffset / 8 }];
}
