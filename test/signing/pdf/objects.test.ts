import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Lexer } from '../../../signing/pdf/lexer.ts';
import type { PdfObject } from '../../../signing/pdf/objects.ts';
import { dictSpans, parseObject } from '../../../signing/pdf/parse-object.ts';
import { PdfSyntaxError } from '../../../signing/pdf/pdf-file.ts';
import { writeObject } from '../../../signing/pdf/serialize.ts';
import { decodeText } from '../../../signing/pdf/text-string.ts';

const SEED = 20261123;

function parse(text: string): PdfObject {
  return parseObject(new Lexer(Buffer.from(text, 'latin1')));
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
function textOf(object: PdfObject): string {
  return typeof object === 'object' && object?.kind === 'string' ? Buffer.from(object.bytes).toString('latin1') : '';
}

describe('objects from text', () => {
  it.each([
    ['12', 12],
    ['+17', 17],
    ['-98', -98],
    ['34.5', 34.5],
    ['-3.62', -3.62],
    ['4.', 4],
    ['-.002', -0.002],
    ['0.0', 0],
    ['-0', 0],
    ['true', true],
    ['false', false],
    ['null', null],
    ['% a comment\r\n7', 7],
  ])('reads %s', (text, value) => {
    expect(parse(text)).toBe(value);
  });

  it('reads names with escapes, byte for byte', () => {
    expect(parse('/A#20B#23')).toEqual({ kind: 'name', name: 'A B#' });
    expect(parse('/')).toEqual({ kind: 'name', name: '' });
    expect(parse('/\xe8')).toEqual({ kind: 'name', name: '\xe8' });
  });

  it('reads literal strings with escapes, octal codes, line ends and balanced parentheses', () => {
    expect(textOf(parse('(a(b)c)'))).toBe('a(b)c');
    expect(textOf(parse('(\\n\\r\\t\\b\\f\\(\\)\\\\\\x)'))).toBe('\n\r\t\b\f()\\x');
    expect(textOf(parse('(\\101\\60\\0053)'))).toBe('A0\x053');
    expect(textOf(parse('(a\\\r\nb\\\nc\r\nd\re)'))).toBe('abc\nd\ne');
  });

  it('reads a number as the nearest one there is, however many digits it has', () => {
    const digits = fc.stringMatching(/^[0-9]{1,30}$/);
    fc.assert(
      fc.property(fc.constantFrom('', '-', '+'), digits, digits, (sign, whole, decimals) => {
        const text = `${sign}${whole}.${decimals}`;
        expect(parse(text)).toBe(Number(text) + 0);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  it.each([
    ['short', 20],
    ['long', 5000],
  ])('reads a %s hexadecimal string alike with and without white space in it', (_length, bytes) => {
    const hex = Buffer.from(Uint8Array.from({ length: bytes }, (_, i) => i * 7)).toString('hex');
    const spaced = `<${hex.slice(0, 7)} \n${hex.slice(7)}>`;
    expect(parse(spaced)).toEqual(parse(`<${hex.toUpperCase()}>`));
    expect(parse(`<${hex}>`)).toEqual({ kind: 'string', bytes: new Uint8Array(Buffer.from(hex, 'hex')), hex: true });
    expect(codeOf(() => parse(`<${hex}g>`))).toBe('object-damaged');
    expect(codeOf(() => parse(`<${hex}`))).toBe('object-damaged');
    expect(textOf(parse(`<${hex}5>`)).at(-1)).toBe('P');
  });

  it('reads hexadecimal strings, an odd last digit as if followed by 0', () => {
    expect(parse('<48 65\n6C>')).toEqual({ kind: 'string', bytes: Uint8Array.from([0x48, 0x65, 0x6c]), hex: true });
    expect(textOf(parse('<414>'))).toBe('A@');
  });

  it('tells references from numbers without any white space to spare', () => {
    expect(parse('[1 0 R/N 2 3 R[4 5]6 7 8 0 R]')).toEqual({
      kind: 'array',
      items: [
        { kind: 'ref', number: 1, generation: 0 },
        { kind: 'name', name: 'N' },
        { kind: 'ref', number: 2, generation: 3 },
        { kind: 'array', items: [4, 5] },
        6,
        7,
        { kind: 'ref', number: 8, generation: 0 },
      ],
    });
  });

  it('says where the values of a dictionary stand', () => {
    const bytes = Buffer.from('<</A 1/Contents  <00ff> /B[2]>>');
    const spans = dictSpans(bytes, 0);
    const { start, end } = spans?.get('Contents') ?? { start: 0, end: 0 };
    expect(bytes.subarray(start, end).toString()).toBe('<00ff>');
    expect(dictSpans(Buffer.from('[1]'), 0)).toBeNull();
  });
});

describe('text that is refused', () => {
  it.each([
    '',
    '--1',
    '1.2.3',
    '1e5',
    '+',
    '.',
    '(open',
    '(open\\)',
    '<12',
    '<1G>',
    ')',
    '>',
    '[1',
    '<</A>>',
    '<<1 2>>',
    '<</A 1/A 2>>',
    '/A#2',
    '/A#00',
    '/A#zz',
    'tru',
    '{1}',
    '9999999 70000 R',
    '8388608 0 R',
    `/${'a'.repeat(2000)}`,
  ])('refuses %j as damaged', (text) => {
    expect(codeOf(() => parse(text))).toBe('object-damaged');
  });

  it('refuses nesting beyond 100 levels, and takes 100', () => {
    expect(codeOf(() => parse('['.repeat(101) + ']'.repeat(101)))).toBe('nested-too-deep');
    expect(codeOf(() => parse('<</A'.repeat(2_000_000)))).toBe('nested-too-deep');
    expect(codeOf(() => parse('['.repeat(100) + ']'.repeat(100)))).toBe('none');
  });

  it('refuses an object of more than half a million values', () => {
    expect(codeOf(() => parse(`[${'/'.repeat(600_000)}]`))).toBe('expands-too-far');
  });

  it('throws nothing but its own error on any bytes', () => {
    const syntaxBytes = fc.uint8Array({ maxLength: 200 }).map((bytes) => {
      const alphabet = '<>[](){}/%#\\ \r\n0123456789+-.Robjendstreamtruefalsnull\0\xff';
      return Uint8Array.from(bytes, (byte) => alphabet.charCodeAt(byte % alphabet.length));
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), syntaxBytes), (bytes) => {
        const lexer = new Lexer(bytes);
        codeOf(() => {
          while (lexer.next().kind !== 'end');
        });
        codeOf(() => parseObject(new Lexer(bytes)));
        codeOf(() => dictSpans(bytes, 0));
      }),
      { seed: SEED, numRuns: 3_000 },
    );
  });
});

const name = fc
  .string({ unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 12 })
  .map((text): PdfObject => ({ kind: 'name', name: text }));
const leaf: fc.Arbitrary<PdfObject> = fc.oneof(
  fc.constantFrom(null, true, false),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e14, max: 1e14 }).map((n) => (Math.abs(n) < 1e-30 ? 0 : n)),
  name,
  fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.boolean()).map(([bytes, hex]): PdfObject => ({
    kind: 'string',
    bytes,
    hex,
  })),
  fc.tuple(fc.nat(8_388_607), fc.nat(65_535)).map(([number, generation]): PdfObject => ({
    kind: 'ref',
    number,
    generation,
  })),
);
const anyObject = fc.letrec<{ object: PdfObject }>((tie) => ({
  object: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('object'), { maxLength: 5 }).map((items): PdfObject => ({ kind: 'array', items })),
    fc
      .array(fc.tuple(fc.stringMatching(/^[\x01-\xff]{0,8}$/), tie('object')), { maxLength: 5 })
      .map((entries): PdfObject => ({ kind: 'dict', entries: new Map(entries) })),
  ),
})).object;

describe('writing objects', () => {
  it('gives bytes that are read back as the same object', () => {
    fc.assert(
      fc.property(anyObject, (object) => {
        const lexer = new Lexer(writeObject(object));
        expect(parseObject(lexer)).toEqual(object);
        expect(lexer.next()).toEqual({ kind: 'end' });
      }),
      { seed: SEED, numRuns: 1_000 },
    );
  });

  it('writes numbers without exponents', () => {
    expect([1e-7, -1.5e-9, 123456789012, -0, 1e-300].map((n) => Buffer.from(writeObject(n)).toString())).toEqual([
      '0.0000001',
      '-0.0000000015',
      '123456789012',
      '0',
      '0',
    ]);
  });

  it('writes an array of more parts than a call takes arguments', () => {
    const items = Array.from({ length: 250_000 }, (_, number): PdfObject => ({ kind: 'ref', number, generation: 0 }));
    const text = Buffer.from(writeObject({ kind: 'array', items })).toString();
    expect(text.startsWith('[0 0 R 1 0 R ')).toBe(true);
    expect(text.endsWith(' 249999 0 R]')).toBe(true);
  });

  it('gives a stream the length of its data, whatever its dictionary said', () => {
    const entries = new Map<string, PdfObject>([['Length', 99]]);
    const text = Buffer.from(writeObject({ kind: 'stream', dict: { kind: 'dict', entries }, raw: Buffer.from('abc') }));
    expect(text.toString()).toBe('<<\n/Length 3\n>>\nstream\nabc\nendstream');
  });

  it.each([Number.NaN, Infinity, 1e15, { kind: 'name', name: 'č' } as const, { kind: 'name', name: '\0' } as const])(
    'refuses to write %j',
    (object) => {
      expect(() => writeObject(object)).toThrow(RangeError);
    },
  );
});

describe('text strings', () => {
  it('are read in each of their encodings', () => {
    expect(decodeText(Uint8Array.from([0x50, 0x9d, 0x9e, 0xa0, 0xe8]))).toBe('Pšž€è');
    expect(decodeText(Uint8Array.from([0xfe, 0xff, 0x01, 0x0d]))).toBe('č');
    expect(decodeText(Uint8Array.from([0xef, 0xbb, 0xbf, 0xc4, 0x8d]))).toBe('č');
  });
});
