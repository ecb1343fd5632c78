import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeStream } from '../../../signing/pdf/decode-stream.ts';
import { array, dict, name, type PdfObject } from '../../../signing/pdf/objects.ts';
import { PdfSyntaxError } from '../../../signing/pdf/pdf-file.ts';

const text = 'Countersign countersign countersign';

function decode(raw: Uint8Array, entries: Record<string, PdfObject>, max = 1_000_000): string {
  const stream = { kind: 'stream', dict: dict(entries), raw } as const;
  return Buffer.from(decodeStream(stream, (object) => object ?? null, max)).toString('latin1');
}
function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (cause) {
    if (cause instanceof PdfSyntaxError) return cause.code;
    throw cause;
  }
  return 'none';
}

describe('stream filters', () => {
  it('undo Flate', () => {
    expect(decode(deflateSync(Buffer.from(text)), { Filter: name('FlateDecode') })).toBe(text);
  });

  it('undo LZW: the example of ISO 32000-1, 7.4.4.2', () => {
    const raw = Buffer.from('800B6050220C0C8501', 'hex');
    expect(decode(raw, { Filter: name('LZWDecode') })).toBe('-----A---B');
  });

  it('undo LZW over every width of code and a full table', () => {
    const long = Array.from({ length: 20_000 }, (_, i) => String.fromCharCode((i * i * 7 + i) % 251)).join('');
    for (const early of [0, 1]) {
      expect(decode(lzw(long, early), { Filter: name('LZWDecode'), DecodeParms: dict({ EarlyChange: early }) })).toBe(
        long,
      );
    }
  });

  it('undo hexadecimal, base 85 and run lengths', () => {
    expect(decode(Buffer.from('48 656C6c 6f7>'), { Filter: name('ASCIIHexDecode') })).toBe('Hellop');
    expect(decode(Buffer.from('9jqo^BlbD-BleB1DJ+*+F(f,qz~>'), { Filter: name('ASCII85Decode') })).toBe(
      'Man is distinguished' + '\0\0\0\0',
    );
    expect(decode(Buffer.from('87cURDZ~>'), { Filter: name('A85') })).toBe('Hello');
    expect(decode(Uint8Array.from([2, 65, 66, 67, 254, 68, 128]), { Filter: name('RunLengthDecode') })).toBe('ABCDDD');
  });

  it('undo several filters in turn, each with its own parameters', () => {
    const rows = Uint8Array.from([2, 1, 2, 3, 2, 1, 1, 1]);
    const hex = Buffer.from(`${deflateSync(rows).toString('hex')}>`);
    const parameters = array([null, dict({ Predictor: 12, Columns: 3 })]);
    const filters = array([name('ASCIIHexDecode'), name('FlateDecode')]);
    expect(decode(hex, { Filter: filters, DecodeParms: parameters })).toBe('\x01\x02\x03\x02\x03\x04');
  });

  it('undo every PNG row predictor and the TIFF one', () => {
    const rows = [
      [0, 10, 20, 30],
      [1, 1, 1, 1],
      [2, 1, 1, 1],
      [3, 1, 1, 1],
      [4, 1, 1, 1],
    ];
    const png = decode(deflateSync(Uint8Array.from(rows.flat())), {
      Filter: name('FlateDecode'),
      DecodeParms: dict({ Predictor: 15, Columns: 3 }),
    });
    expect([...Buffer.from(png, 'latin1')]).toEqual([10, 20, 30, 1, 2, 3, 2, 3, 4, 2, 3, 4, 3, 4, 5]);
    const tiff = decode(deflateSync(Uint8Array.from([1, 1, 1, 5, 1, 1])), {
      Filter: name('FlateDecode'),
      DecodeParms: dict({ Predictor: 2, Columns: 3 }),
    });
    expect([...Buffer.from(tiff, 'latin1')]).toEqual([1, 2, 3, 5, 6, 7]);
  });

  it.each<[string, Uint8Array, Record<string, PdfObject>, string]>([
    ['an image filter', Buffer.from('x'), { Filter: name('JBIG2Decode') }, 'filter-unknown'],
    ['an encryption filter', Buffer.from('x'), { Filter: name('Crypt') }, 'filter-unknown'],
    ['data in another file', Buffer.from('x'), { F: name('x') }, 'filter-unknown'],
    ['nine filters', Buffer.from('x'), { Filter: array(Array(9).fill(name('Fl'))) }, 'filter-unknown'],
    ['a filter that is no name', Buffer.from('x'), { Filter: 3 }, 'stream-damaged'],
    ['cut Flate data', deflateSync(Buffer.from(text)).subarray(0, 12), { Filter: name('Fl') }, 'stream-damaged'],
    ['no Flate data', Buffer.from('hello'), { Filter: name('Fl') }, 'stream-damaged'],
    ['cut LZW data', Uint8Array.from([0x80]), { Filter: name('LZW') }, 'stream-damaged'],
    ['an LZW code out of nowhere', Uint8Array.from([0xff, 0xff]), { Filter: name('LZW') }, 'stream-damaged'],
    ['a bad hexadecimal digit', Buffer.from('4G>'), { Filter: name('AHx') }, 'stream-damaged'],
    ['hexadecimal without end', Buffer.from('41'), { Filter: name('AHx') }, 'stream-damaged'],
    ['base 85 without end', Buffer.from('87cUR'), { Filter: name('A85') }, 'stream-damaged'],
    ['base 85 beyond 32 bits', Buffer.from('uuuuu~>'), { Filter: name('A85') }, 'stream-damaged'],
    ['a run without its byte', Uint8Array.from([200]), { Filter: name('RL') }, 'stream-damaged'],
    [
      'an unknown predictor',
      deflateSync(Buffer.from(text)),
      { Filter: name('Fl'), DecodeParms: dict({ Predictor: 7 }) },
      'stream-damaged',
    ],
  ])('refuse %s', (_, raw, entries, code) => {
    expect(codeOf(() => decode(raw, entries))).toBe(code);
  });

  it.each<[string, Uint8Array]>([
    ['FlateDecode', deflateSync(new Uint8Array(2_000_000))],
    ['LZWDecode', lzw('\0'.repeat(2_000_000), 1)],
    ['RunLengthDecode', Uint8Array.from([...Array(16_000).fill([129, 0]).flat(), 128])],
    ['ASCII85Decode', Buffer.from(`${'z'.repeat(500_000)}~>`)],
  ])('stop %s at the limit', (filter, raw) => {
    expect(codeOf(() => decode(raw, { Filter: name(filter) }, 1_000_000))).toBe('expands-too-far');
  });

  it('throw nothing but the reader’s error on any data', () => {
    const filters = ['FlateDecode', 'LZWDecode', 'ASCIIHexDecode', 'ASCII85Decode', 'RunLengthDecode'];
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom(...filters),
        fc.record({ Predictor: fc.integer({ min: -1, max: 16 }), Columns: fc.nat(40), Colors: fc.nat(4) }),
        (raw, filter, parameters) => {
          codeOf(() => decode(raw, { Filter: name(filter), DecodeParms: dict(parameters) }));
        },
      ),
      { seed: 20261123, numRuns: 1_000 },
    );
  });
});

/** A plain encoder, only for these tests. */
function lzw(data: string, earlyChange: number): Uint8Array {
  const out: number[] = [];
  let held = 0;
  let bits = 0;
  let width = 9;
  let table = new Map<string, number>();
  let next = 258;
  const put = (code: number): void => {
    bits = (bits << width) | code;
    held += width;
    while (held >= 8) {
      held -= 8;
      out.push((bits >> held) & 0xff);
    }
    bits &= (1 << held) - 1;
  };
  const codeOfRun = (run: string): number => (run.length === 1 ? run.charCodeAt(0) : (table.get(run) ?? -1));
  put(256);
  let run = '';
  for (const char of data) {
    if (run === '' || table.has(run + char)) {
      run += char;
      continue;
    }
    put(codeOfRun(run));
    table.set(run + char, next);
    next += 1;
    if (next + earlyChange > 4096) {
      put(256);
      table = new Map();
      next = 258;
      width = 9;
    } else if (next + earlyChange > 1 << width) width += 1;
    run = char;
  }
  put(codeOfRun(run));
  next += 1;
  if (next + earlyChange > 1 << width && width < 12) width += 1;
  put(257);
  if (held > 0) out.push((bits << (8 - held)) & 0xff);
  return Uint8Array.from(out);
}
