/** Writes the table of models into the page of this folder; a test fails while it is out of date. */
import { readFileSync, writeFileSync } from 'node:fs';
import { withModels } from './models-page.ts';

const page = new URL('README.md', import.meta.url);
writeFileSync(page, withModels(readFileSync(page, 'utf8')));
