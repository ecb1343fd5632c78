import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock, type Clock } from '../../signing/clock.ts';
import { assertNever } from '../../signing/result.ts';
import type { Fetch } from '../../sync/kiosk/line.ts';
import { readEnrolmentCode, type EnrolmentCode } from '../../sync/protocol/enrolment-code.ts';
import type { EnrolmentRefusalReason } from '../../sync/protocol/enrolment.ts';
import { enrolKiosk, type EnrolFault, type KioskKeyKind } from '../enrol-kiosk.ts';
import { readLaunchConfig } from '../config.ts';
import { answering, CallProblem, EXIT_USAGE } from './call-problem.ts';
import { fromCaller } from './caller.ts';
import { heldBy } from './data-folder.ts';

/**
 * `npm run enrol -- --cloud URL --code CODE`: makes this machine a kiosk of whoever made the code. Exit 0 when it is one,
 * 1 when it was refused, 64 when it was called wrongly.
 */
const USAGE = [
  'Usage: npm run enrol -- --cloud URL --code CODE [--key p256|rsa3072] [--data DIR] [--again]',
  'URL is the address of the cloud (https, or http on this machine); CODE is the one-time code that its staff made.',
  'With --again a machine that is a kiosk gets new keys, and keeps all it has; the code has to be made for that.',
  'Without --key the keys are RSA-3072, which every PDF reader knows. Without --data the folder is that of `npm start`.',
].join('\n');

export interface EnrolPorts {
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** Folder of data when none is given. */
  readonly dataDir: string;
}

const PATIENCE_MS = 60_000;

export function runEnrol(
  args: readonly string[],
  ports: EnrolPorts,
  out: NodeJS.WritableStream = process.stdout,
  complaints: NodeJS.WritableStream = process.stderr,
): Promise<number> {
  return answering(async () => {
    const { cloudUrl, code, key, dataDir, again } = readArguments(args, ports);
    const holder = heldBy(dataDir);
    if (holder !== null)
      throw new CallProblem(`Countersign is running on ${dataDir} (process ${holder}). End it first.`);
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const enrolled = await enrolKiosk({ ...ports, dataDir, cloudUrl, code, key, signal, again });
    if (!enrolled.ok) {
      complaints.write(`${words(enrolled.error, cloudUrl)}\n`);
      return 1;
    }
    const { tenant, branch, kiosk } = enrolled.value;
    out.write(
      `This machine is now the kiosk ${kiosk} of ${tenant.name}, ${branch.name}. Its keys are in ${dataDir}.\n`,
    );
    return 0;
  }, complaints);
}

function readArguments(
  args: readonly string[],
  { dataDir }: EnrolPorts,
): {
  readonly cloudUrl: string;
  readonly code: EnrolmentCode;
  readonly key: KioskKeyKind;
  readonly dataDir: string;
  readonly again: boolean;
} {
  const { cloud, code: typed, key, data, again } = parse(args);
  if (cloud === undefined || typed === undefined) throw new CallProblem(USAGE);
  const url = URL.canParse(cloud) ? new URL(cloud) : null;
  const local = ['127.0.0.1', 'localhost', '[::1]'].includes(url?.hostname ?? '');
  if (url === null || (url.protocol !== 'https:' && !(url.protocol === 'http:' && local))) {
    throw new CallProblem('--cloud must be an https address (http only on this machine): what comes back is secret.');
  }
  if (key !== 'p256' && key !== 'rsa3072') throw new CallProblem('--key must be p256 or rsa3072.');
  const code = readEnrolmentCode(typed);
  if (!code.ok) {
    throw new CallProblem(
      code.error === 'check'
        ? 'The code was mistyped: a character is wrong, or two have changed places. Nothing was sent.'
        : 'That is no code: it has 25 letters and digits, in five groups of five. Nothing was sent.',
    );
  }
  return {
    cloudUrl: `${url.origin}${url.pathname}`.replace(/\/+$/, ''),
    code: code.value,
    key,
    again,
    dataDir: data === undefined ? dataDir : fromCaller(data),
  };
}

function parse(
  args: readonly string[],
): Readonly<Record<'cloud' | 'code' | 'data', string | undefined>> & { key: string; again: boolean } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        cloud: { type: 'string' },
        code: { type: 'string' },
        key: { type: 'string', default: 'rsa3072' },
        data: { type: 'string' },
        again: { type: 'boolean', default: false },
      },
    });
    return { cloud: values.cloud, code: values.code, data: values.data, key: values.key, again: values.again };
  } catch (error) {
    throw new CallProblem(`${error instanceof Error ? error.message : ''}\n${USAGE}`);
  }
}

const REFUSALS: Readonly<Record<Exclude<EnrolmentRefusalReason, 'clock-wrong'>, string>> = {
  malformed: 'The cloud did not understand the request: kiosk and cloud are of versions that do not go together.',
  'code-unknown': 'The cloud does not know this code. Look whether it is the right cloud, and the code of today.',
  'code-used': 'This code was used already, by other keys. If that was not you, tell whoever gave it to you at once.',
  'code-expired': 'The time of this code is over. Ask for a new one.',
  'code-withdrawn': 'This code was taken back. Ask for a new one.',
  'too-many-attempts': 'Too many wrong codes came from here. Wait a quarter of an hour, then try again.',
  'key-weak': 'The cloud wants stronger keys: P-256, or RSA of 3072 bits.',
  'proof-invalid': 'The cloud could not check that the keys are ours. Remove the folder kiosk/enrolling and try again.',
  'wrong-name': 'The request names another kiosk than the code.',
  'no-authority': 'This cloud cannot issue certificates for the tenant now. Ask whoever runs it.',
  'too-early': 'There is nothing to renew yet.',
};

function words(fault: EnrolFault, cloudUrl: string): string {
  switch (fault.kind) {
    case 'refused':
      return fault.reason === 'clock-wrong' ? clockWords(fault.offsetMs) : REFUSALS[fault.reason];
    case 'line':
      return `${cloudUrl} does not answer as a cloud does (${fault.problem}). Nothing is lost: run the same command again.`;
    case 'false-cloud':
      return `Whoever answers at ${cloudUrl} is not the cloud that made this code. Nothing was written; check the address.`;
    case 'bad-answer':
      return 'The answer of the cloud was not understood. Nothing was written.';
    case 'enrolled':
      return 'This folder has a kiosk already. Name another folder with --data; or, to give it new keys, add --again and use a code made for that.';
    case 'another-kiosk':
      return 'There is no kiosk here that this code could be for. Nothing was written.';
    case 'unfit':
      return `What the cloud gave does not fit together, so nothing was written: ${fault.problem}.`;
    default:
      return assertNever(fault);
  }
}

function clockWords(offsetMs: number): string {
  const seconds = Math.round(Math.abs(offsetMs) / 1000);
  const much = seconds < 120 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`;
  return `The clock of this machine is ${much} ${offsetMs > 0 ? 'ahead of' : 'behind'} the cloud's. Set it right, then try again.`;
}

if (import.meta.main) {
  const launch = readLaunchConfig(process.env, join(import.meta.dirname, '..', '..'));
  if (launch.ok) {
    const { dataDir } = launch.value;
    process.exitCode = await runEnrol(process.argv.slice(2), { fetch, clock: systemClock, dataDir });
  } else {
    for (const { name, problem } of launch.error) console.error(`${name} ${problem}.`);
    process.exitCode = EXIT_USAGE;
  }
}
