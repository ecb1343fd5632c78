/**
 * Pen reports whose layout is public but whose descriptor is not in the recording, or says nothing of it. Each is chosen
 * by the shape of all reports of one ID, so that a device that merely shares the ID is not misread.
 */
export interface PenMoment {
  readonly inRange: boolean;
  readonly tip: boolean;
  readonly pressure: number;
  readonly x: number;
  readonly y: number;
}
export interface KnownLayout {
  readonly name: string;
  readonly fits: (reports: readonly Uint8Array[]) => boolean;
  readonly read: (report: Uint8Array) => PenMoment;
}

const at = (bytes: Uint8Array, index: number): number => bytes[index] ?? 0;
const little = (bytes: Uint8Array, index: number): number => at(bytes, index) | (at(bytes, index + 1) << 8);
const big = (bytes: Uint8Array, index: number): number => (at(bytes, index) << 8) | at(bytes, index + 1);

export const knownLayouts: readonly KnownLayout[] = [
  {
    // `pads.md` 2 and 1.5: report 0x11 of Wacom's signing displays, 0x34 of its pads.
    name: 'Wacom signing display or pad',
    fits: (reports) =>
      reports.every((report) => report.length === 11 && (report[0] === 0x11 || report[0] === 0x34)) &&
      mostlyNumbered(reports),
    read: (report) => ({
      inRange: (at(report, 1) & 0x80) !== 0,
      tip: (at(report, 1) & 0x10) !== 0,
      pressure: big(report, 1) & 0x3ff,
      x: big(report, 3),
      y: big(report, 5),
    }),
  },
  // Tablets with firmware by UC-Logic and Ugee, by XP-Pen among others: two generations differ in the bit of the range.
  graphicTablet('pen tablet, report 7, range in bit 5', (flags) => (flags & 0xe0) === 0xa0 || flags === 0xc0, 0x20),
  graphicTablet('pen tablet, report 7, range in bit 6', (flags) => (flags & 0xe0) === 0xc0 || flags === 0x80, 0x40),
];

function graphicTablet(name: string, flagsFit: (flags: number) => boolean, range: number): KnownLayout {
  const inRange = (report: Uint8Array): boolean => (at(report, 1) & range) !== 0;
  return {
    name,
    fits: (reports) =>
      reports.every(
        (report) => (report.length === 8 || report.length === 10) && report[0] === 7 && flagsFit(at(report, 1)),
      ) && reports.some(inRange),
    read: (report) => ({
      inRange: inRange(report),
      tip: (at(report, 1) & 1) !== 0,
      x: little(report, 2),
      y: little(report, 4),
      pressure: little(report, 6),
    }),
  };
}

/** The last two bytes count reports; a few may have been lost. */
function mostlyNumbered(reports: readonly Uint8Array[]): boolean {
  let steps = 0;
  for (const [i, report] of reports.entries()) {
    const before = reports[i - 1];
    if (before !== undefined && ((big(report, 9) - big(before, 9)) & 0xffff) === 1) steps += 1;
  }
  return reports.length > 1 && steps >= (reports.length - 1) * 0.9;
}
