import { describe, expect, it } from 'vitest';
import { utf8 } from '../../../signing/bytes.ts';
import { sha256 } from '../../../signing/digest.ts';
import {
  leftBehind,
  nextReleaseLine,
  parseReleaseLog,
  type ReleaseEntry,
  type ReleaseEvent,
} from '../../../signing/escrow/release-log.ts';

const digest = sha256(utf8('x'));
const EVENTS: readonly (readonly [ReleaseEvent, number | null])[] = [
  [{ event: 'asked', holders: ['A', 'B'], reason: 'court order', input: digest, key: digest }, null],
  [{ event: 'refused', code: 'passphrases-wrong' }, 1],
  [{ event: 'asked', holders: ['A', 'B'], reason: 'court order', input: digest, key: digest }, null],
  [{ event: 'opened', captures: [digest], folder: '/here', until: '2026-11-23T09:00:00.000Z' }, 3],
  [{ event: 'removed', why: 'limit' }, 3],
];
function written(events = EVENTS): { readonly text: string; readonly entries: readonly ReleaseEntry[] } {
  const entries: ReleaseEntry[] = [];
  let text = '';
  for (const [event, release] of events) {
    const { entry, line } = nextReleaseLine(entries, event, { at: '2026-11-23T08:00:00.000Z', release });
    entries.push(entry);
    text += line;
  }
  return { text, entries };
}

describe('the release log', () => {
  it('reads back what was written, each entry with the release it belongs to', () => {
    const { text, entries } = written();
    expect(parseReleaseLog(utf8(text))).toEqual({ ok: true, value: entries });
    expect(entries.map(({ release }) => release)).toEqual([1, 1, 3, 3, 3]);
    expect(parseReleaseLog(new Uint8Array())).toEqual({ ok: true, value: [] });
  });

  it('shows every line that was taken out, changed, moved or cut short', () => {
    const lines = written().text.trimEnd().split('\n');
    const joined = (list: readonly string[]): Uint8Array => utf8(`${list.join('\n')}\n`);
    for (let i = 0; i < lines.length - 1; i += 1) {
      expect(parseReleaseLog(joined(lines.filter((_, at) => at !== i)))).toMatchObject({
        error: { line: i + 1, problem: 'chain-broken' },
      });
    }
    const changed = lines.map((line, i) => (i === 0 ? line.replace('court order', 'curiosity') : line));
    expect(parseReleaseLog(joined(changed))).toMatchObject({ error: { line: 2, problem: 'chain-broken' } });
    const spaced = lines.map((line, i) => (i === 1 ? line.replace('{', '{ ') : line));
    expect(parseReleaseLog(joined(spaced))).toMatchObject({ error: { line: 2, problem: 'not-an-entry' } });
    const { text } = written();
    expect(parseReleaseLog(utf8(text.slice(0, -1)))).toMatchObject({ error: { problem: 'incomplete' } });
    expect(parseReleaseLog(Uint8Array.of(0xff, 10))).toMatchObject({ error: { line: 1, problem: 'not-an-entry' } });
  });

  it('knows what was left behind: its time is over and nobody removed it', () => {
    const { entries } = written(EVENTS.slice(0, 4));
    expect(leftBehind(entries, Date.parse('2026-11-23T08:59:59.999Z'))).toEqual([]);
    expect(leftBehind(entries, Date.parse('2026-11-23T09:00:00Z'))).toEqual([{ release: 3, folder: '/here' }]);
    expect(leftBehind(written().entries, Date.parse('2026-11-23T10:00:00Z'))).toEqual([]);
  });
});
