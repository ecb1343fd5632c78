/** Driver of Wacom's signing displays. Their picture comes over the display's cable, so only the pen is driven. */
import { systemClock } from '../clock.ts';
import type { FoundPad, OpenPadPorts } from '../found-pad.ts';
import { PadError } from '../pad.ts';
import type { HidTransport, Pad, PadSample } from '../pad.ts';
import { describeByTable, openScreenlessPad } from '../screenless-pad.ts';
import { dtuPenMode, parseDtuInput } from './dtu-reports.ts';
import type { DtuPen } from './dtu-reports.ts';

/** Rejects with `PadError`, also where the display refuses to end its mouse mode: it would send no ink. */
export function openDtuPad(
  transport: HidTransport,
  found: FoundPad,
  { clock = systemClock }: OpenPadPorts = {},
): Promise<Pad> {
  const { driver } = found.model;
  return openScreenlessPad(transport, clock, async (answer) => {
    if (driver.kind !== 'wacom-dtu') throw new PadError('unsupported', `${found.model.model} is no signing display`);
    await answer(transport.sendFeatureReport(dtuPenMode));
    return {
      description: describeByTable(found),
      read: (bytes, at) => {
        const input = parseDtuInput(driver.layout, bytes);
        if (!input.ok) return [{ type: 'bad-report', reason: input.error }];
        return input.value.type === 'pen' ? [{ type: 'samples', samples: [sampleOf(input.value.pen, at)] }] : [];
      },
    };
  });
}

function sampleOf({ x, y, tip, inRange, pressure, sequence, time, eraser, switches }: DtuPen, at: number): PadSample {
  return {
    x,
    y,
    // The eraser end writes nothing.
    tip: tip && !eraser,
    inRange,
    pressure,
    ...(sequence === undefined ? {} : { sequence }),
    ...(time === undefined ? {} : { padTime: time }),
    ...(eraser ? { eraser } : {}),
    ...(switches === 0 ? {} : { switches }),
    at,
  };
}
