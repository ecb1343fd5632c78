/** What every `Pad` keeps, whatever is behind it. How to put a driver under it: `pad-contract/subject.ts`. */
import { notApplicable } from './pad-contract/case.ts';
import type { PadCase } from './pad-contract/case.ts';
import { faultCases } from './pad-contract/fault-cases.ts';
import { readingCases } from './pad-contract/reading-cases.ts';
import { screenCases } from './pad-contract/screen-cases.ts';
import type { PadSubject } from './pad-contract/subject.ts';

export const padCases: readonly PadCase[] = [...readingCases, ...screenCases, ...faultCases];

/** Case by pad, as Markdown: 'yes' for what `kept` says was kept, else the reason why the case does not apply. */
export function contractTable(
  subjects: readonly PadSubject[],
  kept: (one: PadCase, subject: PadSubject) => boolean,
): string {
  const cell = (one: PadCase, subject: PadSubject): string =>
    notApplicable(one, subject) ?? (kept(one, subject) ? 'yes' : '**not kept**');
  const lines = [
    ['case', ...subjects.map(({ name }) => name)],
    ['---', ...subjects.map(() => '---')],
    ...padCases.map((one) => [one.name, ...subjects.map((subject) => cell(one, subject))]),
  ];
  return lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}
