/** Reports that put something on a STU pad's screen (`pads.md` 1.7, 1.8). */
import { areaBytes, feature, littleEndian } from './stu-reports.ts';
import type { StuArea, StuEncoding } from './stu-reports.ts';
import { stuReport } from './stu-report-table.ts';

/** What the bytes after the start report are and how they travel: in blocks, packed in blocks, or over bulk. */
export type StuImageMode = 0x00 | 0x01 | 0x02 | 0x04 | 0x10 | 0x12 | 0x14;
/** One bit a pixel, the whole bitmap packed by zlib. Known from one source only. */
export const zlibOneBit = 0x01;
export const overBulk = (encoding: StuEncoding): StuImageMode => (encoding | 0x10) as 0x10 | 0x12 | 0x14;

export const encodeClear = (): Uint8Array => feature(stuReport.clear);
export const encodeClearArea = (area: StuArea): Uint8Array => feature(stuReport.clearArea, 0, 1, ...areaBytes(area));
export const encodeStartImage = (mode: StuImageMode): Uint8Array => feature(stuReport.startImage, mode);
export const encodeStartImageArea = (mode: StuImageMode, area: StuArea): Uint8Array =>
  feature(stuReport.startImageArea, mode, 1, ...areaBytes(area));
export const encodeEndImage = (how: 'commit' | 'abandon'): Uint8Array =>
  feature(stuReport.endImage, how === 'commit' ? 0 : 1);

/** ID and length come before the data in a block. */
export const blockHeader = 3;
/** Data bytes that a block of the usual 256 bytes carries. */
export const blockCapacity = 253;

/**
 * A block is sent at its full length whether the data fill it or not. Throws on more data than it carries: that is our
 * bug, never the pad's.
 */
export function encodeImageBlock(data: Uint8Array, reportLength = blockCapacity + blockHeader): Uint8Array {
  if (data.length + blockHeader > reportLength) throw new RangeError('image block too long');
  const report = new Uint8Array(reportLength);
  report.set([stuReport.imageBlock, ...littleEndian(data.length)]);
  report.set(data, blockHeader);
  return report;
}
