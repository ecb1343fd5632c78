import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { VaultError } from '../../vault/errors.ts';
import { KeyringError } from '../../vault/keyring.ts';
import { KeyStoreError } from '../../vault/key-store/key-store-error.ts';
import { isCredentialName, type SecretPlace } from '../../vault/key-store/key-store-file.ts';
import type { KeyStoreForm } from '../../vault/key-store/key-store.ts';
import { openPrivateFolder, PrivateFileError } from '../../vault/private-files.ts';
import { protect, type Protected } from '../../vault/protect.ts';
import { readLaunchConfig } from '../config.ts';
import { DATA_LAYOUT } from '../enrolment.ts';
import { answering, CallProblem } from './call-problem.ts';
import { fromCaller } from './caller.ts';
import { holdDataFolder, isBelow } from './data-folder.ts';

/**
 * `npm run protect -- --key-store FORM ...`: puts the kiosk's keys and vault behind a key store, or changes what opens them.
 * Exit 0 when it is done, 1 when it was refused (nothing is lost: call it again), 64 when it was called wrongly.
 */
const USAGE = [
  'Usage: npm run protect -- --key-store passphrase-file --file FILE',
  '       npm run protect -- --key-store credential --credential NAME',
  '       npm run protect -- --key-store pkcs11 --module FILE --token LABEL --key LABEL',
  '                          (--pin-file FILE | --pin-credential NAME)',
  '       each with: [--backup FOLDER]   copies keys and vault as they are, before anything is changed',
  'FILE with a passphrase: one line of 16 characters or more, for this account only, outside the data folder (a stick).',
  'NAME: a file in $CREDENTIALS_DIRECTORY, as systemd gives it. LABEL of the key: an AES-256 key made in the token before.',
  'Called again with another form or secret, it changes what opens them; nothing is encrypted anew.',
].join('\n');

export function runProtect(
  args: readonly string[],
  dataDir: string,
  out: NodeJS.WritableStream = process.stdout,
  complaints: NodeJS.WritableStream = process.stderr,
): Promise<number> {
  return answering(() => {
    const { form, backup } = readArguments(args, dataDir);
    const held = existsSync(dataDir) ? holdDataFolder(dataDir) : null;
    if (held === null) throw new CallProblem(`There is no data folder ${dataDir} yet.`);
    if (!held.held) throw new CallProblem(`Countersign is running on this data (process ${held.by}). End it first.`);
    try {
      if (backup !== null) takeBackup(dataDir, backup);
      out.write(
        `${wordsFor(protect(keyFolder(dataDir), join(dataDir, 'kiosk', 'vault.sqlite'), form), form, backup)}\n`,
      );
      return Promise.resolve(0);
    } catch (problem) {
      if (!isExpected(problem)) throw problem;
      complaints.write(`${problem.message}\n`);
      return Promise.resolve(1);
    } finally {
      held.release();
    }
  }, complaints);
}

function keyFolder(dataDir: string): string {
  return join(dataDir, ...DATA_LAYOUT.kioskKeys);
}

function isExpected(problem: unknown): problem is Error {
  return [KeyStoreError, KeyringError, VaultError, PrivateFileError].some((kind) => problem instanceof kind);
}

/** The whole of the kiosk's folder, for this account only. It is as readable as what it was taken of. */
function takeBackup(dataDir: string, backup: string): void {
  if (existsSync(backup)) throw new CallProblem(`The backup folder ${backup} is there already. Name a new one.`);
  openPrivateFolder(backup);
  cpSync(join(dataDir, 'kiosk'), join(backup, 'kiosk'), { recursive: true, errorOnExist: true });
}

function wordsFor({ secret, files, vault }: Protected, { form }: KeyStoreForm, backup: string | null): string {
  const opens = { 'passphrase-file': 'the passphrase file', credential: 'the credential', pkcs11: 'the token' }[form];
  const did =
    secret === 'made'
      ? `Keys and vault are encrypted now; ${opens} opens them.`
      : `What opens keys and vault is ${opens} now.`;
  const more = [
    ...(files > 0 ? [`${files} secret files were sealed, and those in the clear overwritten.`] : []),
    ...(vault ? ['The vault was encrypted, and what it was before overwritten.'] : []),
    'Keep a second copy of the secret and of key-store.json in a safe place: without both nothing here can be opened again.',
    ...(backup === null
      ? []
      : [`The backup in ${backup} is as it was before: in the clear if the kiosk was. Lock it away.`]),
  ];
  return [did, ...more].join('\n');
}

function readArguments(
  args: readonly string[],
  dataDir: string,
): { readonly form: KeyStoreForm; readonly backup: string | null } {
  const values = parse(args);
  const needed = (name: keyof typeof values): string => {
    const value = values[name]?.trim() ?? '';
    if (value === '') throw new CallProblem(`--${name} is missing.\n${USAGE}`);
    return value;
  };
  const outside = (path: string): string => {
    const place = fromCaller(path);
    if (isBelow(dataDir, place)) {
      throw new CallProblem(`${path} is in the data folder: who takes the disk would have both. Put it elsewhere.`);
    }
    return place;
  };
  const credential = (name: string): string => {
    if (!isCredentialName(name)) throw new CallProblem(`'${name}' is no name of a credential.\n${USAGE}`);
    return name;
  };
  const pin = (): SecretPlace =>
    values['pin-credential'] === undefined
      ? { file: outside(needed('pin-file')) }
      : { credential: credential(values['pin-credential']) };
  const backup = values.backup === undefined ? null : outside(values.backup);
  const form = needed('key-store');
  switch (form) {
    case 'passphrase-file':
      return { form: { form, place: { file: outside(needed('file')) } }, backup };
    case 'credential':
      return { form: { form, place: { credential: credential(needed('credential')) } }, backup };
    case 'pkcs11': {
      const place = { module: fromCaller(needed('module')), token: needed('token'), key: needed('key'), pin: pin() };
      return { form: { form, place }, backup };
    }
    default:
      throw new CallProblem(`--key-store cannot be '${form}'.\n${USAGE}`);
  }
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        'key-store': text,
        file: text,
        credential: text,
        module: text,
        token: text,
        key: text,
        'pin-file': text,
        'pin-credential': text,
        backup: text,
      },
    }).values;
  } catch {
    throw new CallProblem(USAGE);
  }
}

/** Where links lead to is what counts. */
if (import.meta.main) {
  const launch = readLaunchConfig(process.env, join(import.meta.dirname, '..', '..'));
  if (!launch.ok) {
    for (const { name, problem } of launch.error) process.stderr.write(`${name} ${problem}.\n`);
    process.exit(64);
  }
  process.exitCode = await runProtect(process.argv.slice(2), launch.value.dataDir);
}
