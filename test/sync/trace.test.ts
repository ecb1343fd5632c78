import { describe, expect, it } from 'vitest';
import { sha256 } from '../../signing/digest.ts';
import { isTrace, traceOf, traceparent } from '../../sync/protocol/trace.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const read = (value: string): string | null => traceOf(new Headers({ traceparent: value }));

describe('the trace of a delivery', () => {
  it('goes in a header and is read from it again', () => {
    const header = traceparent(TRACE, sha256());
    expect(header).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-01$/);
    expect(read(header)).toBe(TRACE);
  });

  // Trace Context level 1, sections 3.2.2 and 3.3: a later version may say more; ff is none.
  it.each([
    [`00-${TRACE}-00f067aa0ba902b7-01`, TRACE],
    [`cc-${TRACE}-00f067aa0ba902b7-01-what-comes-later`, TRACE],
    [`ff-${TRACE}-00f067aa0ba902b7-01`, null],
    [`00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, null],
    [`00-${TRACE}-${'0'.repeat(16)}-01`, null],
    [`00-${TRACE.toUpperCase()}-00f067aa0ba902b7-01`, null],
    [`00-${TRACE}-00f067aa0ba902b7`, null],
    [`00-${TRACE}'; drop table packages-00f067aa0ba902b7-01`, null],
    ['', null],
  ])('%s', (header, expected) => {
    expect(read(header)).toBe(expected);
  });

  it('is null where there is no header', () => {
    expect(traceOf(new Headers())).toBe(null);
    expect([isTrace(TRACE), isTrace(`${TRACE}0`), isTrace(null)]).toEqual([true, false, false]);
  });
});
