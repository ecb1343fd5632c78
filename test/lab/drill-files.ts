import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Drill } from './drill.ts';

const FOLDER = join(import.meta.dirname, 'drills');

export interface DrillFile {
  /** Path in the project. */
  readonly file: string;
  readonly drills: readonly Drill[];
  /** Why its drills are not known; empty when it loads. */
  readonly problem: string;
}

/** Every drill there is, by file; a drill file is safe to import on any machine. */
export async function drillFiles(): Promise<readonly DrillFile[]> {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.drill.ts'));
  return await Promise.all(
    names.sort().map(async (name) => {
      const file = `test/lab/drills/${name}`;
      try {
        const { drills } = (await import(join(FOLDER, name))) as { readonly drills: readonly Drill[] };
        return { file, drills, problem: '' };
      } catch (error) {
        return { file, drills: [], problem: String(error) };
      }
    }),
  );
}
