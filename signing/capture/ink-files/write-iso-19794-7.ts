import { encodeScaling, ISO_CHANNELS, ISO_SIGNED, type IsoChannel } from './iso-19794-7-layout.ts';

/** A record of ISO/IEC 19794-7:2007, full format. Values are the integers as stored, before the offset of signed ones. */
export interface IsoRecord {
  /** In any order; each once. X and Y, and exactly one of T and DT, have to be there. */
  readonly channels: readonly IsoChannelDescription[];
  /** One row a point: the values of the channels that are not constant, in the order of `channels`. */
  readonly points: readonly (readonly number[])[];
}
export interface IsoChannelDescription {
  readonly channel: IsoChannel;
  /** Stored integer / scaling = value in metre, second or degree (formats 1.7). Absent: raw units. */
  readonly scaling?: number;
  readonly min?: number;
  readonly max?: number;
  /** Takes no bytes in the points. Only DT: its scaling is then the rate in hertz. */
  readonly constant?: boolean;
}

const MOST_POINTS = 0xffffff;

/** The record's bytes. @throws RangeError for what the format cannot hold: a bug of whoever built the record. */
export function writeIso19794(record: IsoRecord): Uint8Array {
  const order = record.channels
    .map((description, column) => ({ ...description, bit: ISO_CHANNELS.indexOf(description.channel), column }))
    .sort((a, b) => a.bit - b.bit);
  assertChannels(record);
  if (record.points.length > MOST_POINTS) throw new RangeError('more points than a record holds');
  const out: number[] = [...IDENTIFIER];
  push16(
    out,
    order.reduce((bits, { bit }) => bits | (0x8000 >> bit), 0),
  );
  for (const description of order) pushDescription(out, description);
  // Reserved, then flags (no extended data), then the count in three bytes.
  out.push(0, 0, record.points.length >> 16);
  push16(out, record.points.length & 0xffff);
  const stored = record.channels.filter(({ constant }) => constant !== true);
  const columns = stored
    .map(({ channel }, at) => ({ channel, at }))
    .sort((a, b) => ISO_CHANNELS.indexOf(a.channel) - ISO_CHANNELS.indexOf(b.channel));
  for (const point of record.points) {
    if (point.length !== stored.length) throw new RangeError('a point has another number of values than channels');
    for (const { channel, at } of columns) pushValue(out, channel, point[at] ?? NaN);
  }
  return Uint8Array.from(out);
}

/** "SDI" NUL and the version " 10" NUL of the 2007 edition. */
const IDENTIFIER = [0x53, 0x44, 0x49, 0, 0x20, 0x31, 0x30, 0];

function assertChannels({ channels }: IsoRecord): void {
  const names = channels.map(({ channel }) => channel);
  const has = (name: IsoChannel): boolean => names.includes(name);
  if (new Set(names).size !== names.length) throw new RangeError('a channel occurs twice');
  if (!has('X') || !has('Y') || has('T') === has('DT')) throw new RangeError('X, Y and one time channel are needed');
  // How the value of any other constant channel is found is not certain (formats 1.5): never written.
  const odd = channels.find(({ channel, constant }) => constant === true && channel !== 'DT');
  if (odd !== undefined) throw new RangeError('only DT may be constant');
}

function pushDescription(out: number[], { channel, scaling, min, max, constant }: IsoChannelDescription): void {
  const bits = [scaling === undefined ? 0 : 0x80, min === undefined ? 0 : 0x40, max === undefined ? 0 : 0x20];
  out.push(bits.reduce((sum, bit) => sum | bit, constant === true ? 0x04 : 0));
  if (scaling !== undefined) {
    const code = encodeScaling(scaling);
    if (code === null) throw new RangeError('a scaling is outside what can be written');
    push16(out, code);
  }
  for (const bound of [min, max]) {
    if (bound !== undefined) push16(out, stored16(channel, bound));
  }
}

/** S is one byte, everything else two (formats 1.7, 1.8). */
function pushValue(out: number[], channel: IsoChannel, value: number): void {
  if (channel !== 'S') push16(out, stored16(channel, value));
  else if (value === 0 || value === 1) out.push(value);
  else throw new RangeError('S is 0 or 1');
}

function stored16(channel: IsoChannel, value: number): number {
  const stored = value + (ISO_SIGNED.has(channel) ? 0x8000 : 0);
  if (!Number.isInteger(stored) || stored < 0 || stored > 0xffff) throw new RangeError(`${channel} out of range`);
  return stored;
}

function push16(out: number[], value: number): void {
  out.push(value >> 8, value & 0xff);
}
