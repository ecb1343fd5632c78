import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

const FIXTURES = path.resolve(import.meta.dirname, '../../fixtures');

/** Paths of the PDFs of one kind, by file name; the LGPL ones are kept in a folder of their own. */
export function corpus(kind: 'valid' | 'hostile'): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const folder of ['pdf', 'lgpl/pdf']) {
    const full = path.join(FIXTURES, folder, kind);
    for (const file of readdirSync(full)) if (file.endsWith('.pdf')) files.set(file, path.join(full, file));
  }
  return files;
}

export function corpusBytes(kind: 'valid' | 'hostile', file: string): Uint8Array {
  const found = corpus(kind).get(file);
  if (found === undefined) throw new Error(`no fixture ${file}`);
  return readFileSync(found);
}
