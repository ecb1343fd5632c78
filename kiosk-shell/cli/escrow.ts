import { createPrivateKey, type KeyObject } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import type { ReleaseEntry } from '../../signing/escrow/release-log.ts';
import { protectKey, type ProtectProblem } from '../../signing/escrow/two-person-key.ts';
import { askAtTerminal } from './ask-secret.ts';
import { answering, readInput } from './call-problem.ts';
import { fromCaller } from './caller.ts';
import { ReleaseLogFile } from './escrow-log.ts';
import { runOpen } from './escrow-open.ts';
import type { EscrowPorts } from './escrow-ports.ts';
import { EscrowUsage, readEscrowRequest, type EscrowRequest } from './escrow-request.ts';
import { askPassphrases } from './passphrases.ts';

/**
 * `npm run escrow -- protect | open | log`: the escrow holder's side. Two people open a capture together, for a reason that
 * is written down, and what was opened goes away again.
 */
export function runEscrow(
  args: readonly string[],
  ports: EscrowPorts,
  out: NodeJS.WritableStream = process.stdout,
  complaints: NodeJS.WritableStream = process.stderr,
): Promise<number> {
  return answering(async () => {
    const request = readEscrowRequest(args);
    switch (request.command) {
      case 'protect':
        out.write(`${await protect(request, ports)}\n`);
        return 0;
      case 'open': {
        const { code, lines, json } = await runOpen(request, ports);
        out.write(request.json ? `${JSON.stringify(json, null, 2)}\n` : `${lines.join('\n')}\n`);
        return code;
      }
      case 'log':
        return showLog(request, out);
    }
  }, complaints);
}

async function protect(
  { key, out, holders, passphraseFiles }: Extract<EscrowRequest, { command: 'protect' }>,
  ports: EscrowPorts,
): Promise<string> {
  const target = fromCaller(out);
  if (existsSync(target)) throw new EscrowUsage(`${out} is there already; it is not written over.`);
  const privateKey = readPlainKey(key);
  const passphrases = await askPassphrases(holders, passphraseFiles, ports.ask);
  if (passphrases === null) throw new EscrowUsage('Both passphrases are needed.');
  const stored = await protectKey(
    privateKey,
    holders,
    passphrases,
    ports.cost === undefined ? {} : { cost: ports.cost },
  );
  if (!stored.ok) throw new EscrowUsage(PROTECT_PROBLEMS[stored.error]);
  writeFileSync(target, `${JSON.stringify(stored.value, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  return `${out} opens with both passphrases only. Take ${key} away from this machine, and keep no copy of it.`;
}

const PROTECT_PROBLEMS: Readonly<Record<ProtectProblem, string>> = {
  'passphrase-short': 'A passphrase has at least 12 characters: a sentence is easier to keep than a word.',
  'passphrases-equal': 'The two passphrases are the same: then one person could open alone.',
  'holders-equal': 'The two holders are the same person.',
  'key-unsuitable': 'An escrow key is an RSA key.',
};

/** Says nothing about why: a key file is nobody's business in a log. */
function readPlainKey(path: string): KeyObject {
  const bytes = readInput(path, 'key');
  try {
    return createPrivateKey(Buffer.from(bytes));
  } catch {
    throw new EscrowUsage(`${path} is not a private key in PEM without a passphrase.`);
  }
}

function showLog({ log, json }: Extract<EscrowRequest, { command: 'log' }>, out: NodeJS.WritableStream): number {
  readInput(log, 'log');
  const entries = new ReleaseLogFile(fromCaller(log)).entries();
  if (!entries.ok) {
    const { line, problem } = entries.error;
    out.write(json ? `${JSON.stringify({ whole: false, line, problem })}\n` : `Damaged at line ${line}: ${problem}.\n`);
    return 1;
  }
  const text = json
    ? JSON.stringify({ whole: true, entries: entries.value }, null, 2)
    : [...entries.value.map(describe), `${entries.value.length} entries, each fits the one before.`].join('\n');
  out.write(`${text}\n`);
  return 0;
}

function describe(entry: ReleaseEntry): string {
  const head = `${entry.at}  release ${entry.release}  ${entry.event}`;
  switch (entry.event) {
    case 'asked':
      return `${head} by ${entry.holders.map(plain).join(' and ')}, input ${entry.input}: ${plain(entry.reason)}`;
    case 'refused':
      return `${head} (${plain(entry.code)})`;
    case 'opened':
      return `${head} ${entry.captures.length} captures, ${entry.until === null ? 'kept knowingly' : `until ${entry.until}`}`;
    case 'removed':
      return `${head} (${entry.why})`;
  }
}

/** Text from files must not steer a terminal. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd');
}

/**
 * Ctrl-C while the material lies open ends it sooner: it is removed, and the command ends by itself. The signals stay
 * caught until then: a terminal and the bootstrap both send one, and the second must not interrupt the removal.
 */
function untilOver(millis: number): Promise<'limit' | 'ended'> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve('limit'), millis);
    const ended = (): void => {
      clearTimeout(timer);
      resolve('ended');
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ended);
    // The channel of the bootstrap: whoever called this is gone.
    if (process.connected) process.on('disconnect', ended);
  });
}

if (import.meta.main) {
  process.exitCode = await runEscrow(process.argv.slice(2), {
    now: () => Date.now(),
    ask: askAtTerminal,
    say: (text) => void process.stderr.write(`${text}\n`),
    untilOver,
  });
  // The channel of the bootstrap would keep a process that has done its work.
  if (process.connected) process.disconnect();
}
