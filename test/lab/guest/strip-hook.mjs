/** Preloaded into every Node of the guest: TypeScript of the project comes without its types (`strip-types.ts`). */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '../../..');
const rootUrl = `${pathToFileURL(root).href}/`;
const stripped = join(root, '.cache/lab/stripped');

registerHooks({
  load(url, context, nextLoad) {
    if (!url.startsWith(rootUrl) || !url.endsWith('.ts')) return nextLoad(url, context);
    const source = textOf(join(stripped, fileURLToPath(url).slice(root.length)));
    return source === null ? nextLoad(url, context) : { format: 'module', source, shortCircuit: true };
  },
});

function textOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
