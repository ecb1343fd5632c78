/** Driver of the Wacom STU family over HID, with session encryption and the bulk image path (`pads.md` 1). */
import { randomBytes } from 'node:crypto';
import { systemClock } from '../clock.ts';
import type { FoundPad, OpenPadPorts } from '../found-pad.ts';
import { PadError } from '../pad.ts';
import type { HidTransport, Pad, PadArea, PadEvent } from '../pad.ts';
import { StuCapture } from './stu-capture.ts';
import { findEncryption } from './stu-encryption.ts';
import type { RandomBytes } from './stu-encryption.ts';
import { readFacts } from './stu-facts.ts';
import type { StuFacts } from './stu-facts.ts';
import { encodeClear } from './stu-image-reports.ts';
import { chooseEncoding, encodeImage } from './stu-image.ts';
import { StuLink, checkResult } from './stu-link.ts';
import { parseStuInput } from './stu-pen-reports.ts';
import { recover } from './stu-recovery.ts';
import { reportsOfProduct, stuReport } from './stu-report-table.ts';
import { stuSampler } from './stu-sampler.ts';
import { encodeInking, encodeOptionMode } from './stu-settings-reports.ts';
import { StuUpload } from './stu-upload.ts';

export interface StuPorts extends OpenPadPorts {
  /** Secrets and session numbers; tests know theirs. */
  readonly random?: RandomBytes;
}

/**
 * Connects in the order of `pads.md` 1.13 and leaves the pad ready, dark of ink, telling time and sequence where it
 * can. Rejects with `PadError`; the transport is closed then.
 */
export async function openStuPad(transport: HidTransport, found: FoundPad, ports: StuPorts = {}): Promise<Pad> {
  const { clock = systemClock, random = randomBytes } = ports;
  const { driver, pid } = found.model;
  if (driver.kind !== 'wacom-stu') throw new PadError('unsupported', `${found.model.model} is not driven`);
  const link = new StuLink(transport, clock, reportsOfProduct(pid));
  try {
    await recover(link);
    const facts = await readFacts(link, found);
    const encryption = await findEncryption(link, random);
    const { optionMode } = facts.abilities;
    if (optionMode !== null) await link.command(encodeOptionMode(optionMode));
    await link.command(encodeInking(false));
    return drive(link, transport, facts, {
      capture: new StuCapture(link, encryption, facts.abilities, random),
      upload: new StuUpload(link, { openBulk: ports.bulk ?? null, zlib: false }),
      encryption: encryption?.version ?? 'none',
    });
  } catch (error) {
    await link.close().catch(() => undefined);
    throw error;
  }
}

interface Parts {
  readonly capture: StuCapture;
  readonly upload: StuUpload;
  readonly encryption: 'none' | 'v1' | 'v2';
}

function drive(link: StuLink, transport: HidTransport, facts: StuFacts, { capture, upload, encryption }: Parts): Pad {
  const listeners = new Set<(event: PadEvent) => void>();
  const emit = (event: PadEvent): void => {
    for (const listener of [...listeners]) listener(event);
  };
  const { abilities, threshold } = facts;
  const sample = stuSampler({ threshold, optionMode: abilities.optionMode });
  transport.onInput((report) => {
    const at = link.clock.now();
    const input = parseStuInput(report);
    if (input.type === 'problem') emit({ type: 'bad-report', reason: input.reason });
    if (input.type !== 'pen' && input.type !== 'encrypted') return;
    const pens = capture.read(input);
    if (pens === 'refused') emit({ type: 'bad-report', reason: 'refused' });
    else emit({ type: 'samples', samples: pens.map((pen) => sample(pen, at)) });
  });
  link.onClosed((reason) => emit({ type: 'closed', reason }));
  const whole: PadArea = { x: 0, y: 0, ...facts.screen };

  return {
    description: { ...facts.description, encryption },
    showPicture: (rgba, progress) =>
      link.exclusive(async () => {
        const picture = { ...facts.screen, rgba };
        if (capture.area) await capture.end();
        const encoding = chooseEncoding(picture, facts.encodings);
        await upload.send(
          { area: null, encoding, data: encodeImage(picture, encoding) },
          progress ?? (() => undefined),
        );
      }),
    clearScreen: () =>
      link.exclusive(async () => {
        const { area } = capture;
        if (area) await capture.end();
        await link.waitFor('ready');
        await link.set(encodeClear());
        checkResult(stuReport.clear, await link.waitFor('ready'));
        if (area) await capture.begin(area);
      }),
    startCapture: (area = whole) => link.exclusive(() => capture.begin(area)),
    endCapture: () => link.exclusive(() => capture.end()),
    onEvent: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      await link.exclusive(() => leave(link, capture, facts)).catch(() => undefined);
      await upload.close();
      await link.close().catch(() => undefined);
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
