/**
 * The project's TypeScript without its types, made on the machine before the guest boots: in the guest, the part of
 * Node that strips types takes ten seconds of every process. What is run is what Node would run, by the same function.
 * A program of its own, because Node warns of that function; its argument is the project's folder.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join, relative } from 'node:path';

const ROOMS = ['drivers', 'kiosk-shell', 'signing', 'sync', 'test', 'vault'];

/** Brings the copies up to date; a copy has its original's time. `strip-hook.mjs` looks in the same folder. */
function stripTypes(projectRoot: string): void {
  const target = join(projectRoot, '.cache/lab/stripped');
  const wanted = new Set<string>();
  for (const source of ROOMS.flatMap((room) => typescriptUnder(join(projectRoot, room)))) {
    const copy = join(target, relative(projectRoot, source));
    wanted.add(copy);
    const { mtime } = statSync(source);
    if (statSync(copy, { throwIfNoEntry: false })?.mtimeMs === mtime.getTime()) continue;
    mkdirSync(dirname(copy), { recursive: true });
    try {
      writeFileSync(copy, stripTypeScriptTypes(readFileSync(source, 'utf8')));
      utimesSync(copy, mtime, mtime);
    } catch {
      // A file that is being written just now: the guest reads the original, and says what is wrong with it.
      rmSync(copy, { force: true });
    }
  }
  for (const copy of typescriptUnder(target)) if (!wanted.has(copy)) rmSync(copy);
}

function typescriptUnder(folder: string): readonly string[] {
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

stripTypes(process.argv[2] ?? '.');
