import type { HidField, HidReport, ReportDescriptor } from './report-descriptor.ts';

/**
 * What a pen can tell. `touch` stands for the tip on pads without a tip switch (ePad); `distance` and `proximity` are
 * of Wacom's vendor page only.
 */
export type PenUsage =
  | 'x'
  | 'y'
  | 'tip'
  | 'touch'
  | 'inRange'
  | 'pressure'
  | 'barrelPressure'
  | 'barrel'
  | 'secondBarrel'
  | 'invert'
  | 'eraser'
  | 'tiltX'
  | 'tiltY'
  | 'azimuth'
  | 'altitude'
  | 'twist'
  | 'scanTime'
  | 'distance'
  | 'proximity'
  | 'transducerIndex'
  | 'transducerSerial'
  | 'battery'
  | 'confidence'
  | 'contactId'
  | 'contactCount';

export interface PenField extends HidField {
  readonly pen: PenUsage;
}
export interface PenReport {
  /** 0 where the device uses no report IDs; reports then begin with their first field. */
  readonly reportId: number;
  readonly usesIds: boolean;
  readonly byteLength: number;
  /** Usage of the application collection: 0x000d0002 is a pen, pages from 0xff00 are the maker's own. */
  readonly application: number;
  /** Page of the fields: the digitizer page of the standard, or Wacom's 0xff0d (`pads.md` 4.4). */
  readonly page: 'digitizer' | 'wacom';
  /** In the order of the report, each usage once: the first of a kind counts. */
  readonly fields: readonly PenField[];
}

const digitizer: ReadonlyMap<number, PenUsage> = new Map([
  [0x00010030, 'x'],
  [0x00010031, 'y'],
  [0x000d0030, 'pressure'],
  [0x000d0031, 'barrelPressure'],
  [0x000d0032, 'inRange'],
  [0x000d0033, 'touch'],
  [0x000d0038, 'transducerIndex'],
  [0x000d003b, 'battery'],
  [0x000d003c, 'invert'],
  [0x000d003d, 'tiltX'],
  [0x000d003e, 'tiltY'],
  [0x000d003f, 'azimuth'],
  [0x000d0040, 'altitude'],
  [0x000d0041, 'twist'],
  [0x000d0042, 'tip'],
  [0x000d0044, 'barrel'],
  [0x000d0045, 'eraser'],
  [0x000d0047, 'confidence'],
  [0x000d0051, 'contactId'],
  [0x000d0054, 'contactCount'],
  [0x000d0056, 'scanTime'],
  [0x000d005a, 'secondBarrel'],
  [0x000d005b, 'transducerSerial'],
]);
const wacom: ReadonlyMap<number, PenUsage> = new Map([
  [0xff0d0130, 'x'],
  [0xff0d0131, 'y'],
  [0xff0d0132, 'distance'],
  [0xff0d0030, 'pressure'],
  [0xff0d0032, 'inRange'],
  [0xff0d0036, 'proximity'],
  [0xff0d003c, 'invert'],
  [0xff0d003d, 'tiltX'],
  [0xff0d003e, 'tiltY'],
  [0xff0d0042, 'tip'],
  [0xff0d0044, 'barrel'],
  [0xff0d0045, 'eraser'],
  [0xff0d0056, 'scanTime'],
  [0xff0d005a, 'secondBarrel'],
]);

/** The input reports in which a pen tells its place; a device may have several (`pads.md` 4.2 rule 13). */
export function findPenReports(descriptor: ReportDescriptor): readonly PenReport[] {
  return descriptor.inputs.flatMap((input) => {
    const report = penReport(descriptor, input, 'wacom', wacom) ?? penReport(descriptor, input, 'digitizer', digitizer);
    return report === null ? [] : [report];
  });
}

function penReport(
  descriptor: ReportDescriptor,
  input: HidReport,
  page: PenReport['page'],
  names: ReadonlyMap<number, PenUsage>,
): PenReport | null {
  const found = new Map<PenUsage, PenField>();
  for (const field of input.fields) {
    const pen = names.get(field.usage);
    if (pen === undefined || found.has(pen) || field.relative || !inPenCollection(field)) continue;
    found.set(pen, { ...field, pen });
  }
  const placed = found.has('x') && found.has('y');
  const touches = found.has('tip') || found.has('touch') || found.has('pressure');
  const application = applicationOf(found.get('x'));
  if (!placed || !touches || application === null) return null;
  return {
    reportId: input.id,
    usesIds: descriptor.usesIds,
    byteLength: input.byteLength,
    application,
    page,
    fields: [...found.values()],
  };
}

const fingerUsage = 0x000d0022;

/**
 * A pen, a digitizer for a pen, or a collection of the maker's own: the ePad and Wacom's devices keep their pen there
 * (`pads.md` 3.1, 4.4). Touch screens, touch pads and mice are none.
 */
function inPenCollection(field: HidField): boolean {
  const application = applicationOf(field);
  if (application === null || field.collections.some(({ usage }) => usage === fingerUsage)) return false;
  return application === 0x000d0001 || application === 0x000d0002 || application >= 0xff000000;
}

function applicationOf(field: HidField | undefined): number | null {
  return field?.collections.find(({ kind }) => kind === 1)?.usage ?? null;
}
