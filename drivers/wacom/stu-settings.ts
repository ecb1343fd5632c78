/** Settings a STU pad is given when it connects (`pads.md` 1.7). Those in flash wear it: nothing is written that is so already. */
import type { PadModel } from '../found-pad.ts';
import { PadError } from '../pad.ts';
import { optional } from './stu-facts.ts';
import type { StuLink } from './stu-link.ts';
import { encodeUid } from './stu-queries.ts';
import { reportsOfProduct, stuReport } from './stu-report-table.ts';
import type { StuFeatureId } from './stu-report-table.ts';
import * as reports from './stu-settings-reports.ts';
import type { StuColour, StuColourOrder, StuInk, StuRendering } from './stu-settings-reports.ts';
import type { StuDeskSettings } from './stu-settings-text.ts';

/** What is left out stays as the pad has it. */
export interface StuSettings {
  readonly ink?: StuInk;
  /** Parts of the screen that are to be white can then be cleared instead of sent. */
  readonly whiteBackground?: boolean;
  /** 0 to 3. */
  readonly backlight?: number;
  readonly contrast?: number;
  readonly bootScreen?: boolean;
  readonly rendering?: StuRendering;
  /** The owner's number for the pad. */
  readonly uid?: number;
  /** The pad comes up as a HID device after its next restart, never as a serial port. */
  readonly staysHid?: boolean;
  readonly colourOrder?: StuColourOrder;
  /** Packs 1-bit pictures: known from one source only, hence off unless asked for. */
  readonly zlib?: boolean;
}

const black: StuColour = { red: 0, green: 0, blue: 0 };
const darkBlue: StuColour = { red: 0, green: 0, blue: 0x60 };
const white: StuColour = { red: 255, green: 255, blue: 255 };

/**
 * Dark blue ink stands out from black print, on the models whose colour bytes are agreed on: the 16 bits of the
 * STU-520, and the STU-540, on which drivers were seen to work. On a STU-530 the order is unknown and blue may turn out
 * red; black is black either way. Thickness has a known meaning on the STU-540 only (1 is 3 px, its default).
 */
export function defaultSettings(pid: number): StuSettings {
  const ink = inks.get(pid);
  return { whiteBackground: true, ...(ink ? { ink } : {}) };
}
const inks = new Map<number, StuInk>([
  [0x00a3, { colour: darkBlue, thickness: 1 }],
  [0x00a5, { colour: black, thickness: 1 }],
  [0x00a7, { colour: black, thickness: 1 }],
  [0x00a8, { colour: darkBlue, thickness: 1 }],
]);

/** The model's defaults with what the desk asks over them. A screen without colour is asked for a thickness only: what it makes of a colour is not known. */
export function settingsOf({ pid, geometry }: PadModel, desk: StuDeskSettings): StuSettings {
  const { inkColour, thickness, ...others } = desk;
  const defaults = defaultSettings(pid);
  const colour = geometry.screen?.colour === 'mono' ? undefined : inkColour;
  if (colour === undefined && thickness === undefined) return { ...defaults, ...others };
  const ink = defaults.ink ?? { colour: black, thickness: 1 };
  return {
    ...defaults,
    ...others,
    ink: { colour: colour ?? ink.colour, thickness: thickness ?? ink.thickness },
  };
}

/** By any of these a pad is told of it. */
const toldBy: Readonly<Record<Exclude<keyof StuDeskSettings, 'zlib'>, readonly StuFeatureId[]>> = {
  inkColour: [stuReport.pen16, stuReport.pen24],
  thickness: [stuReport.pen16, stuReport.pen24],
  colourOrder: [stuReport.pen24],
  backlight: [stuReport.backlight],
  contrast: [stuReport.contrast],
  bootScreen: [stuReport.bootScreen],
  rendering: [stuReport.rendering],
};

/** What of the desk's settings this model cannot have, by the table of reports: an open pad may tell otherwise. */
export function lackingOf({ pid, geometry }: PadModel, desk: StuDeskSettings): StuDeskSettings {
  const { features } = reportsOfProduct(pid);
  const colour = geometry.screen?.colour;
  const has = (key: keyof StuDeskSettings): boolean => {
    if (key === 'zlib') return colour === 'rgb24';
    if (colour === 'mono' && (key === 'inkColour' || key === 'colourOrder')) return false;
    return toldBy[key].some((id) => features.has(id));
  };
  return Object.fromEntries(Object.entries(desk).filter(([key]) => !has(key as keyof StuDeskSettings)));
}

/** What the driver has to know of the settings once they are made. */
export interface StuSettled {
  /** Cleared is white for sure. */
  readonly whiteBackground: boolean;
}

export async function applySettings(link: StuLink, settings: StuSettings): Promise<StuSettled> {
  for (const report of wantedReports(link, settings)) await writeChange(link, report);
  return { whiteBackground: await isWhite(link, settings.colourOrder ?? 'rgb') };
}

/** Each as the whole report the pad should hold, of those it has. */
function wantedReports(link: StuLink, settings: StuSettings): readonly Uint8Array[] {
  const has = (id: StuFeatureId): boolean => link.reports.features.has(id);
  const order = settings.colourOrder ?? 'rgb';
  const wanted: Uint8Array[] = [];
  const want = <T>(value: T | undefined, id: StuFeatureId, encode: (value: T) => Uint8Array): void => {
    if (value !== undefined && has(id)) wanted.push(encode(value));
  };
  // Where a pad has both, the 24-bit report says the same more exactly.
  if (has(stuReport.pen24)) want(settings.ink, stuReport.pen24, (ink) => reports.encodePen24(ink, order));
  else want(settings.ink, stuReport.pen16, reports.encodePen16);
  const background = settings.whiteBackground === true ? white : undefined;
  if (has(stuReport.background24)) {
    want(background, stuReport.background24, (colour) => reports.encodeBackground24(colour, order));
  } else want(background, stuReport.background16, reports.encodeBackground16);
  want(settings.backlight, stuReport.backlight, reports.encodeBacklight);
  want(settings.contrast, stuReport.contrast, reports.encodeContrast);
  want(settings.bootScreen, stuReport.bootScreen, reports.encodeBootScreen);
  want(settings.rendering, stuReport.rendering, reports.encodeRendering);
  want(settings.uid, stuReport.uid, encodeUid);
  if (settings.staysHid === true) want('hid' as const, stuReport.defaultMode, reports.encodeDefaultMode);
  return wanted;
}

/** Reads, compares, writes only a change. A pad that refuses a setting is as good without it. */
async function writeChange(link: StuLink, wanted: Uint8Array): Promise<void> {
  try {
    const now = await link.get(wanted[0] as StuFeatureId);
    if (wanted.every((byte, at) => now[at] === byte)) return;
    await link.command(wanted);
  } catch (error) {
    if (error instanceof PadError && (error.code === 'refused' || error.code === 'wrong-state')) return;
    throw error;
  }
}

/** A pad without a background to set clears to white. */
async function isWhite(link: StuLink, order: StuColourOrder): Promise<boolean> {
  const { features } = link.reports;
  const [id, parse] = features.has(stuReport.background24)
    ? [stuReport.background24, (report: Uint8Array) => reports.parseBackground24(report, order)]
    : [stuReport.background16, reports.parseBackground16];
  if (!features.has(id)) return true;
  const colour = await optional(link, id, parse);
  return colour?.red === 255 && colour.green === 255 && colour.blue === 255;
}
