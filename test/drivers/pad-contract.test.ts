import { readFile, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { contractTable, padCases } from './pad-contract.ts';
import { notApplicable } from './pad-contract/case.ts';
import { padSubjects } from './pad-contract/subjects.ts';

const readme = new URL('../../drivers/README.md', import.meta.url);
const begin = '<!-- pad contract: written by the suite -->\n<!-- prettier-ignore-start -->\n';
const end = '<!-- prettier-ignore-end -->\n';

/** What was tried in this run and held. */
const kept = new Set<string>();
const key = (one: string, subject: string): string => `${subject}: ${one}`;

for (const subject of padSubjects) {
  describe(`the pad port on ${subject.name}`, () => {
    beforeAll(() => subject.prepare?.());
    for (const one of padCases) {
      // What a pad cannot do is no test that was skipped: the table says why.
      if (notApplicable(one, subject) !== null) continue;
      it(one.name, async () => {
        await one.run(subject);
        kept.add(key(one.name, subject.name));
      });
    }
  });
}

describe('the contract table', () => {
  const table = (): string => contractTable(padSubjects, (one, subject) => kept.has(key(one.name, subject.name)));
  const [before, after] = [begin, end];

  it('in the README is what was tried and held in this run', async () => {
    const text = await readFile(readme, 'utf8');
    const [from, to] = [text.indexOf(before), text.indexOf(after)];
    expect(from).toBeGreaterThan(-1);
    expect(to).toBeGreaterThan(from);
    const shown = text.slice(from + before.length, to);
    if (process.env['WRITE_PAD_TABLE'] === '1') {
      await writeFile(readme, text.slice(0, from + before.length) + table() + text.slice(to));
    } else {
      expect(shown).toBe(table());
    }
  });
});
