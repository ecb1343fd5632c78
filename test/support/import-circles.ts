import { posix } from 'node:path';
import ts from 'typescript';

/** Texts of files by their path from the root, with slashes. */
export type Sources = ReadonlyMap<string, string>;

/**
 * Groups of files of which each reaches all others of its group by imports: types, re-exports and `import()` of a
 * written name count like any other. An import of a file that is not among the sources leads nowhere.
 */
export function importCircles(sources: Sources): readonly (readonly string[])[] {
  const importsOf = new Map([...sources].map(([path, text]) => [path, importedFrom(path, text, sources)]));
  const reach = new Map<string, ReadonlySet<string>>();
  for (const path of sources.keys()) reach.set(path, reachable(path, importsOf));
  const seen = new Set<string>();
  const circles: (readonly string[])[] = [];
  for (const [path, reached] of reach) {
    if (seen.has(path) || !reached.has(path)) continue;
    const circle = [...reached].filter((other) => reach.get(other)?.has(path) === true).sort();
    for (const member of circle) seen.add(member);
    circles.push(circle);
  }
  return circles;
}

function importedFrom(path: string, text: string, sources: Sources): readonly string[] {
  return ts
    .preProcessFile(text, true, true)
    .importedFiles.filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) => posix.join(posix.dirname(path), fileName))
    .filter((target) => sources.has(target));
}

/** All that a file leads to; the file itself only where a way leads back. */
function reachable(from: string, importsOf: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const reached = new Set<string>();
  const open = [...(importsOf.get(from) ?? [])];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    open.push(...(importsOf.get(path) ?? []));
  }
  return reached;
}
