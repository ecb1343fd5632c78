import { inflateSync } from 'node:zlib';

/** Pixels of a PNG of 8 bits a channel without interlacing, as `drivers/screen/canvas.ts` writes them: RGBA, row by row. */
export function pngPixels(png: Uint8Array): { readonly width: number; readonly height: number; readonly rgba: Buffer } {
  const file = Buffer.from(png);
  const [width, height, kind] = [file.readUInt32BE(16), file.readUInt32BE(20), file.readUInt32BE(24)];
  if (kind >>> 16 !== 0x0806 || file[28] !== 0) throw new Error('not 8 bits of RGBA, or interlaced');
  const packed: Buffer[] = [];
  for (let at = 8; at < file.length; at += 12 + file.readUInt32BE(at)) {
    if (file.toString('latin1', at + 4, at + 8) !== 'IDAT') continue;
    packed.push(file.subarray(at + 8, at + 8 + file.readUInt32BE(at)));
  }
  const rows = inflateSync(Buffer.concat(packed));
  const stride = width * 4;
  const rgba = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x;
      const left = x < 4 ? 0 : rgba[at - 4]!;
      const above = y === 0 ? 0 : rgba[at - stride]!;
      const corner = x < 4 || y === 0 ? 0 : rgba[at - stride - 4]!;
      rgba[at] = rows[y * (stride + 1) + 1 + x]! + predicted(filter, left, above, corner);
    }
  }
  return { width, height, rgba };
}

function predicted(filter: number, left: number, above: number, corner: number): number {
  switch (filter) {
    case 1:
      return left;
    case 2:
      return above;
    case 3:
      return (left + above) >> 1;
    case 4: {
      const [toLeft, toAbove, toCorner] = [above - corner, left - corner, left + above - 2 * corner].map(Math.abs);
      return toLeft! <= toAbove! && toLeft! <= toCorner! ? left : toAbove! <= toCorner! ? above : corner;
    }
    default:
      return 0;
  }
}
