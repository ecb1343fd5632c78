import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ContentReader, type Operation } from '../../../signing/documents/content-stream.ts';
import { Operators } from '../../../signing/documents/operation-skipper.ts';

function read(text: string, wanted?: Operators): readonly Operation[] {
  const reader = new ContentReader(Buffer.from(text, 'latin1'), wanted);
  const out: Operation[] = [];
  for (let next = reader.next(); next !== null; next = reader.next()) out.push(next);
  return out;
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

  it('ends and never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(content, (text) => {
        expect(Array.isArray(operations(text))).toBe(true);
      }),
      { seed: 20261123, numRuns: 400 },
    );
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
