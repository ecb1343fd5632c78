import { err, ok, type Result } from '../../result.ts';
import { tooMany } from './finish-ink.ts';
import { INK_SAMPLE_LIMIT, type InkProblem, type InkSample } from './ink-recording.ts';
import { decodeScaling, ISO_CHANNELS, ISO_SIGNED, type IsoChannel } from './iso-19794-7-layout.ts';

interface ChannelDescription {
  readonly channel: IsoChannel;
  /** Stored integer / scaling = value; 1 when left out. */
  readonly scaling: number;
  readonly constant: boolean;
  readonly maximum: number | null;
}

/**
 * ISO/IEC 19794-7:2007 full format, reading (formats 1.3 to 1.8): channels X Y with T or DT, F or Z as force. The
 * S channel is one byte; constant channels take no bytes in the points. Later editions are refused by version.
 */
export function parseIso19794(bytes: Uint8Array): Result<readonly InkSample[], InkProblem> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 15) return damaged('shorter than a header', bytes.length);
  if (view.getUint32(4) !== 0x20313000) return damaged('version is not 2007', 4);
  const header = readHeader(view);
  if (!header.ok) return header;
  const { channels, end } = header.value;
  const has = (channel: IsoChannel): boolean => channels.some((entry) => entry.channel === channel);
  if (!has('X') || !has('Y')) return damaged('X or Y is missing', 8);
  if (has('T') === has('DT')) return damaged('exactly one time channel is needed', 8);
  if (end + 4 > bytes.length) return damaged('ends before the points', end);
  const extended = (view.getUint8(end) & 1) === 1;
  const count = (view.getUint8(end + 1) << 16) | view.getUint16(end + 2);
  const stored = channels.filter(({ constant }) => !constant);
  const size = stored.reduce((sum, { channel }) => sum + (channel === 'S' ? 1 : 2), 0);
  const first = end + 4;
  // Checked before anything is allocated: the count is only a claim.
  if (count * size > bytes.length - first) return damaged('fewer points than announced', end + 1);
  const after = first + count * size;
  if (extended && after + 2 > bytes.length) return damaged('ends before the extended data', after);
  const extension = extended ? 2 + view.getUint16(after) : 0;
  if (after + extension > bytes.length) return damaged('ends inside the extended data', after);
  if (after + extension < bytes.length) return damaged('bytes after the end', after + extension);
  if (count > INK_SAMPLE_LIMIT) return err(tooMany(count));
  return ok(readPoints(view, channels, stored, first, count, size));
}

function readHeader(view: DataView): Result<{ channels: readonly ChannelDescription[]; end: number }, InkProblem> {
  const inclusion = view.getUint16(8);
  const channels: ChannelDescription[] = [];
  let at = 10;
  for (const [i, channel] of ISO_CHANNELS.entries()) {
    if ((inclusion & (0x8000 >> i)) === 0) continue;
    if (at >= view.byteLength) return damaged('ends inside the header', at);
    const preamble = view.getUint8(at);
    if ((preamble & 1) !== 0) return damaged('reserved bit is set', at);
    at += 1;
    const attributes: number[] = [];
    for (const bit of [0x80, 0x40, 0x20, 0x10, 0x08]) {
      if ((preamble & bit) === 0) continue;
      if (at + 2 > view.byteLength) return damaged('ends inside the header', at);
      attributes.push(bit, view.getUint16(at));
      at += 2;
    }
    const attribute = (bit: number): number | null => {
      const index = attributes.indexOf(bit);
      return index < 0 ? null : (attributes[index + 1] ?? null);
    };
    const scaling = attribute(0x80);
    channels.push({
      channel,
      scaling: scaling === null ? 1 : decodeScaling(scaling),
      constant: (preamble & 0x04) !== 0,
      maximum: attribute(0x20),
    });
  }
  return ok({ channels, end: at + 1 });
}

function readPoints(
  view: DataView,
  channels: readonly ChannelDescription[],
  stored: readonly ChannelDescription[],
  first: number,
  count: number,
  size: number,
): readonly InkSample[] {
  const described = (channel: IsoChannel): ChannelDescription | undefined =>
    channels.find((entry) => entry.channel === channel);
  // A constant DT says how many ticks a second there are: one tick a point.
  const constantStep = described('DT')?.constant === true ? 1000 / (described('DT')?.scaling ?? 1) : null;
  const samples: InkSample[] = [];
  let time = 0;
  let strongest = 0;
  for (let i = 0; i < count; i += 1) {
    const values = new Map<IsoChannel, number>();
    let at = first + i * size;
    for (const { channel } of stored) {
      values.set(
        channel,
        channel === 'S' ? view.getUint8(at) : view.getUint16(at) - (ISO_SIGNED.has(channel) ? 0x8000 : 0),
      );
      at += channel === 'S' ? 1 : 2;
    }
    const value = (channel: IsoChannel): number | undefined => values.get(channel);
    const inMillis = (channel: 'T' | 'DT'): number =>
      ((value(channel) ?? 0) * 1000) / (described(channel)?.scaling ?? 1);
    if (described('T') !== undefined) time = inMillis('T');
    else if (i > 0) time += constantStep ?? inMillis('DT');
    const force = value('F');
    strongest = Math.max(strongest, force ?? 0);
    const tip = value('S') === undefined ? force === undefined || force > 0 : value('S') !== 0;
    const place = (axis: 'X' | 'Y'): number => (value(axis) ?? 0) / (described(axis)?.scaling ?? 1);
    // Pen coordinates count upwards in this standard.
    samples.push({ x: place('X'), y: 0 - place('Y'), tip, pressure: force ?? null, time });
  }
  // Without a stated maximum 0..1 is of what was met.
  const range = described('F')?.maximum ?? strongest;
  return samples.map((sample) => ({
    ...sample,
    pressure: sample.pressure === null || range === 0 ? null : sample.pressure / range,
  }));
}

function damaged(detail: string, offset: number): Result<never, InkProblem> {
  return err({ code: 'damaged', detail: `${detail} (byte ${offset})` });
}
