import { readFileSync } from 'node:fs';

/** What runs here, for reports that outlive it. */
export const SOFTWARE: { readonly name: string; readonly version: string } = {
  name: 'Countersign',
  version: versionIn(readFileSync(new URL('../package.json', import.meta.url), 'utf8')),
};

/** Made no earlier than then: a clock that says less is wrong, whatever it is compared with. Moved on with each release. */
export const MADE_AT = Date.parse('2026-11-23T00:00:00Z');

function versionIn(manifest: string): string {
  const { version } = JSON.parse(manifest) as { readonly version?: unknown };
  if (typeof version !== 'string') throw new Error('package.json names no version');
  return version;
}
