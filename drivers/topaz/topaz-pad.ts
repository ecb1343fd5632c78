/** Driver of Topaz BSB pads over a serial line. They send by themselves; nothing is ever sent to them. */
import { systemClock } from '../clock.ts';
import type { FoundPad, OpenPadPorts } from '../found-pad.ts';
import { PadError } from '../pad.ts';
import type { Pad, PadEvent } from '../pad.ts';
import { describeByTable, openScreenlessPad } from '../screenless-pad.ts';
import type { SerialPort } from '../serial/serial-port.ts';
import { TopazParser } from './topaz-parser.ts';
import type { TopazItem, TopazTraits } from './topaz-parser.ts';

export function openTopazPad(
  port: SerialPort,
  found: FoundPad,
  { clock = systemClock }: OpenPadPorts = {},
): Promise<Pad> {
  const { driver } = found.model;
  return openScreenlessPad(port, clock, () => {
    if (driver.kind !== 'topaz-bsb') throw new PadError('unsupported', `${found.model.model} is no Topaz pad`);
    const parser = new TopazParser();
    return Promise.resolve({
      description: describeByTable(found),
      read: (bytes, at) => parser.feed(bytes).map((item) => eventOf(item, driver.traits, at)),
    });
  });
}

function eventOf(item: TopazItem, { left, top }: TopazTraits, at: number): PadEvent {
  if (item.type === 'bad') return { type: 'bad-report', reason: item.reason };
  const { x, y, tip, near, pressure } = item;
  const place = { x: x - left, y: y - top, tip, inRange: near };
  return { type: 'samples', samples: [{ ...place, ...(pressure === undefined ? {} : { pressure }), at }] };
}
