import { spawnSync } from 'node:child_process';
import path from 'node:path';

/** Where Debian keeps the libraries of Java. */
const LIBRARIES = '/usr/share/java';

export function javaLibrary(file: string): string {
  return path.join(LIBRARIES, file);
}

/** Runs a program of this folder, one source file, with these libraries; gives the lines it said. Throws when it failed. */
export function runJava(program: string, libraries: readonly string[], args: readonly string[]): readonly string[] {
  const classPath = libraries.map((name) => javaLibrary(`${name}.jar`)).join(':');
  const { status, stdout, stderr } = spawnSync(
    'java',
    ['-Xmx512m', '-cp', classPath, path.join(import.meta.dirname, program), ...args],
    { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
  return stdout.split('\n').filter((line) => line !== '');
}
