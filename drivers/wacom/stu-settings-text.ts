/** Settings of a desk's STU pads as one line of its configuration, such as `backlight=2,contrast=16,ink=000060`. */
import { err, ok } from '../../signing/result.ts';
import type { Result } from '../../signing/result.ts';
import type { StuColour, StuColourOrder, StuRendering } from './stu-settings-reports.ts';

/**
 * What a desk asks of all its STU pads; what is left out stays as the model has it by default. An owner's number is no
 * such thing: it tells one pad from another. Nor is the background, which has to be white: parts of the screen are then
 * cleared instead of sent.
 */
export interface StuDeskSettings {
  readonly inkColour?: StuColour;
  /** As in `StuInk`. */
  readonly thickness?: number;
  readonly colourOrder?: StuColourOrder;
  /** 0 to 3. */
  readonly backlight?: number;
  readonly contrast?: number;
  readonly bootScreen?: boolean;
  readonly rendering?: StuRendering;
  /** Packs 1-bit pictures, where the pad can. */
  readonly zlib?: boolean;
}

interface Entry {
  /** What a value has to be, after "must be". */
  readonly form: string;
  /** Null for a value that is none. */
  readonly read: (value: string) => StuDeskSettings | null;
  /** Null where the settings leave it to the model. */
  readonly write: (settings: StuDeskSettings) => string | null;
}

/** What a pad takes at most is published for backlight and thickness; of contrast only that it has 16 bits. */
const most = { backlight: 3, contrast: 0xffff, thickness: 3 } as const;

const entries: ReadonlyMap<string, Entry> = new Map([
  [
    'ink',
    {
      form: 'a colour of six hexadecimal digits, red first, such as 000060',
      read: (value: string) =>
        /^[0-9a-f]{6}$/i.test(value) ? { inkColour: colourOf(Number.parseInt(value, 16)) } : null,
      write: ({ inkColour }: StuDeskSettings) => (inkColour === undefined ? null : hexOf(inkColour)),
    },
  ],
  ['thickness', number('thickness')],
  ['colour-order', choice('colourOrder', { rgb: 'rgb', bgr: 'bgr' })],
  ['backlight', number('backlight')],
  ['contrast', number('contrast')],
  ['boot-screen', choice('bootScreen', { on: true, off: false })],
  ['rendering', choice('rendering', { plain: 'plain', smooth: 'smooth' })],
  ['zlib', choice('zlib', { on: true, off: false })],
]);
export const stuSettingNames: readonly string[] = [...entries.keys()];

/** Each as `name=value`, with commas between. The problem is a sentence's end: what is wrong, at which place, what to write. */
export function parseStuSettings(text: string): Result<StuDeskSettings, string> {
  const seen = new Set<string>();
  let settings: StuDeskSettings = {};
  for (const [at, part] of text.split(',').entries()) {
    const place = `has at place ${at + 1}`;
    const [, name = '', value = ''] = /^([^=]*)=([^=]*)$/.exec(part)?.map((one) => one.trim()) ?? [];
    if (name === '') return err(`${place} ${quoted(part)}: write name=value, such as backlight=2`);
    const entry = entries.get(name);
    if (!entry) return err(`${place} no setting of a pad (${quoted(name)}): choose from ${stuSettingNames.join(', ')}`);
    if (seen.has(name)) return err(`${place} ${name} a second time: say it once`);
    const read = entry.read(value);
    if (read === null) return err(`${place} ${name} as ${quoted(value)}: it must be ${entry.form}`);
    seen.add(name);
    settings = { ...settings, ...read };
  }
  return ok(settings);
}

/** As `parseStuSettings` reads it, in the order of the names; empty for no settings. */
export function formatStuSettings(settings: StuDeskSettings): string {
  return [...entries]
    .flatMap(([name, { write }]) => {
      const value = write(settings);
      return value === null ? [] : [`${name}=${value}`];
    })
    .join(',');
}

function number(key: keyof typeof most): Entry {
  return {
    form: `a whole number from 0 to ${most[key]}`,
    read: (value) => (/^\d{1,5}$/.test(value) && Number(value) <= most[key] ? { [key]: Number(value) } : null),
    write: (settings) => settings[key]?.toString() ?? null,
  };
}

function choice<K extends 'colourOrder' | 'bootScreen' | 'rendering' | 'zlib'>(
  key: K,
  words: Readonly<Record<string, NonNullable<StuDeskSettings[K]>>>,
): Entry {
  const known = Object.entries(words);
  return {
    form: known.map(([word]) => word).join(' or '),
    read: (value) => {
      const meant = known.find(([word]) => word === value);
      return meant ? { [key]: meant[1] } : null;
    },
    write: (settings) => known.find(([, meaning]) => meaning === settings[key])?.[0] ?? null,
  };
}

const colourOf = (value: number): StuColour => ({ red: value >> 16, green: (value >> 8) & 0xff, blue: value & 0xff });
const hexOf = ({ red, green, blue }: StuColour): string =>
  ((red << 16) | (green << 8) | blue).toString(16).padStart(6, '0');

/** What somebody wrote, on one line and not too long for it. */
const quoted = (text: string): string => JSON.stringify(text.length > 32 ? `${text.slice(0, 32)}…` : text);
