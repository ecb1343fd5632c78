import type { Passphrases } from '../../signing/escrow/two-person-key.ts';
import type { AskSecret } from './ask-secret.ts';
import { readInput } from './call-problem.ts';

/** Both passphrases, from the two people or from two files; null when one of them is not given. */
export async function askPassphrases(
  holders: readonly [string, string],
  files: readonly string[],
  ask: AskSecret,
): Promise<Passphrases | null> {
  const [first, second] = files;
  if (first !== undefined && second !== undefined) return [fromFile(first), fromFile(second)];
  const one = await ask(`Passphrase of ${holders[0]}`);
  if (one === null || one === '') return null;
  const other = await ask(`Passphrase of ${holders[1]}`);
  return other === null || other === '' ? null : [one, other];
}

/** The first line: editors end a file with a break. */
function fromFile(path: string): string {
  const text = Buffer.from(readInput(path, 'passphrase file')).toString('utf8');
  return (text.split(/\r?\n/)[0] ?? '').normalize('NFC');
}
