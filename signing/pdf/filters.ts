/**
 * Stream filters for data (ISO 32000-1, 7.4): FlateDecode, LZWDecode, ASCIIHexDecode, ASCII85Decode,
 * RunLengthDecode, with PNG and TIFF predictors. Left out: image filters and Crypt; pictures are never decoded here.
 * Every step stops at a limit, so no stream expands further than its reader is ready for.
 */
import { inflateSync } from 'node:zlib';
import { hexValue, isWhitespace } from './characters.ts';
import { PdfSyntaxError } from './pdf-file.ts';

export interface FilterParameters {
  readonly predictor: number;
  readonly colors: number;
  readonly bitsPerComponent: number;
  readonly columns: number;
  /** LZW only. */
  readonly earlyChange: number;
}

/** @throws PdfSyntaxError 'filter-unknown', 'stream-damaged', 'expands-too-far' */
export function applyFilter(
  filter: string,
  data: Uint8Array,
  parameters: FilterParameters,
  maxBytes: number,
): Uint8Array {
  switch (filter) {
    case 'FlateDecode':
    case 'Fl':
      return undoPredictor(inflate(data, maxBytes), parameters);
    case 'LZWDecode':
    case 'LZW':
      return undoPredictor(lzw(data, parameters.earlyChange, maxBytes), parameters);
    case 'ASCIIHexDecode':
    case 'AHx':
      return asciiHex(data);
    case 'ASCII85Decode':
    case 'A85':
      return ascii85(data, maxBytes);
    case 'RunLengthDecode':
    case 'RL':
      return runLength(data, maxBytes);
    default:
      throw new PdfSyntaxError('filter-unknown', `stream filter ${filter.slice(0, 40)} is not read`);
  }
}

function damaged(message: string): PdfSyntaxError {
  return new PdfSyntaxError('stream-damaged', message);
}
function tooFar(): PdfSyntaxError {
  return new PdfSyntaxError('expands-too-far', 'a stream expands beyond the limit');
}

function inflate(data: Uint8Array, maxBytes: number): Uint8Array {
  try {
    return inflateSync(data, { maxOutputLength: Math.max(maxBytes, 1) });
  } catch (cause) {
    if (cause instanceof RangeError) throw tooFar();
    throw damaged('compressed data is damaged');
  }
}

/** A buffer that grows up to a limit. */
class Output {
  #bytes = new Uint8Array(4096);
  #length = 0;
  readonly #max: number;
  constructor(max: number) {
    this.#max = max;
  }
  reserve(count: number): void {
    const needed = this.#length + count;
    if (needed > this.#max) throw tooFar();
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, Math.min(this.#bytes.length * 2, this.#max)));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
  push(byte: number): void {
    this.reserve(1);
    this.#bytes[this.#length] = byte;
    this.#length += 1;
  }
  append(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }
  fill(byte: number, count: number): void {
    this.reserve(count);
    this.#bytes.fill(byte, this.#length, this.#length + count);
    this.#length += count;
  }
  /** Repeats `count` bytes written before, from `start`; may run into itself by one byte, as LZW needs. */
  copyWithin(start: number, count: number): void {
    this.reserve(count);
    for (let i = 0; i < count; i += 1) this.#bytes[this.#length + i] = this.#bytes[start + i] ?? 0;
    this.#length += count;
  }
  get length(): number {
    return this.#length;
  }
  done(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}

/** 7.4.4.2. Every table entry is a stretch of the output: where it began and how long it is. */
function lzw(data: Uint8Array, earlyChange: number, maxBytes: number): Uint8Array {
  const out = new Output(maxBytes);
  const starts = new Int32Array(4096);
  const lengths = new Int32Array(4096);
  let next = 258;
  let width = 9;
  let previousStart = -1;
  let previousLength = 0;
  let bits = 0;
  let held = 0;
  let at = 0;
  for (;;) {
    while (held < width) {
      if (at >= data.length) throw damaged('LZW data ends early');
      bits = ((bits << 8) | (data[at] ?? 0)) & 0xffffff;
      at += 1;
      held += 8;
    }
    const code = (bits >> (held - width)) & ((1 << width) - 1);
    held -= width;
    if (code === 257) return out.done();
    if (code === 256) {
      next = 258;
      width = 9;
      previousStart = -1;
      continue;
    }
    const start = out.length;
    if (code < 256) out.push(code);
    else if (code < next) out.copyWithin(starts[code] ?? 0, lengths[code] ?? 0);
    else if (code === next && previousStart >= 0) out.copyWithin(previousStart, previousLength + 1);
    else throw damaged('LZW data is damaged');
    if (previousStart >= 0 && next < 4096) {
      // The new entry is the previous one plus the byte that followed it in the output.
      starts[next] = previousStart;
      lengths[next] = previousLength + 1;
      next += 1;
    }
    previousStart = start;
    previousLength = out.length - start;
    if (next + earlyChange >= 2048) width = 12;
    else if (next + earlyChange >= 1024) width = 11;
    else if (next + earlyChange >= 512) width = 10;
  }
}

function asciiHex(data: Uint8Array): Uint8Array {
  const out = new Uint8Array((data.length + 1) >> 1);
  let count = 0;
  for (const byte of data) {
    if (byte === 0x3e) return out.subarray(0, (count + 1) >> 1);
    const value = hexValue(byte);
    if (value < 0) {
      if (isWhitespace(byte)) continue;
      throw damaged('hexadecimal data is damaged');
    }
    out[count >> 1] = (count & 1) === 0 ? value << 4 : (out[count >> 1] ?? 0) | value;
    count += 1;
  }
  throw damaged('hexadecimal data has no end mark');
}

function ascii85(data: Uint8Array, maxBytes: number): Uint8Array {
  const out = new Output(maxBytes);
  let group = 0;
  let count = 0;
  for (let at = 0; at < data.length; at += 1) {
    const byte = data[at] ?? 0;
    if (isWhitespace(byte)) continue;
    if (byte === 0x7e) {
      let close = at + 1;
      while (isWhitespace(data[close] ?? -1)) close += 1;
      if (data[close] !== 0x3e || count === 1) throw damaged('base-85 data is damaged');
      if (count > 0) {
        for (let pad = count; pad < 5; pad += 1) group = group * 85 + 84;
        for (let i = 0; i < count - 1; i += 1) out.push(Math.floor(group / 256 ** (3 - i)) & 0xff);
      }
      return out.done();
    }
    if (byte === 0x7a && count === 0) {
      out.fill(0, 4);
      continue;
    }
    if (byte < 0x21 || byte > 0x75) throw damaged('base-85 data is damaged');
    group = group * 85 + byte - 0x21;
    count += 1;
    if (count < 5) continue;
    if (group > 0xffffffff) throw damaged('base-85 data is damaged');
    for (let i = 3; i >= 0; i -= 1) out.push(Math.floor(group / 256 ** i) & 0xff);
    group = 0;
    count = 0;
  }
  throw damaged('base-85 data has no end mark');
}

function runLength(data: Uint8Array, maxBytes: number): Uint8Array {
  const out = new Output(maxBytes);
  let at = 0;
  while (at < data.length) {
    const length = data[at] ?? 128;
    at += 1;
    if (length === 128) return out.done();
    if (length < 128) {
      if (at + length + 1 > data.length) throw damaged('run-length data ends early');
      out.append(data.subarray(at, at + length + 1));
      at += length + 1;
    } else {
      if (at >= data.length) throw damaged('run-length data ends early');
      out.fill(data[at] ?? 0, 257 - length);
      at += 1;
    }
  }
  throw damaged('run-length data has no end mark');
}

/** 7.4.4.4 */
function undoPredictor(data: Uint8Array, parameters: FilterParameters): Uint8Array {
  const { predictor, colors, bitsPerComponent, columns } = parameters;
  if (predictor === 1) return data;
  const pixelBits = colors * bitsPerComponent;
  const rowBytes = Math.ceil((pixelBits * columns) / 8);
  const pixelBytes = Math.max(1, pixelBits >> 3);
  if (predictor === 2) return undoTiff(data, colors, bitsPerComponent, rowBytes);
  if (predictor >= 10 && predictor <= 15) return undoPng(data, rowBytes, pixelBytes);
  throw damaged('an unknown predictor');
}

function undoTiff(data: Uint8Array, colors: number, bits: number, rowBytes: number): Uint8Array {
  if (bits !== 8) throw new PdfSyntaxError('filter-unknown', 'a TIFF predictor for other than 8 bits is not read');
  const out = Uint8Array.from(data);
  for (let row = 0; row < out.length; row += rowBytes) {
    const end = Math.min(row + rowBytes, out.length);
    for (let at = row + colors; at < end; at += 1) out[at] = (out[at] ?? 0) + (out[at - colors] ?? 0);
  }
  return out;
}

function undoPng(data: Uint8Array, rowBytes: number, pixelBytes: number): Uint8Array {
  const rows = Math.ceil(data.length / (rowBytes + 1));
  const out = new Uint8Array(Math.max(0, data.length - rows));
  let from = 0;
  for (let row = 0; row < rows; row += 1) {
    const type = data[from] ?? 0;
    from += 1;
    const base = row * rowBytes;
    const count = Math.min(rowBytes, data.length - from);
    // Cross-reference streams are nearly always of type 2, and can be long.
    if (type === 2 && row > 0) {
      for (let i = 0; i < count; i += 1) out[base + i] = (data[from + i] ?? 0) + (out[base - rowBytes + i] ?? 0);
      from += count;
      continue;
    }
    for (let i = 0; i < count; i += 1) {
      const left = i >= pixelBytes ? (out[base + i - pixelBytes] ?? 0) : 0;
      const up = row > 0 ? (out[base - rowBytes + i] ?? 0) : 0;
      const corner = row > 0 && i >= pixelBytes ? (out[base - rowBytes + i - pixelBytes] ?? 0) : 0;
      out[base + i] = (data[from + i] ?? 0) + pngGuess(type, left, up, corner);
    }
    from += count;
  }
  return out;
}

function pngGuess(type: number, left: number, up: number, corner: number): number {
  switch (type) {
    case 0:
      return 0;
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    case 4: {
      const estimate = left + up - corner;
      const toLeft = Math.abs(estimate - left);
      const toUp = Math.abs(estimate - up);
      const toCorner = Math.abs(estimate - corner);
      if (toLeft <= toUp && toLeft <= toCorner) return left;
      return toUp <= toCorner ? up : corner;
    }
    default:
      throw damaged('an unknown row predictor');
  }
}
