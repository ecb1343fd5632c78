/**
 * Simple settings of a STU pad (`pads.md` 1.7). Background, backlight, contrast, boot screen, default mode and UID are
 * kept in flash: who writes them reads first (`stu-settings.ts`).
 */
import { areaBytes, feature, littleEndian, parseFeature, readArea } from './stu-reports.ts';
import type { Parsed, StuArea } from './stu-reports.ts';
import type { StuThreshold } from './stu-queries.ts';
import { stuReport } from './stu-report-table.ts';

/** 0 to 255 each. */
export interface StuColour {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}
/**
 * Sources disagree on the byte order of 0x2D and 0x2E: the maker's code writes blue first, two drivers used on real
 * STU-540s red first (`pads.md` 1.7). Red first until a pad says otherwise.
 */
export type StuColourOrder = 'rgb' | 'bgr';
export interface StuInk {
  readonly colour: StuColour;
  /** On the STU-540 0 is 1 px, 1 is 3 px, 2 is 5 px, 3 is 7 px. */
  readonly thickness: number;
}

export const encodeReset = (how: 'soft' | 'hard'): Uint8Array => feature(stuReport.reset, how === 'hard' ? 1 : 0);

export const encodeInking = (on: boolean): Uint8Array => feature(stuReport.inking, on ? 1 : 0);
export const parseInking = (report: Uint8Array): Parsed<boolean> =>
  parseFeature(report, stuReport.inking, (view) => view.getUint8(1) !== 0);

export type StuOptionMode = 0 | 1 | 2 | 3;
export const encodeOptionMode = (mode: StuOptionMode): Uint8Array => feature(stuReport.optionMode, mode);
export const parseOptionMode = (report: Uint8Array): Parsed<StuOptionMode> =>
  parseFeature(report, stuReport.optionMode, (view) => {
    const mode = view.getUint8(1);
    return mode === 0 || mode === 1 || mode === 2 || mode === 3 ? mode : 'malformed';
  });

export const encodeThreshold = (threshold: StuThreshold): Uint8Array =>
  feature(stuReport.threshold, ...littleEndian(threshold.on), ...littleEndian(threshold.off));

export const encodeWritingArea = (area: StuArea): Uint8Array => feature(stuReport.writingArea, ...areaBytes(area));
export const parseWritingArea = (report: Uint8Array): Parsed<StuArea> =>
  parseFeature(report, stuReport.writingArea, (view) => readArea(view, 1));

export const encodePen16 = (ink: StuInk): Uint8Array =>
  feature(stuReport.pen16, ...littleEndian(to565(ink.colour)), ink.thickness);
export const parsePen16 = (report: Uint8Array): Parsed<StuInk> =>
  parseFeature(report, stuReport.pen16, (view) => ({
    colour: from565(view.getUint16(1, true)),
    thickness: view.getUint8(3),
  }));
export const encodePen24 = (ink: StuInk, order: StuColourOrder): Uint8Array =>
  feature(stuReport.pen24, ...colourBytes(ink.colour, order), ink.thickness);
export const parsePen24 = (report: Uint8Array, order: StuColourOrder): Parsed<StuInk> =>
  parseFeature(report, stuReport.pen24, (view) => ({
    colour: readColour(view, 1, order),
    thickness: view.getUint8(4),
  }));

export const encodeBackground16 = (colour: StuColour): Uint8Array =>
  feature(stuReport.background16, ...littleEndian(to565(colour)));
export const parseBackground16 = (report: Uint8Array): Parsed<StuColour> =>
  parseFeature(report, stuReport.background16, (view) => from565(view.getUint16(1, true)));
export const encodeBackground24 = (colour: StuColour, order: StuColourOrder): Uint8Array =>
  feature(stuReport.background24, ...colourBytes(colour, order));
export const parseBackground24 = (report: Uint8Array, order: StuColourOrder): Parsed<StuColour> =>
  parseFeature(report, stuReport.background24, (view) => readColour(view, 1, order));

/** 0 to 3. */
export const encodeBacklight = (level: number): Uint8Array => feature(stuReport.backlight, ...littleEndian(level));
export const parseBacklight = (report: Uint8Array): Parsed<number> =>
  parseFeature(report, stuReport.backlight, (view) => view.getUint16(1, true));
export const encodeContrast = (level: number): Uint8Array => feature(stuReport.contrast, ...littleEndian(level));
export const parseContrast = (report: Uint8Array): Parsed<number> =>
  parseFeature(report, stuReport.contrast, (view) => view.getUint16(1, true));

export const encodeBootScreen = (on: boolean): Uint8Array => feature(stuReport.bootScreen, on ? 1 : 0);
export const parseBootScreen = (report: Uint8Array): Parsed<boolean> =>
  parseFeature(report, stuReport.bootScreen, (view) => view.getUint8(1) !== 0);

/** Plain ink, or smooth ink whose width follows the pressure. */
export type StuRendering = 'plain' | 'smooth';
export const encodeRendering = (how: StuRendering): Uint8Array =>
  feature(stuReport.rendering, how === 'smooth' ? 1 : 0);
export const parseRendering = (report: Uint8Array): Parsed<StuRendering> =>
  parseFeature(report, stuReport.rendering, (view) => (view.getUint8(1) === 0 ? 'plain' : 'smooth'));

/** In serial mode the pad is no HID device any more. The pad restarts after a change. */
export type StuDefaultMode = 'hid' | 'serial';
export const encodeDefaultMode = (mode: StuDefaultMode): Uint8Array =>
  feature(stuReport.defaultMode, mode === 'hid' ? 1 : 2, 0);
export const parseDefaultMode = (report: Uint8Array): Parsed<StuDefaultMode> =>
  parseFeature(report, stuReport.defaultMode, (view) => {
    const mode = view.getUint8(1);
    return mode === 1 ? 'hid' : mode === 2 ? 'serial' : 'malformed';
  });

const colourBytes = ({ red, green, blue }: StuColour, order: StuColourOrder): readonly number[] =>
  order === 'rgb' ? [red, green, blue] : [blue, green, red];
function readColour(view: DataView, at: number, order: StuColourOrder): StuColour {
  const [first, green, last] = [view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2)];
  return order === 'rgb' ? { red: first, green, blue: last } : { red: last, green, blue: first };
}

const to565 = ({ red, green, blue }: StuColour): number => ((red >> 3) << 11) | ((green >> 2) << 5) | (blue >> 3);
/** The low bits are filled from the high ones, so that white comes back as white. */
const from565 = (value: number): StuColour => {
  const [red, green, blue] = [value >> 11, (value >> 5) & 63, value & 31];
  return {
    red: (red << 3) | (red >> 2),
    green: (green << 2) | (green >> 4),
    blue: (blue << 3) | (blue >> 2),
  };
};
