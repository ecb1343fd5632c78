import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Digest of names and contents of everything below `paths` (relative to `root`); what is absent counts as absent. */
export function fingerprint(root, paths) {
  const hash = createHash('sha256');
  for (const path of paths.flatMap((entry) => filesUnder(join(root, entry)))) {
    const bytes = readFileSync(path);
    hash.update(`${path.slice(root.length)}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
}

/** Digest of what decides which packages are installed: a changed script or description is no reason to do it again. */
export function packagesFingerprint(root) {
  const { dependencies, devDependencies, optionalDependencies, overrides, allowScripts } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  const wanted = JSON.stringify({ dependencies, devDependencies, optionalDependencies, overrides, allowScripts });
  return createHash('sha256')
    .update(wanted)
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

/** Whether the stamp says that the work was done to its end for exactly this. */
export function isCurrent(stamp, value) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === value;
}

function filesUnder(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}
