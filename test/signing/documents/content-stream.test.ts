import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ContentReader, type Operation } from '../../../signing/documents/content-stream.ts';
import { Operators } from '../../../signing/documents/operation-skipper.ts';
import { isArray, isString } from '../../../signing/pdf/objects.ts';

function read(text: string, wanted?: Operators): readonly Operation[] {
  const reader = new ContentReader(Buffer.from(text, 'latin1'), wanted);
  const out: Operation[] = [];
  for (let next = reader.next(); next !== null; next = reader.next()) out.push(next);
  return out;
}
/** What is shown, and the other operations that decide in which font, in order; with the sink or by the full reader alone. */
function showing(text: string, withSink: boolean): { readonly order: readonly string[]; readonly given: number } {
  const order: string[] = [];
  let given = 0;
  const strings = (shown: readonly Uint8Array[]): void => {
    order.push(`show ${shown.map((bytes) => Buffer.from(bytes).toString('hex')).join(' ')}`);
  };
  const sink = (bytes: Uint8Array, all: readonly number[], count: number): void => {
    const ends = all.slice(0, count);
    given += 1;
    strings(ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end)));
  };
  const wanted = new Operators('q Q Tf Tj TJ \' " Do gs');
  const reader = new ContentReader(Buffer.from(text, 'latin1'), wanted, withSink ? sink : undefined);
  for (let next = reader.next(); next !== null; next = reader.next()) {
    const last = next.operands.at(-1) ?? null;
    if (['Tj', 'TJ', "'", '"'].includes(next.operator)) {
      strings((isArray(last) ? last.items : [last]).flatMap((item) => (isString(item) ? [item.bytes] : [])));
    } else order.push(JSON.stringify([next.operator, next.operands]));
  }
  return { order, given };
}
function operations(text: string): readonly string[] {
  return read(text).map(({ start, end }) => text.slice(start, end));
}

describe('content streams', () => {
  it.each<[string, readonly string[]]>([
    ['q 1 0 0 1 5 5 cm Q', ['q', '1 0 0 1 5 5 cm', 'Q']],
    ['BT(a)Tj[(b)-1<63>]TJ T* ET', ['BT', '(a)Tj', '[(b)-1<63>]TJ', 'T*', 'ET']],
    ['(a \\) b)\' 1 2(c)" % comment (x) Tj\nf', ["(a \\) b)'", '1 2(c)"', 'f']],
    ['/A << /B [1 2] /C (x) >> BDC EMC', ['/A << /B [1 2] /C (x) >> BDC', 'EMC']],
    ['BI /W 2 /H 2 /BPC 8 /CS /G ID \x01EI\x02\nEI Q', ['Q']],
    ['BI /W 9 /H 9 /F /Fl ID x EI \x80\x81 yy\nEI\nQ q', ['Q', 'q']],
    ['BI /W 4 /H 1 /L 4 /F /Fl ID EI Q\nEI q', ['q']],
    ['1.2.3 --5 +.7 m', ['1.2.3 --5 +.7 m']],
    ['[(never closed) Tj ET', ['[(never closed) Tj', 'ET']],
    [') > ] } ET', [') > ] } ET']],
    ['ET (never closed', ['ET']],
  ])('reads %j', (text, expected) => {
    expect(operations(text)).toEqual(expected);
  });

  it('reads malformed numbers as viewers do', () => {
    const next = new ContentReader(Buffer.from('1.2.3 --5 4- 12abc m', 'latin1')).next();
    expect(next?.operands).toEqual([1.2, -5, 4, 12]);
  });

  const piece = fc.constantFrom(
    ...['BI ', ' ID ', ' EI', '(', ')', '<', '>', '[', ']', '<<', '>>', '/N', '/N#41', '/N#4 ', '%', '\n', '\\'],
    ...[' 1', '-.5 ', '1.2.3 ', ' Tj', ' re', ' q ', ' null ', 'true ', ' scn', ' BDC', '/', '<41 4>', '<4x>', '{'],
    ...['(a\\))', '[(b)-3<63>]', ` ${'k'.repeat(130)} `, ` 8${'k'.repeat(130)} `, `/${'n'.repeat(1030)} `],
  );
  const content = fc.array(fc.oneof(piece, fc.string({ maxLength: 4 }))).map((pieces) => pieces.join(''));

  it.each<[string, number, readonly string[]]>([
    ['<0041 0z> Tj (a) Tj', 0, []],
    ['(a(b)c)Tj <4>Tj <4 1 4\n>Tj ()Tj', 4, ['show 6128622963', 'show 40', 'show 4140', 'show ']],
    ['[(a)-3 .5<62>1]TJ [(c)]\' 1 2 [(d)(e)]"', 3, ['show 61 62', 'show 63', 'show 64 65']],
    ['(a\\173)Tj (a\rb)Tj (z)Tj', 1, ['show 617b', 'show 610a62', 'show 7a']],
    [
      '(a) 1 Tj (a)(b) Tj [(a)](b)Tj [(a)[(b)](c)]TJ [(d)/N(e)]TJ',
      0,
      ['show ', 'show 62', 'show 62', 'show 61 63', 'show 64 65'],
    ],
    ['(a) ] Tj [(b) Tj [true(c)]TJ Tj', 0, ['show 61', 'show 62', 'show 63', 'show ']],
    ['(no) 3 w <78> re (a) Tj', 1, ['show 61']],
    [
      'q /F 9 Tf <41>Tj Q <42>Tj',
      2,
      ['["q",[]]', '["Tf",[{"kind":"name","name":"F"},9]]', 'show 41', '["Q",[]]', 'show 42'],
    ],
  ])('gives %j to a sink, plain strings without the reader', (text, given, order) => {
    expect(showing(text, true)).toEqual({ order, given });
    expect(showing(text, false).order).toEqual(order);
  });

  it('ends and never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(content, (text) => {
        expect(Array.isArray(operations(text))).toBe(true);
      }),
      { seed: 20261123, numRuns: 400 },
    );
  });

  it('gives a sink the strings that the full reader shows, among the same operations, whatever the bytes', () => {
    const text = fc.constantFrom(
      ...[' Tj', ' TJ', "'", '"', '<0041>', '<00 7b>', '<7>', '(a)', '(b(c))', '(a\\)', '(\r)', '[', ']', ' -7 '],
      ...[
        ' /F 9 Tf ',
        ' q ',
        ' Q ',
        ' T* ',
        '[(a)1<62>]TJ',
        '<0z>',
        ' BI ID (x) Tj EI ',
        '(a)Tj ',
        ' 1 2<7b>" ',
        '[<7>(b)]TJ ',
      ],
    );
    const pieces = fc.array(fc.oneof({ weight: 20, arbitrary: text }, piece, fc.string({ maxLength: 3 })), {
      maxLength: 25,
    });
    let given = 0;
    fc.assert(
      fc.property(pieces, (parts) => {
        const fast = showing(parts.join(''), true);
        given += fast.given;
        expect(fast.order).toEqual(showing(parts.join(''), false).order);
      }),
      { seed: 20261123, numRuns: 1500 },
    );
    expect(given).toBeGreaterThan(500);
  });

  it('passes over what is not wanted without seeing the rest differently, whatever the bytes', () => {
    const wanted = new Operators('q Tj BDC');
    fc.assert(
      fc.property(content, (text) => {
        expect(read(text, wanted)).toEqual(read(text).filter(({ operator }) => wanted.has(operator)));
      }),
      { seed: 20261123, numRuns: 3000 },
    );
  });
});
