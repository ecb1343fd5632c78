import { KeyStoreError } from '../vault/key-store/key-store-error.ts';
import { openKeyStore, type KeyStore } from '../vault/key-store/key-store.ts';
import { PrivateFileError } from '../vault/private-files.ts';
import { look, ok, stop, type Finding } from './finding.ts';

const OPENED: Readonly<Record<KeyStore['form'], string>> = {
  'passphrase-file': 'Keys and vault are encrypted; a passphrase file outside the data folder opens them.',
  credential: 'Keys and vault are encrypted; a credential of the operating system opens them.',
  pkcs11: 'Keys and vault are encrypted; a key in a PKCS #11 token opens them.',
};
const NONE =
  'There is no key store: who takes this disk can read its keys and every document. Good for a demo only; otherwise end the kiosk and run npm run protect (vault/README.md says how).';

/** What opens keys and vault: null for a kiosk that has none, 'not' when it does not open. */
export function openedKeyStore(
  folder: string,
  fileProblem: (problem: PrivateFileError) => string,
): { readonly opened: KeyStore | null | 'not'; readonly finding: Finding } {
  try {
    const opened = openKeyStore(folder);
    return { opened, finding: opened === null ? look('key store', NONE) : ok('key store', OPENED[opened.form]) };
  } catch (problem) {
    if (problem instanceof KeyStoreError) return { opened: 'not', finding: stop('key store', problem.message) };
    if (!(problem instanceof PrivateFileError)) throw problem;
    return { opened: 'not', finding: stop('key store', fileProblem(problem)) };
  }
}
