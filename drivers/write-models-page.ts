/** Writes the table of models into the page of this folder, and what they were proven on into the project's; a test fails while one is out of date. */
import { readFileSync, writeFileSync } from 'node:fs';
import { withModels, withProof } from './models-page.ts';

for (const [name, written] of [
  ['README.md', withModels],
  ['../README.md', withProof],
] as const) {
  const page = new URL(name, import.meta.url);
  writeFileSync(page, written(readFileSync(page, 'utf8')));
}
