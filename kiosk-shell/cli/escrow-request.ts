import { parseArgs } from 'node:util';
import { CallProblem } from './call-problem.ts';

/** What was typed, before any file is read. */
export type EscrowRequest =
  | {
      readonly command: 'protect';
      readonly key: string;
      readonly out: string;
      readonly holders: readonly [string, string];
      readonly passphraseFiles: readonly string[];
    }
  | {
      readonly command: 'open';
      readonly file: string;
      readonly key: string;
      readonly certificate: string | null;
      readonly trust: readonly string[];
      readonly out: string;
      readonly reason: string;
      readonly log: string;
      readonly minutes: number;
      readonly keep: boolean;
      readonly json: boolean;
      readonly passphraseFiles: readonly string[];
    }
  | { readonly command: 'log'; readonly log: string; readonly json: boolean };

export const ESCROW_USAGE = [
  'Usage: npm run escrow -- protect --key PEM --holder NAME --holder NAME --out FILE [--passphrase FILE --passphrase FILE]',
  '       npm run escrow -- open FILE --key FILE --reason TEXT --out FOLDER [--cert PEM] [--trust PEM] [--minutes N | --keep]',
  '                              [--log FILE] [--json] [--passphrase FILE --passphrase FILE]',
  '       npm run escrow -- log --log FILE [--json]',
  '',
  'protect puts the private key of the escrow holder under two passphrases; both people are needed from then on.',
  'open    opens the captures of a package (.asice) or one sealed capture (.p7m). What is opened is removed after N',
  '        minutes (30), or at Ctrl-C, unless --keep is given. Every opening is written into the log first.',
  'log     checks the log and tells what is in it.',
  'Passphrases are asked for at the terminal, or read from two files (first and second holder). The folder belongs on an',
  'encrypted or memory disk: files that were removed can otherwise be brought back from some disks.',
].join('\n');

/** With how to call `escrow`. */
export class EscrowUsage extends CallProblem {
  constructor(problem: string) {
    super(`${problem}\n${ESCROW_USAGE}`);
  }
}

const DEFAULT_MINUTES = 30;
const MOST_MINUTES = 480;
const SHORTEST_REASON = 8;

/** @throws EscrowUsage */
export function readEscrowRequest(args: readonly string[]): EscrowRequest {
  const { values, positionals } = parse(args);
  const [command, file, ...more] = positionals;
  const needed = (name: 'key' | 'out' | 'reason' | 'log'): string => {
    const value = values[name]?.trim();
    if (value === undefined || value === '') throw new EscrowUsage(`--${name} is missing.`);
    return value;
  };
  const passphraseFiles = values.passphrase;
  if (passphraseFiles.length !== 0 && passphraseFiles.length !== 2) {
    throw new EscrowUsage('Two passphrase files are needed, or none.');
  }
  switch (command) {
    case 'protect': {
      const [first, second, third] = values.holder;
      if (file !== undefined) throw new EscrowUsage('protect takes no file beside --key.');
      if (first === undefined || second === undefined || third !== undefined) {
        throw new EscrowUsage('Exactly two holders are needed: --holder NAME --holder NAME.');
      }
      return { command, key: needed('key'), out: needed('out'), holders: [first, second], passphraseFiles };
    }
    case 'open': {
      if (file === undefined || more.length > 0) throw new EscrowUsage('Give one package or one sealed capture.');
      const reason = needed('reason');
      if (reason.length < SHORTEST_REASON) throw new EscrowUsage('The reason is too short for anybody to judge it.');
      const minutes = Number(values.minutes ?? DEFAULT_MINUTES);
      if (!Number.isInteger(minutes) || minutes < 1 || minutes > MOST_MINUTES) {
        throw new EscrowUsage(`--minutes is a whole number from 1 to ${MOST_MINUTES}.`);
      }
      if (values.keep && values.minutes !== undefined) throw new EscrowUsage('Give --minutes or --keep, not both.');
      const key = needed('key');
      return {
        ...{ command, file, key, reason, minutes },
        certificate: values.cert ?? null,
        trust: values.trust,
        out: needed('out'),
        log: values.log ?? `${key}.releases.jsonl`,
        keep: values.keep,
        json: values.json,
        passphraseFiles,
      };
    }
    case 'log':
      if (file !== undefined) throw new EscrowUsage('log takes no file beside --log.');
      return { command, log: needed('log'), json: values.json };
    default:
      throw new EscrowUsage(command === undefined ? 'Say what to do.' : `There is no '${command}'.`);
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        key: { type: 'string' },
        cert: { type: 'string' },
        out: { type: 'string' },
        reason: { type: 'string' },
        log: { type: 'string' },
        minutes: { type: 'string' },
        keep: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        trust: { type: 'string', multiple: true, default: [] },
        holder: { type: 'string', multiple: true, default: [] },
        passphrase: { type: 'string', multiple: true, default: [] },
      },
    });
  } catch (problem) {
    throw new EscrowUsage(problem instanceof Error ? problem.message : 'Unreadable arguments.');
  }
}
