/** Driver of the Wacom STU family over plain HID (`pads.md` 1). Encryption and the bulk image path are not used. */
import { systemClock } from '../clock.ts';
import type { DriverClock } from '../clock.ts';
import type { FoundPad, OpenPadPorts, StuTraits } from '../found-pad.ts';
import { PadError } from '../pad.ts';
import type { HidTransport, Pad, PadDescription, PadEvent, PadGeometry } from '../pad.ts';
import type { Result } from '../../signing/result.ts';
import { chooseEncoding, encodeImage, splitBlocks } from './stu-image.ts';
import { StuLink, checkResult } from './stu-link.ts';
import { stuReport } from './stu-report-table.ts';
import * as stu from './stu-reports.ts';
import { stuSampler } from './stu-sampler.ts';

/** Booting shows the maker's picture for some seconds; commands are polled for a shorter time. */
const bootPolls = 100;

/**
 * Connects in the order of `pads.md` 1.13 and leaves the pad ready, dark of ink, telling time and sequence where it
 * can. Rejects with `PadError`; the transport is closed then.
 */
export async function openStuPad(
  transport: HidTransport,
  found: FoundPad,
  { clock = systemClock }: OpenPadPorts = {},
): Promise<Pad> {
  const { driver } = found.model;
  if (driver.kind !== 'wacom-stu') throw new PadError('unsupported', `${found.model.model} is not driven`);
  const link = new StuLink(transport, clock);
  try {
    await recover(link);
    const facts = await readFacts(link, found, driver.traits);
    if (driver.traits.optionMode !== null) await link.command(stu.encodeOptionMode(driver.traits.optionMode));
    await link.command(stu.encodeInking(false));
    return drive(link, transport, clock, driver.traits, facts);
  } catch (error) {
    await link.close().catch(() => undefined);
    throw error;
  }
}

/** A client that died leaves its capture or its half of an image behind. */
async function recover(link: StuLink): Promise<void> {
  const { status } = await link.status();
  if (status === 'capture') await link.set(stu.encodeEndCapture());
  if (status === 'image') await link.set(stu.encodeEndImage('abandon'));
  await link.waitFor('ready', bootPolls);
}

interface StuFacts {
  readonly description: PadDescription;
  readonly encodings: number;
  readonly screen: { readonly width: number; readonly height: number };
  readonly threshold: stu.StuThreshold | null;
}

async function readFacts(link: StuLink, found: FoundPad, traits: StuTraits): Promise<StuFacts> {
  const information = required(stu.parseInformation(await link.get(stuReport.information)), 'information');
  const capability = required(stu.parseCapability(await link.get(stuReport.capability)), 'capability');
  const threshold = await optional(async () => stu.parseThreshold(await link.get(stuReport.threshold)));
  const { identity } = traits;
  const own =
    identity === null ? null : await optional(async () => stu.parseIdentity(await link.get(identity), identity));
  // The STU-300 and STU-500 leave these at zero; the table then speaks for them.
  const encodings = (capability.encodings & 0x0e) === 0 ? encodingsOf(found.model.geometry) : capability.encodings;
  return {
    encodings,
    threshold,
    screen: { width: capability.width, height: capability.height },
    description: {
      id: found.id,
      maker: found.model.maker,
      model: information.model || found.model.model,
      serial: own || found.serial,
      firmware: information.firmware,
      road: found.road,
      encryption: 'none',
      shows: 'own-screen',
      geometry: {
        maxX: capability.maxX,
        maxY: capability.maxY,
        maxPressure: capability.maxPressure,
        unitsPerInch:
          capability.unitsPerInch === 0
            ? found.model.geometry.unitsPerInch
            : { x: capability.unitsPerInch, y: capability.unitsPerInch },
        nominalRate: capability.reportsPerSecond || found.model.geometry.nominalRate,
        screen: {
          width: capability.width,
          height: capability.height,
          colour: (encodings & 0x08) !== 0 ? 'rgb24' : (encodings & 0x04) !== 0 ? 'rgb16' : 'mono',
        },
      },
    },
  };
}

function encodingsOf(geometry: PadGeometry): number {
  switch (geometry.screen?.colour) {
    case 'rgb24':
      return 0x0e;
    case 'rgb16':
      return 0x06;
    case 'mono':
    case undefined:
      return 0x02;
  }
}

function required<T>(parsed: Result<T, 'malformed'>, what: string): T {
  if (parsed.ok) return parsed.value;
  throw new PadError('refused', `the ${what} report is malformed`);
}

/** For reports that old firmware may lack: it stalls, and the pad is as good without. */
async function optional<T>(read: () => Promise<Result<T, 'malformed'>>): Promise<T | null> {
  try {
    const parsed = await read();
    return parsed.ok ? parsed.value : null;
  } catch (error) {
    if (error instanceof PadError && error.code === 'refused') return null;
    throw error;
  }
}

function drive(link: StuLink, transport: HidTransport, clock: DriverClock, traits: StuTraits, facts: StuFacts): Pad {
  const listeners = new Set<(event: PadEvent) => void>();
  const emit = (event: PadEvent): void => {
    for (const listener of [...listeners]) listener(event);
  };
  const sample = stuSampler({ threshold: facts.threshold, optionMode: traits.optionMode });
  transport.onInput((report) => {
    const at = clock.now();
    const input = stu.parseStuInput(report);
    if (input.type === 'pen') emit({ type: 'samples', samples: [sample(input.pen, at)] });
    else if (input.type === 'problem') emit({ type: 'bad-report', reason: input.reason });
  });
  link.onClosed((reason) => emit({ type: 'closed', reason }));

  return {
    description: facts.description,
    showPicture: (rgba) => link.exclusive(() => upload(link, { ...facts.screen, rgba }, facts.encodings)),
    clearScreen: () =>
      link.exclusive(async () => {
        await link.waitFor('ready');
        await link.set(stu.encodeClear());
        checkResult(stuReport.clear, await link.waitFor('ready'));
      }),
    startCapture: (area) =>
      link.exclusive(async () => {
        if (area && traits.writingArea) await link.command(stu.encodeWritingArea(area));
        await link.command(stu.encodeInking(true));
      }),
    endCapture: () =>
      link.exclusive(async () => {
        await link.command(stu.encodeInking(false));
      }),
    onEvent: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      await link.exclusive(() => leave(link, traits)).catch(() => undefined);
      await link.close().catch(() => undefined);
    },
  };
}

async function upload(
  link: StuLink,
  picture: { readonly width: number; readonly height: number; readonly rgba: Uint8Array },
  encodings: number,
): Promise<void> {
  if (picture.rgba.length !== picture.width * picture.height * 4) throw new RangeError('picture is not screen size');
  const encoding = chooseEncoding(picture, encodings);
  const blocks = splitBlocks(encodeImage(picture, encoding));
  await link.waitFor('ready');
  await link.set(stu.encodeStartImage(encoding));
  checkResult(stuReport.startImage, await link.status());
  await link.waitFor('image');
  try {
    // One after the other: sent without waiting, the end report overtakes the last blocks.
    for (const block of blocks) await link.set(stu.encodeImageBlock(block));
  } catch (error) {
    await link.set(stu.encodeEndImage('abandon')).catch(() => undefined);
    throw error;
  }
  await link.set(stu.encodeEndImage('commit'));
  checkResult(stuReport.endImage, await link.waitFor('ready'));
}

/** On the way out each step is tried, whatever became of the one before: nothing personal stays on the screen. */
async function leave(link: StuLink, traits: StuTraits): Promise<void> {
  const steps = [stu.encodeInking(false), stu.encodeClear()];
  if (traits.optionMode !== null) steps.push(stu.encodeOptionMode(0));
  for (const step of steps) await link.set(step).catch(() => undefined);
}
