/** The pad host as a kiosk has it, a process of its own, and captures on it. */
import assert from 'node:assert/strict';
import type { PadGeometry, PadSample } from '../../../drivers/pad.ts';
import { startPadHost } from '../../../kiosk-shell/pad-host/client.ts';
import type { PadCaptureEvent, PadListing, PadService } from '../../../kiosk-shell/pad-host/client.ts';
import type { PadCaptureStarted } from '../../../kiosk-shell/pad-host/protocol.ts';
import type { PenMoment } from '../virtual/pad-core.ts';
import { wanderingPen } from '../virtual/pen-stream.ts';
import { until } from './until.ts';

export async function withCounter(act: (counter: PadService) => Promise<void>): Promise<void> {
  const counter = await startPadHost({ simulated: [], demoIfNone: false });
  try {
    await act(counter);
  } finally {
    await counter.close();
  }
}

/** The pad on this port of the virtual controller, once it is in this state. */
export async function listed(
  counter: PadService,
  port: number | null,
  state: PadListing['state'],
): Promise<PadListing> {
  const find = (): PadListing | undefined => counter.pads().find((pad) => onPort(pad, port) && pad.state === state);
  await until(`the pad on port ${port ?? '?'} is ${state}`, () => find() !== undefined, 40_000).catch(
    (error: unknown) => {
      const seen = counter.pads().map((pad) => `${pad.description.id} ${pad.state} ${pad.problem ?? ''}`);
      throw new Error(`listed: ${seen.join('; ')}`, { cause: error });
    },
  );
  const pad = find();
  assert.ok(pad);
  return pad;
}

/** Ports of the controller count from 0, those of its hub from 1. */
function onPort({ description }: PadListing, port: number | null): boolean {
  return port !== null && description.id.endsWith(`-${port + 1}`);
}

export class Capture {
  readonly started: PadCaptureStarted;
  readonly samples: PadSample[];
  readonly events: PadCaptureEvent[];

  /** `document` stands on the pad's screen: two captures with two names have two pictures. */
  static async start(counter: PadService, id: string, document = 'Drill'): Promise<Capture> {
    const samples: PadSample[] = [];
    const events: PadCaptureEvent[] = [];
    const words = { tenant: 'Lab', label: 'Signature', signatory: 'Nobody', page: '' };
    const labels = { ok: 'OK', clear: 'Clear', cancel: 'Cancel' };
    const started = await counter.startCapture(id, { ...words, document, labels }, (event) => {
      if (event.type === 'samples') samples.push(...event.samples);
      else events.push(event);
    });
    assert.ok(started.ok, started.ok ? '' : started.error);
    return new Capture(started.value, samples, events);
  }

  private constructor(started: PadCaptureStarted, samples: PadSample[], events: PadCaptureEvent[]) {
    this.started = started;
    this.samples = samples;
    this.events = events;
  }

  /** Wandering within the area that the signatory is shown. */
  moments(count: number, rate: number, seed: number): readonly PenMoment[] {
    const { area, description } = this.started;
    const { maxX, maxY } = description.geometry;
    return wanderingPen(count, rate, seed).map((moment) => ({
      ...moment,
      x: (area.x + moment.x * area.width) / maxX,
      y: (area.y + moment.y * area.height) / maxY,
    }));
  }

  async took(moments: readonly PenMoment[], limitMs = 60_000): Promise<void> {
    await until(`${moments.length} samples`, () => this.samples.length >= moments.length, limitMs).catch(
      (error: unknown) => {
        throw new Error(`${this.samples.length} of ${moments.length} samples`, { cause: error });
      },
    );
    const { geometry } = this.started.description;
    assert.equal(this.samples.length, moments.length);
    assert.ok(
      moments.every((moment, at) => isAt(this.samples[at], moment, geometry)),
      'every sample is the moment that was drawn on this pad',
    );
  }
}

function isAt(sample: PadSample | undefined, moment: PenMoment, { maxX, maxY }: PadGeometry): boolean {
  return sample !== undefined && Math.abs(sample.x - moment.x * maxX) <= 1 && Math.abs(sample.y - moment.y * maxY) <= 1;
}
