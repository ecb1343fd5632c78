import { X509Certificate } from 'node:crypto';
import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { scanPads } from '../drivers/find-pads.ts';
import { systemClock } from '../signing/clock.ts';
import { randomId } from '../signing/ids.ts';
import { hasKeyring, openKeyring } from '../vault/keyring.ts';
import { openVault } from '../vault/vault.ts';
import { DATA_LAYOUT } from './enrolment.ts';

/** One thing a branch wants to know before it opens. Only 'stop' keeps the counter closed. */
export interface Finding {
  readonly name: string;
  readonly outcome: 'ok' | 'look' | 'stop';
  /** A sentence with its way out. */
  readonly sentence: string;
}
export interface DoctorOptions {
  readonly root: string;
  readonly dataDir: string;
  readonly cloudUrl: string;
  readonly now: number;
  readonly path: string;
}

const DAY_MS = 24 * 60 * 60_000;
const WARN_DAYS = 30;
const LOW_DISK_BYTES = 2 * 1024 ** 3;
const FULL_DISK_BYTES = 200 * 1024 ** 2;
/** A clock further off than this makes signing times doubtful. */
const CLOCK_SKEW_MS = 60_000;
const CLOUD_PATIENCE_MS = 3_000;

export async function examine(options: DoctorOptions): Promise<readonly Finding[]> {
  const [cloud, pads] = await Promise.all([cloudAndClock(options), padFindings()]);
  return [build(options), disk(options), ...keysAndVault(options), ...pads, ...cloud, browser(options)];
}

function build({ root }: DoctorOptions): Finding {
  return existsSync(join(root, '.next', 'BUILD_ID'))
    ? ok('screens', 'The screens are built.')
    : look('screens', 'The screens are not built yet; npm start builds them.');
}

function disk({ dataDir, root }: DoctorOptions): Finding {
  const place = existsSync(dataDir) ? dataDir : root;
  const { bavail, bsize } = statfsSync(place);
  const free = bavail * bsize;
  const words = `${(free / 1024 ** 3).toFixed(1)} GB are free where signatures are kept.`;
  if (free < FULL_DISK_BYTES) return stop('disk', `${words} Nothing more can be sealed safely: make room first.`);
  return free < LOW_DISK_BYTES ? look('disk', `${words} Make room soon.`) : ok('disk', words);
}

function keysAndVault({ dataDir, now }: DoctorOptions): readonly Finding[] {
  const folder = join(dataDir, ...DATA_LAYOUT.kioskKeys);
  if (!hasKeyring(folder)) {
    return [look('enrolment', 'This machine is not enrolled yet; npm start enrols a demo counter.')];
  }
  try {
    const keys = openKeyring(folder);
    return [
      ok('enrolment', 'Keys are there, whole, and readable by this account only.'),
      expiry('seal certificate', keys.sealKey().chain, now),
      expiry('escrow certificate', keys.escrowCertificates(), now),
      ...vaultFindings(dataDir),
    ];
  } catch (problem) {
    return [
      stop('enrolment', `The keys cannot be used: ${problem instanceof Error ? problem.message : 'unknown reason'}.`),
    ];
  }
}

function expiry(name: string, certificates: readonly Uint8Array[], now: number): Finding {
  const ends = Math.min(...certificates.map((der) => new X509Certificate(der).validToDate.getTime()));
  const days = Math.floor((ends - now) / DAY_MS);
  if (days < 0) return stop(name, `The ${name} ran out ${-days} days ago. Enrol this kiosk again.`);
  const words = `The ${name} is good for ${days} more days.`;
  return days < WARN_DAYS ? look(name, `${words} Renew it.`) : ok(name, words);
}

function vaultFindings(dataDir: string): readonly Finding[] {
  const file = join(dataDir, 'kiosk', 'vault.sqlite');
  if (!existsSync(file)) return [look('vault', 'There is no vault yet; it is made at the first start.')];
  const vault = openVault(file, { clock: systemClock, newId: randomId });
  try {
    const integrity = vault.check();
    const chain = vault.audit.verify();
    const { waiting, oldestWaiting, setAside, refused } = vault.outbox.counts();
    const stuck = setAside + refused;
    return [
      integrity === 'ok' ? ok('vault', 'The vault is sound.') : stop('vault', `The vault is damaged: ${integrity}.`),
      chain.ok
        ? ok('audit', `The audit chain is unbroken (${chain.value.head.sequence} entries).`)
        : stop('audit', `The audit chain breaks at entry ${chain.error.sequence}. Call support before signing.`),
      stuck > 0
        ? look('outbox', `${stuck} packages need a manager to look at them.`)
        : ok(
            'outbox',
            waiting === 0
              ? 'Nothing is waiting.'
              : `${waiting} packages wait, the oldest since ${oldestWaiting ?? ''}.`,
          ),
    ];
  } finally {
    vault.close();
  }
}

async function padFindings(): Promise<readonly Finding[]> {
  const { found, unusable } = await scanPads();
  const findings = found.map(({ model }) => {
    const proven = model.proven === 'device' ? '' : ' Its driver was proven on a simulated device only.';
    return ok('pad', `${model.maker} ${model.model} is plugged in.${proven}`);
  });
  const problems = unusable.map(({ model, problem }) =>
    look('pad', `${model.maker} ${model.model} cannot be used: ${problem}.`),
  );
  const none = look('pad', 'No pad is plugged in; customers can sign on their own screen.');
  return findings.length + problems.length === 0 ? [none] : [...findings, ...problems];
}

async function cloudAndClock({ cloudUrl, now }: DoctorOptions): Promise<readonly Finding[]> {
  try {
    const answer = await fetch(`${cloudUrl}/api/health`, { signal: AbortSignal.timeout(CLOUD_PATIENCE_MS) });
    const theirs = Date.parse(answer.headers.get('date') ?? '');
    const skew = Math.abs(theirs - now);
    return [
      answer.ok ? ok('cloud', 'The cloud answers.') : look('cloud', 'The cloud answers, but is not ready.'),
      Number.isNaN(theirs) || skew < CLOCK_SKEW_MS
        ? ok('clock', 'The clock agrees with the cloud.')
        : stop('clock', `The clock is ${Math.round(skew / 1000)} s off. Set it before signing.`),
    ];
  } catch {
    return [look('cloud', 'The cloud does not answer. Everything can be signed; packages wait.')];
  }
}

function browser({ path }: DoctorOptions): Finding {
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const found = path.split(delimiter).some((folder) => names.some((name) => isExecutable(join(folder, name))));
  return found ? ok('browser', 'A Chromium is installed.') : look('browser', 'No Chromium was found on this machine.');
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function ok(name: string, sentence: string): Finding {
  return { name, outcome: 'ok', sentence };
}
function look(name: string, sentence: string): Finding {
  return { name, outcome: 'look', sentence };
}
function stop(name: string, sentence: string): Finding {
  return { name, outcome: 'stop', sentence };
}
