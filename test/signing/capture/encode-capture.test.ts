import { describe, expect, it } from 'vitest';
import { encodeCapture, parseCapture } from '../../../signing/capture/encode-capture.ts';
import { fromUtf8, utf8 } from '../../../signing/bytes.ts';
import { loopyCapture } from '../../support/pen.ts';

const record = loopyCapture(1, 5);

const { device, surface, clock, columns: part, losses } = record;
const resumedOn = { kind: 'pad', model: 'STU-430', serial: '7' } as const;
const joined = {
  ...record,
  earlier: [{ device, surface, clock, columns: part, losses }],
  interruptions: [{ afterSample: 9, reason: 'unplugged', voidedSamples: 4, resumedOn }] as const,
};

describe('the capture record', () => {
  it('comes back whole when it went on elsewhere', () => {
    expect(parseCapture(encodeCapture(joined))).toEqual({ ok: true, value: joined });
  });

  it('comes back from its canonical bytes unchanged', () => {
    expect(parseCapture(encodeCapture(record))).toEqual({ ok: true, value: record });
  });

  it('keeps absent columns absent', () => {
    const { pressure: omitted, ...columns } = record.columns;
    const parsed = parseCapture(encodeCapture({ ...record, columns }));
    expect(parsed.ok && 'pressure' in parsed.value.columns).toBe(false);
  });

  it.each([
    ['text that is not JSON', utf8('{'), ''],
    ['bytes that are not UTF-8', Uint8Array.of(0xff, 0xfe), ''],
    ['another type', encodeCapture({ ...record, type: 'other' as 'countersign.capture' }), 'type'],
    ['a newer version', encodeCapture({ ...record, version: 2 as 1 }), 'version'],
    ['columns of different length', encodeCapture({ ...record, columns: { ...record.columns, y: [1] } }), 'columns.y'],
    [
      'a fraction',
      encodeCapture({ ...record, columns: { ...record.columns, x: record.columns.x.map(() => 0.5) } }),
      'columns.x',
    ],
    ['a missing time', utf8(fromUtf8(encodeCapture(record)).replace('"time"', '"tyme"')), 'columns.time'],
    [
      'half a surrogate pair, which has no canonical form',
      utf8(fromUtf8(encodeCapture(record)).replace(/"driver":"[^"]*"/, '"driver":"\\ud800"')),
      '',
    ],
    [
      'an earlier part without its columns',
      encodeCapture({ ...joined, earlier: [{ device, surface, clock, losses } as never] }),
      'earlier.0.columns',
    ],
    [
      'an earlier part whose columns do not belong together',
      encodeCapture({ ...joined, earlier: [{ device, surface, clock, losses, columns: { ...part, tip: [1] } }] }),
      'earlier.0.columns.tip',
    ],
    ['parts that are no list', encodeCapture({ ...joined, earlier: 'two' as never }), 'earlier'],
    [
      'an interruption at no place',
      encodeCapture({ ...joined, interruptions: [{ ...joined.interruptions[0], afterSample: -1 }] }),
      'interruptions.0.afterSample',
    ],
    ['white space that is not canonical', utf8(` ${fromUtf8(encodeCapture(record))}`), ''],
  ])('refuses %s and says where', (_, bytes, path) => {
    expect(parseCapture(bytes)).toMatchObject({ ok: false, error: { path } });
  });
});
