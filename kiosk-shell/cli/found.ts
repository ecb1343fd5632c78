import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkNewSecret } from '../../signing/access/password.ts';
import { systemRandom } from '../../signing/access/session.ts';
import { fromUtf8 } from '../../signing/bytes.ts';
import { systemClock } from '../../signing/clock.ts';
import { PrivateFileError } from '../../vault/private-files.ts';
import { readLaunchConfig } from '../config.ts';
import { foundOwner, foundTenant, type FoundingPorts, type NewTenant } from '../found-tenant.ts';
import { askAtTerminal, type AskSecret } from './ask-secret.ts';
import { answering, CallProblem, EXIT_USAGE, readInput } from './call-problem.ts';
import { fromCaller } from './caller.ts';
import { isBelow } from './data-folder.ts';

/**
 * `npm run found -- --owner NAME` and `npm run found -- --tenant ID ...`: what a cloud needs before its first start. Exit 0 when it is
 * written, 1 when it was refused (nothing is changed), 64 when it was called wrongly.
 */
const USAGE = [
  'Usage: npm run found -- --owner NAME [--secret-file FILE]',
  '       npm run found -- --tenant ID --name NAME --key-holder NAME --escrow PEM --records PEM',
  '                        (--new-root FILE | --root PEM --authority PEM) [--time-zone ZONE]',
  '       each with [--data DIR]',
  'The first makes an account of the console that may do everything; its password is asked for, or is the first line of FILE.',
  'The second adds a company. PEM of --escrow: certificates of the escrow holder and of the backup; of --records: to whom records',
  'are encrypted. --new-root makes a certification authority; the private key of its root goes to FILE, for a safe. Or: --root',
  'with your own root, --authority with an issuing authority below it (certificates, and the private key).',
  'A cloud reads this at its next start.',
].join('\n');

export interface FoundPorts extends FoundingPorts {
  readonly ask: AskSecret;
}

export function runFound(
  args: readonly string[],
  ports: FoundPorts,
  out: NodeJS.WritableStream = process.stdout,
  complaints: NodeJS.WritableStream = process.stderr,
): Promise<number> {
  return answering(async () => {
    const values = parse(args);
    const dataDir = values.data === undefined ? ports.dataDir : fromCaller(values.data);
    const here = { ...ports, dataDir };
    const said = await (
      values.owner === undefined ? addTenant(values, here) : addOwner(values.owner, values, here)
    ).catch((problem: unknown): Said => {
      if (!(problem instanceof PrivateFileError)) throw problem;
      return { code: 1, text: `${problem.message}. Nothing was changed.` };
    });
    if (said.code === 0) out.write(`${said.text}\n`);
    else complaints.write(`${said.text}\n`);
    return said.code;
  }, complaints);
}

type Said = { readonly code: 0 | 1; readonly text: string };
type Values = ReturnType<typeof parse>;

async function addOwner(name: string, values: Values, ports: FoundPorts): Promise<Said> {
  if (name.trim() === '') throw new CallProblem(USAGE);
  const secret = await newSecret(values['secret-file'], ports.ask);
  const checked = checkNewSecret(secret);
  if (!checked.ok) {
    const faults = {
      'too-short': 'too short: 8 characters, or a PIN of 6 digits',
      'too-long': 'too long',
      trivial: 'too easy to guess',
    };
    return { code: 1, text: `The password is ${faults[checked.error]}. Nothing was changed.` };
  }
  const made = await foundOwner({ name: name.trim(), secret }, ports);
  return made.ok
    ? { code: 0, text: `${name.trim()} may sign in to the console once the cloud is started (again).` }
    : { code: 1, text: made.error };
}

async function newSecret(file: string | undefined, ask: AskSecret): Promise<string> {
  if (file !== undefined) return fromUtf8(readInput(file, 'password file')).split(/\r?\n/)[0] ?? '';
  const first = await ask('A password for the console');
  const second = first === null ? null : await ask('The same once more');
  if (first === null || second === null)
    throw new CallProblem('No password was given. Without a terminal: --secret-file.');
  if (first !== second) throw new CallProblem('The two were not the same. Nothing was changed.');
  return first;
}

async function addTenant(values: Values, ports: FoundPorts): Promise<Said> {
  const keyFile = values['new-root'] === undefined ? null : rootKeyPlace(values['new-root'], ports.dataDir);
  if ((keyFile === null) !== (values.root !== undefined && values.authority !== undefined)) {
    throw new CallProblem(`Either --new-root, or --root and --authority.\n${USAGE}`);
  }
  const tenant: NewTenant = {
    id: needed(values, 'tenant'),
    name: needed(values, 'name'),
    keyHolder: needed(values, 'key-holder'),
    timeZone: timeZone(values['time-zone'] ?? 'Europe/Ljubljana'),
    escrow: textOf(needed(values, 'escrow'), 'file of escrow certificates'),
    records: textOf(needed(values, 'records'), 'file of the certificate for records'),
    authority:
      keyFile === null
        ? {
            rootPem: textOf(values.root ?? '', 'root'),
            issuingPem: textOf(values.authority ?? '', 'file of the authority'),
          }
        : { keepRoot: (pem) => writeNew(keyFile, pem) },
  };
  const founded = await foundTenant(tenant, ports);
  if (!founded.ok) return { code: 1, text: `${founded.error} Nothing was changed.` };
  const safe =
    keyFile === null ? '' : ` Take ${keyFile} off this machine into a safe: it can make authorities for ${tenant.id}.`;
  return {
    code: 0,
    text: `Start the cloud (again), and make codes for the kiosks of ${tenant.id} in its console.${safe}`,
  };
}

function rootKeyPlace(path: string, dataDir: string): string {
  const place = fromCaller(path);
  if (existsSync(place)) throw new CallProblem(`${path} is there already. Name a new file for the root's key.`);
  if (isBelow(dataDir, place))
    throw new CallProblem(`${path} is in the data folder. The root's key belongs elsewhere.`);
  return place;
}

/** For this account only, where the file system knows accounts: a stick often does not. */
function writeNew(place: string, text: string): void {
  try {
    writeFileSync(place, text, { flag: 'wx', mode: 0o600 });
  } catch {
    throw new CallProblem(`${place} cannot be written. Nothing was changed.`);
  }
}

function needed(values: Values, name: 'tenant' | 'name' | 'key-holder' | 'escrow' | 'records'): string {
  const value = values[name]?.trim() ?? '';
  if (value === '') throw new CallProblem(`--${name} is missing.\n${USAGE}`);
  return value;
}

function timeZone(name: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    throw new CallProblem(`--time-zone ${name} is not known; it is a name like Europe/Ljubljana.`);
  }
}

function textOf(path: string, what: string): string {
  return fromUtf8(readInput(path, what));
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        ...{
          owner: text,
          'secret-file': text,
          tenant: text,
          name: text,
          'key-holder': text,
          escrow: text,
          records: text,
        },
        ...{ 'new-root': text, root: text, authority: text, 'time-zone': text, data: text },
      },
    }).values;
  } catch {
    throw new CallProblem(USAGE);
  }
}

if (import.meta.main) {
  const launch = readLaunchConfig(process.env, join(import.meta.dirname, '..', '..'));
  if (!launch.ok) {
    for (const { name, problem } of launch.error) process.stderr.write(`${name} ${problem}.\n`);
    process.exit(EXIT_USAGE);
  }
  const ports = { clock: systemClock, random: systemRandom, ask: askAtTerminal };
  process.exitCode = await runFound(process.argv.slice(2), { ...ports, dataDir: launch.value.dataDir });
}
