import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';

/** What pyHanko says of one signature. */
export interface PyHankoAnswer {
  readonly field: string;
  /** Intact, trusted, and changed later only as was permitted. */
  readonly good: boolean;
  /** What came after the signature; absent where it could not judge. */
  readonly changes?: string | null;
  readonly problem?: string;
}

/** Whether the Python of this machine has pyHanko: no package of Debian has it, so tests with it exist only where it is. */
export function hasPyHanko(): boolean {
  return spawnSync('python3', ['-c', 'import pyhanko']).status === 0;
}

/** For each file the signatures in order, or in a text why it cannot be read. @param root and others: files with PEM. */
export function pyHanko(
  root: string,
  others: string,
  files: readonly string[],
): readonly (readonly PyHankoAnswer[] | string)[] {
  const script = path.join(import.meta.dirname, 'pyhanko-judge.py');
  const said = execFileSync('python3', [script, root, others, ...files], { encoding: 'utf8' });
  return said
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as readonly PyHankoAnswer[] | string);
}
