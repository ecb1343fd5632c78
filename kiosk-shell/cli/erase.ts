import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ERASURE_REQUESTERS, type ErasureRequester } from '../../signing/container/erasure-record.ts';
import { isSha256, type Sha256 } from '../../signing/digest.ts';
import { KeyringError, openKeyring, type Keyring } from '../../vault/keyring.ts';
import { KeyStoreError } from '../../vault/key-store/key-store-error.ts';
import { PrivateFileError } from '../../vault/private-files.ts';
import { readLaunchConfig } from '../config.ts';
import { DATA_LAYOUT } from '../enrolment.ts';
import { eraseAndJudge, type JudgedErasureRefusal } from '../work/erase-and-judge.ts';
import { answering, CallProblem, readInput } from './call-problem.ts';
import { fromCaller } from './caller.ts';

/**
 * `npm run erase -- PACKAGE ...`: takes sealed captures out of a package and writes the new one, with a record signed by the
 * kiosk's key. The package is judged before and after; nothing is written unless both pass. Exit 0 when it is done, 1 when it
 * was refused, 64 when it was called wrongly.
 */
const USAGE = [
  'Usage: npm run erase -- PACKAGE --out FILE --asked-by WHO --reference TEXT --basis TEXT --account NAME',
  '                        [--capture SHA256 ...] [--keys FOLDER] [--json]',
  `WHO is one of ${ERASURE_REQUESTERS.join(', ')}. Without --capture every capture is taken out.`,
  'The package that is given is left as it is: remove it, and every other copy, yourself.',
].join('\n');

export interface ErasePorts {
  now(): number;
  /** Where the keys are when no folder is given. */
  readonly keys: string;
}

export function runErase(
  args: readonly string[],
  ports: ErasePorts,
  out: NodeJS.WritableStream = process.stdout,
  complaints: NodeJS.WritableStream = process.stderr,
): Promise<number> {
  return answering(async () => {
    const { json, ...result } = await erase(args, ports);
    out.write(json ? `${JSON.stringify(result, null, 2)}\n` : `${result.words}\n`);
    return result.erased ? 0 : 1;
  }, complaints);
}

interface Erased {
  readonly json: boolean;
  readonly erased: boolean;
  readonly words: string;
  /** Null when nothing was written. */
  readonly package: Sha256 | null;
  readonly record: object | null;
}

async function erase(args: readonly string[], ports: ErasePorts): Promise<Erased> {
  const { values, file } = readArguments(args);
  const bytes = readInput(file, 'package');
  const keys = readKeys(values.keys === undefined ? ports.keys : fromCaller(values.keys));
  const refused = (words: string): Erased => ({ json: values.json, erased: false, words, package: null, record: null });
  const result = await eraseAndJudge(
    {
      bytes,
      captures: values.capture.length === 0 ? 'all' : values.capture,
      request: { by: values.askedBy, reference: values.reference },
      legalBasis: values.basis,
      carriedOutBy: values.account,
      at: new Date(ports.now()),
      signer: keys.signer(),
    },
    [keys.tenantRoot()],
  );
  if (!result.ok) return refused(REFUSALS[result.error]);
  try {
    writeFileSync(fromCaller(values.out), result.value.bytes, { flag: 'wx', mode: 0o600 });
  } catch {
    throw new CallProblem(`${values.out} cannot be written, or is there already.`);
  }
  const { digest, record } = result.value;
  const words = `${record.captures.length} captures are not in ${values.out} (${digest}) any more; a signed record says why.`;
  return { json: values.json, erased: true, words, package: digest, record };
}

const REFUSALS: Readonly<Record<JudgedErasureRefusal, string>> = {
  'package-does-not-verify': 'Nothing was erased: the package does not verify. `npm run verify` says why.',
  'rest-would-not-verify': 'Nothing was erased: what is left would not verify.',
  'package-unreadable': 'Nothing was erased: the file is no package in the form a kiosk writes.',
  'no-such-capture': 'Nothing was erased: a capture with that digest is not in the package.',
  'nothing-to-erase': 'Nothing was erased: the package has no sealed capture (picture only, or erased before).',
  'captures-in-document':
    'Nothing was erased: the sealed capture is inside a signed document, and taking it out would break the signatures.',
  'request-incomplete': 'Nothing was erased: reference, basis and account have from 1 to 500 characters.',
};

function readKeys(folder: string): Keyring {
  try {
    return openKeyring(folder);
  } catch (problem) {
    const expected = [KeyringError, PrivateFileError, KeyStoreError].some((kind) => problem instanceof kind);
    if (!(expected && problem instanceof Error)) throw problem;
    throw new CallProblem(
      `The record is signed with the keys of a kiosk, and they cannot be used here (${problem.message}). Run this on the kiosk, or say with --keys in which folder they are.`,
    );
  }
}

function readArguments(args: readonly string[]) {
  const { values, positionals } = parse(args);
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new CallProblem(USAGE);
  const needed = (name: 'out' | 'reference' | 'basis' | 'account' | 'asked-by'): string => {
    const value = values[name];
    if (value === undefined || value.trim() === '') throw new CallProblem(`--${name} is missing.\n${USAGE}`);
    return value.trim();
  };
  const askedBy = needed('asked-by');
  if (!isRequester(askedBy)) throw new CallProblem(`--asked-by cannot be '${askedBy}'.\n${USAGE}`);
  const capture = values.capture.map((text) => {
    if (!isSha256(text)) throw new CallProblem(`--capture is a SHA-256 digest in lower-case hex.\n${USAGE}`);
    return text;
  });
  const texts = {
    out: needed('out'),
    reference: needed('reference'),
    basis: needed('basis'),
    account: needed('account'),
  };
  return { file, values: { ...texts, askedBy, capture, keys: values.keys, json: values.json } };
}

function isRequester(value: string): value is ErasureRequester {
  return (ERASURE_REQUESTERS as readonly string[]).includes(value);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        out: { type: 'string' },
        'asked-by': { type: 'string' },
        reference: { type: 'string' },
        basis: { type: 'string' },
        account: { type: 'string' },
        keys: { type: 'string' },
        capture: { type: 'string', multiple: true, default: [] },
        json: { type: 'boolean', default: false },
      },
    });
  } catch (problem) {
    throw new CallProblem(`${problem instanceof Error ? problem.message : 'Unreadable arguments.'}\n${USAGE}`);
  }
}

if (import.meta.main) {
  const launch = readLaunchConfig(process.env, join(import.meta.dirname, '..', '..'));
  const keys = launch.ok ? join(launch.value.dataDir, ...DATA_LAYOUT.kioskKeys) : '';
  process.exitCode = await runErase(process.argv.slice(2), { now: () => Date.now(), keys });
}
