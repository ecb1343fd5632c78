import { readFileSync } from 'node:fs';

/** What runs here, for reports that outlive it. */
export const SOFTWARE: { readonly name: string; readonly version: string } = {
  name: 'Countersign',
  version: versionIn(readFileSync(new URL('../package.json', import.meta.url), 'utf8')),
};

function versionIn(manifest: string): string {
  const { version } = JSON.parse(manifest) as { readonly version?: unknown };
  if (typeof version !== 'string') throw new Error('package.json names no version');
  return version;
}
