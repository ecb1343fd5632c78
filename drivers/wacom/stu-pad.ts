/** Driver of the Wacom STU family over HID, with session encryption and the bulk image path (`pads.md` 1). */
import { randomBytes } from 'node:crypto';
import { systemClock } from '../clock.ts';
import type { FoundPad, OpenPadPorts } from '../found-pad.ts';
import { parseReportDescriptor } from '../generic-digitizer/report-descriptor.ts';
import { PadError } from '../pad.ts';
import type { HidTransport, Pad, PadArea, PadEvent } from '../pad.ts';
import { endOwnMode, stuExtras } from './stu-540.ts';
import type { StuExtras } from './stu-540.ts';
import type { StuKeyEvent } from './stu-540-reports.ts';
import { StuCapture } from './stu-capture.ts';
import { findEncryption } from './stu-encryption-choice.ts';
import type { RandomBytes } from './stu-encryption.ts';
import { readFacts } from './stu-facts.ts';
import type { StuFacts } from './stu-facts.ts';
import { encodeClear } from './stu-image-reports.ts';
import { StuLink } from './stu-link.ts';
import { parseStuInput } from './stu-pen-reports.ts';
import { encodingFlags } from './stu-queries.ts';
import { recover } from './stu-recovery.ts';
import { reportsDeclared, reportsOfProduct, stuReport } from './stu-report-table.ts';
import { stuSampler } from './stu-sampler.ts';
import { StuScreen } from './stu-screen.ts';
import { encodeInking, encodeOptionMode } from './stu-settings-reports.ts';
import { applySettings, settingsOf } from './stu-settings.ts';
import type { StuSettings } from './stu-settings.ts';
import { StuUpload } from './stu-upload.ts';

export interface StuPorts extends OpenPadPorts {
  /** Secrets and session numbers; tests know theirs. */
  readonly random?: RandomBytes;
  /** All of them, instead of the model's defaults and `deskSettings`. */
  readonly settings?: StuSettings;
}
export interface OpenStu {
  readonly pad: Pad;
  /** Null on every model but the STU-540. */
  readonly extras: StuExtras | null;
}

export async function openStuPad(transport: HidTransport, found: FoundPad, ports: StuPorts = {}): Promise<Pad> {
  return (await openStu(transport, found, ports)).pad;
}

/**
 * Connects in the order of `pads.md` 1.13 and leaves the pad ready, dark of ink, telling time and sequence where it
 * can, with a key exchange tried out. Rejects with `PadError`; the transport is closed then.
 */
export async function openStu(transport: HidTransport, found: FoundPad, ports: StuPorts = {}): Promise<OpenStu> {
  const { clock = systemClock, random = randomBytes } = ports;
  const { driver, pid } = found.model;
  if (driver.kind !== 'wacom-stu') throw new PadError('unsupported', `${found.model.model} is not driven`);
  const settings = ports.settings ?? settingsOf(found.model, ports.deskSettings ?? {});
  const link = new StuLink(transport, clock, reportsOfProduct(pid));
  try {
    await readDescriptor(link, transport);
    await recover(link);
    await endOwnMode(link);
    const facts = await readFacts(link, found);
    const encryption = await findEncryption(link, random);
    const { optionMode } = facts.abilities;
    if (optionMode !== null) await link.command(encodeOptionMode(optionMode));
    await link.command(encodeInking(false));
    const { whiteBackground } = await applySettings(link, settings);
    const zlib = settings.zlib === true && (facts.encodings & encodingFlags.zlib) !== 0;
    const upload = new StuUpload(link, { openBulk: ports.bulk ?? null, zlib });
    return drive(link, transport, facts, {
      capture: new StuCapture(link, encryption, facts.abilities, random),
      upload,
      screen: new StuScreen(link, upload, facts, whiteBackground),
      encryption: encryption?.version ?? 'none',
    });
  } catch (error) {
    await link.close().catch(() => undefined);
    throw error;
  }
}

/** The pad's own word on its reports, where the road tells it; else the table's stands. */
async function readDescriptor(link: StuLink, transport: HidTransport): Promise<void> {
  const bytes = await link.within(() => transport.reportDescriptor());
  const parsed = bytes && parseReportDescriptor(bytes);
  if (!parsed?.ok) return;
  const lengths = (reports: readonly { readonly id: number; readonly byteLength: number }[]): Map<number, number> =>
    new Map(reports.map(({ id, byteLength }) => [id, byteLength]));
  const { features, inputs } = parsed.value;
  link.reports = reportsDeclared({ features: lengths(features), inputs: lengths(inputs) }) ?? link.reports;
}

interface Parts {
  readonly capture: StuCapture;
  readonly upload: StuUpload;
  readonly screen: StuScreen;
  readonly encryption: 'none' | 'v1' | 'v2';
}

function drive(link: StuLink, transport: HidTransport, facts: StuFacts, parts: Parts): OpenStu {
  const { capture, upload, screen, encryption } = parts;
  const whole: PadArea = { x: 0, y: 0, ...facts.screen };
  const events = listeners<PadEvent>();
  const keys = listeners<StuKeyEvent>();
  const read = inputReader(link, facts, capture, events.tell, keys.tell);
  transport.onInput(read);
  link.onClosed((reason) => events.tell({ type: 'closed', reason }));

  const begin = async (area: PadArea): Promise<void> => {
    const within = onScreen(area, facts.screen);
    // Ink can only be where the pad confines it; without a writing area that is everywhere.
    screen.inkWithin(facts.abilities.writingArea ? within : whole);
    await capture.begin(within);
  };
  const outOfCapture = <T>(work: () => Promise<T>): Promise<T> =>
    link.exclusive(async () => {
      if (capture.area) await capture.end();
      return work();
    });

  const pad: Pad = {
    description: { ...facts.description, encryption },
    showPicture: (rgba, progress = () => undefined) => outOfCapture(() => screen.show(rgba, progress)),
    clearScreen: () =>
      link.exclusive(async () => {
        // Nothing can be cleared while capturing: the capture ends and another begins.
        const { area } = capture;
        if (area) await capture.end();
        await screen.clear();
        if (area) await begin(area);
      }),
    startCapture: (area = whole) => link.exclusive(() => begin(area)),
    endCapture: () => link.exclusive(() => capture.end()),
    onEvent: events.add,
    close: async () => {
      await link.exclusive(() => leave(link, capture, facts)).catch(() => undefined);
      await upload.close();
      await link.close().catch(() => undefined);
    },
  };
  const has540 = link.reports.features.has(stuReport.operationMode);
  return { pad, extras: has540 ? stuExtras({ link, upload, screen, outOfCapture, onKey: keys.add }) : null };
}

function inputReader(
  link: StuLink,
  { abilities, threshold }: StuFacts,
  capture: StuCapture,
  emit: (event: PadEvent) => void,
  key: (event: StuKeyEvent) => void,
): (report: Uint8Array) => void {
  const sample = stuSampler({ threshold, optionMode: abilities.optionMode });
  return (report) => {
    const at = link.clock.now();
    const input = parseStuInput(report);
    switch (input.type) {
      case 'problem':
        emit({ type: 'bad-report', reason: input.reason });
        break;
      case 'pen':
      case 'encrypted': {
        const pens = capture.read(input);
        if (pens === 'refused') emit({ type: 'bad-report', reason: 'refused' });
        else emit({ type: 'samples', samples: pens.map((pen) => sample(pen, at)) });
        break;
      }
      case 'key': {
        const event = capture.readKey(report);
        if (event === 'refused') emit({ type: 'bad-report', reason: 'refused' });
        else if (event.ok) key(event.value);
        else emit({ type: 'bad-report', reason: 'malformed' });
        break;
      }
      case 'other':
        break;
    }
  };
}

/** Whole pixels that the screen has: a pad refuses any other area. */
function onScreen(area: PadArea, screen: { readonly width: number; readonly height: number }): PadArea {
  const span = (from: number, length: number, most: number): readonly [number, number] => {
    const first = Math.min(most - 1, Math.max(0, Math.floor(from)));
    return [first, Math.max(1, Math.min(most, Math.ceil(from + length)) - first)];
  };
  const [x, width] = span(area.x, area.width, screen.width);
  const [y, height] = span(area.y, area.height, screen.height);
  return { x, y, width, height };
}

interface Listeners<T> {
  readonly add: (listener: (event: T) => void) => () => void;
  readonly tell: (event: T) => void;
}
function listeners<T>(): Listeners<T> {
  const all = new Set<(event: T) => void>();
  return {
    add: (listener) => {
      all.add(listener);
      return () => all.delete(listener);
    },
    tell: (event) => {
      for (const listener of [...all]) listener(event);
    },
  };
}

/** On the way out each step is tried, whatever became of the one before: nothing personal stays on the screen. */
async function leave(link: StuLink, capture: StuCapture, { abilities }: StuFacts): Promise<void> {
  const steps = [encodeInking(false), encodeClear()];
  if (abilities.optionMode !== null) steps.push(encodeOptionMode(0));
  await capture.end().catch(() => undefined);
  for (const step of steps) await link.set(step).catch(() => undefined);
}
