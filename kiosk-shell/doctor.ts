import { X509Certificate } from 'node:crypto';
import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { systemClock } from '../signing/clock.ts';
import { isDated, recipientFaults, recipientsAt, sealableUntil } from '../signing/cms/capture-recipients.ts';
import { randomId } from '../signing/ids.ts';
import { assertNever } from '../signing/result.ts';
import { VaultError, type VaultErrorCode } from '../vault/errors.ts';
import { hasKeyring, KeyringError, openKeyring, readTenantRoot } from '../vault/keyring.ts';
import type { KeyStore } from '../vault/key-store/key-store.ts';
import { PrivateFileError } from '../vault/private-files.ts';
import { openVault, type Vault } from '../vault/vault.ts';
import { CLOCK_WRONG_MS, CloudWatch } from './kiosk/cloud-watch.ts';
import { evidenceFindings } from './doctor-evidence.ts';
import { openedKeyStore } from './doctor-key-store.ts';
import { padFindings, realPads, type PadPorts } from './doctor-pads.ts';
import { DATA_LAYOUT, parseKioskEnrolment } from './enrolment.ts';
import { look, ok, stop, type Finding } from './finding.ts';
import { recipientSentence } from './recipient-words.ts';

export interface DoctorOptions {
  readonly root: string;
  readonly dataDir: string;
  readonly cloudUrl: string;
  readonly now: number;
  readonly path: string;
  /** Default: the pads of this machine. */
  readonly pads?: PadPorts;
  /** The process that has the data folder open, and with it the pads; null when no kiosk runs. */
  readonly kiosk: number | null;
}

const DAY_MS = 24 * 60 * 60_000;
const WARN_DAYS = 30;
const LOW_DISK_BYTES = 2 * 1024 ** 3;
const FULL_DISK_BYTES = 200 * 1024 ** 2;
const CLOUD_PATIENCE_MS = 3_000;

export async function examine(options: DoctorOptions): Promise<readonly Finding[]> {
  const [cloud, pads, stamps] = await Promise.all([
    cloudAndClock(options),
    padFindings(options.pads ?? realPads(), options.kiosk),
    evidence(options),
  ]);
  return [build(options), disk(options), ...keysAndVault(options), ...stamps, ...pads, ...cloud, browser(options)];
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

function keysAndVault(options: DoctorOptions): readonly Finding[] {
  const folder = join(options.dataDir, ...DATA_LAYOUT.kioskKeys);
  if (!hasKeyring(folder)) {
    return [look('enrolment', 'This machine is not enrolled yet; npm start enrols a demo counter.')];
  }
  const store = openedKeyStore(folder, (problem) => keyProblem(folder, problem));
  // Without it neither keys nor vault can be looked at: one finding says it.
  const { opened } = store;
  if (opened === 'not') return [store.finding];
  return [store.finding, ...keyFindings(folder, opened, options.now), ...vaultFindings(options, opened)];
}

/** Keys that cannot be read are found by `keyFindings`. */
async function evidence({ dataDir, now }: DoctorOptions): Promise<readonly Finding[]> {
  const folder = join(dataDir, ...DATA_LAYOUT.kioskKeys);
  if (!hasKeyring(folder)) return [];
  let root: Uint8Array;
  try {
    root = readTenantRoot(folder);
  } catch {
    return [];
  }
  return evidenceFindings(dataDir, { now, roots: [root], patienceMs: CLOUD_PATIENCE_MS });
}

function keyFindings(folder: string, keyStore: KeyStore | null, now: number): readonly Finding[] {
  try {
    const keys = openKeyring(folder, keyStore);
    const enrolment = parseKioskEnrolment(keys.config());
    if (!enrolment.ok) return [stop('enrolment', 'The enrolment cannot be read. Enrol this kiosk again.')];
    const { tenant, branch, kiosk, demo } = enrolment.value;
    const who = `${tenant.name}, ${branch.name}, ${kiosk}`;
    return [
      demo
        ? look('enrolment', `Enrolled for a demo (${who}): not for real customers.`)
        : ok('enrolment', `Enrolled as ${who}.`),
      ok('keys', 'The keys are there, whole, and readable by this account only.'),
      expiry('seal certificate', keys.sealKey().chain, now, OWN_CERTIFICATE),
      ...escrowFindings(keys.escrowCertificates(), now, demo),
      expiry('record certificate', keys.recordCertificates(), now),
    ];
  } catch (problem) {
    return [stop('keys', keyProblem(folder, problem))];
  }
}

/** Those in force, and those that a change of keys will bring; older ones only open what was sealed to them. */
function escrowFindings(certificates: readonly Uint8Array[], now: number, demo: boolean): readonly Finding[] {
  const name = 'escrow certificate';
  const faults = recipientFaults(certificates, new Date(now));
  const refused = recipientsAt(certificates, { at: new Date(now), demo });
  // A demo seals to keys of its own; that it is one was said above.
  const told = faults.filter(({ problem }) => !(demo && problem === 'test-key'));
  if (!refused.ok) {
    const sentence = recipientSentence(refused.error);
    if (!isDated(refused.error.problem)) return [stop(name, sentence)];
    return [
      look(name, `${sentence} Until then nothing is recorded; signing with the picture alone and delivery go on.`),
    ];
  }
  if (told.length > 0) return told.map((fault) => look(name, recipientSentence(fault)));
  // Pairs to come count: who has the next one already need not be told to renew.
  const until = sealableUntil(certificates, new Date(now));
  if (until === null) return [expiry(name, [refused.value.escrow, refused.value.backup], now)];
  return [left(name, until.getTime(), now)];
}

/** Names the file, never what is in it. */
function keyProblem(folder: string, problem: unknown): string {
  if (problem instanceof PrivateFileError) {
    const file = basename(problem.path);
    switch (problem.code) {
      case 'too-open':
        return `${file} can be read by others than its owner. Ask who could see it; then run: chmod go= '${problem.path}'`;
      case 'missing':
        return `${file} is missing in ${folder}. Enrol this kiosk again.`;
      case 'not-ours':
        return `${file} belongs to another account of this machine. Run Countersign under that account.`;
      case 'not-a-file':
      case 'too-large':
        return `${file} is not a key file. Enrol this kiosk again.`;
      default:
        assertNever(problem.code);
    }
  }
  if (problem instanceof KeyringError) return `${problem.message}. Enrol this kiosk again.`;
  return 'The keys cannot be read. Enrol this kiosk again.';
}

interface Advice {
  readonly soon: string;
  readonly ended: string;
}
const USUAL: Advice = { soon: 'Renew it.', ended: 'Enrol this kiosk again.' };
/** It comes into use with the device certificate, and ends with it. */
const OWN_CERTIFICATE: Advice = {
  soon: 'A kiosk renews it by itself long before: check its connection to the cloud, and the trail for why it could not.',
  ended:
    'Nobody new is served. Ask for a new code for this kiosk, then run npm run enrol with it and --again: what is here stays.',
};

function expiry(name: string, certificates: readonly Uint8Array[], now: number, advice = USUAL): Finding {
  const read = certificates.map((der) => new X509Certificate(der));
  const begins = Math.max(...read.map(({ validFromDate }) => validFromDate.getTime()));
  if (begins > now) return stop(name, `The ${name} is not valid yet. Check the date of this machine.`);
  return left(name, Math.min(...read.map(({ validToDate }) => validToDate.getTime())), now, advice);
}

function left(name: string, until: number, now: number, advice = USUAL): Finding {
  const days = Math.floor((until - now) / DAY_MS);
  if (days < 0) return stop(name, `The ${name} ran out ${counted(-days, 'day')} ago. ${advice.ended}`);
  const words = days === 0 ? `The ${name} runs out today.` : `The ${name} is good for ${counted(days, 'more day')}.`;
  return days < WARN_DAYS ? look(name, `${words} ${advice.soon}`) : ok(name, words);
}

function vaultFindings({ dataDir, now }: DoctorOptions, keyStore: KeyStore | null): readonly Finding[] {
  const file = join(dataDir, 'kiosk', 'vault.sqlite');
  if (!existsSync(file)) return [look('vault', 'There is no vault yet; it is made at the first start.')];
  try {
    const vault = openVault(file, { clock: systemClock, newId: randomId, keyStore });
    try {
      return [integrityFinding(vault), chainFinding(vault), outboxFinding(vault), ...watchFindings(vault, now)];
    } finally {
      vault.close();
    }
  } catch (problem) {
    if (problem instanceof VaultError) return [stop('vault', vaultProblem(problem.code))];
    throw problem;
  }
}

/** What the cloud said last, while it does not answer now. */
function watchFindings(vault: Vault, now: number): readonly Finding[] {
  const watch = new CloudWatch({ vault, clock: { ...systemClock, now: () => now } });
  const { state, offsetMs } = watch.clock();
  const early = `The clock is ${spanOf(Math.abs(offsetMs))} before the last time that is certain. Set it before signing.`;
  return [
    ...(state === 'wrong' || state === 'refused' ? [stop('last trusted time', early)] : []),
    ...(watch.shutOut === null
      ? []
      : [stop('admission', `The cloud shut this kiosk out on ${watch.shutOut}. ${ASK_CLOUD}`)]),
  ];
}

const ASK_CLOUD = 'Nobody new is served until those who run it let it in again; what is here waits.';

function integrityFinding(vault: Vault): Finding {
  const integrity = vault.check();
  return integrity === 'ok'
    ? ok('vault', 'The vault is sound.')
    : stop('vault', `The vault is damaged (${firstLine(integrity)}). ${CALL_SUPPORT}`);
}

function chainFinding(vault: Vault): Finding {
  const chain = vault.audit.verify();
  return chain.ok
    ? ok('audit', `The audit chain is unbroken (${counted(chain.value.head.sequence, 'entry', 'entries')}).`)
    : stop('audit', `The audit chain breaks at entry ${chain.error.sequence}. ${CALL_SUPPORT}`);
}

function outboxFinding(vault: Vault): Finding {
  const { waiting, oldestWaiting, setAside, refused } = vault.outbox.counts();
  const stuck = setAside + refused;
  if (stuck > 0) {
    const need = stuck === 1 ? 'needs' : 'need';
    return look('outbox', `${counted(stuck, 'package')} ${need} a manager to look at ${stuck === 1 ? 'it' : 'them'}.`);
  }
  if (waiting === 0) return ok('outbox', 'No package is waiting.');
  const since = oldestWaiting === null ? '' : `, the oldest since ${oldestWaiting}`;
  return ok('outbox', `${counted(waiting, 'package')} ${waiting === 1 ? 'waits' : 'wait'} for the cloud${since}.`);
}

const CALL_SUPPORT = 'Do not sign; keep a copy of the data folder and call support.';

const VAULT_PROBLEMS: Readonly<Partial<Record<VaultErrorCode, string>>> = {
  'schema-newer': 'The vault was written by a newer version of Countersign. Install that version.',
  'in-the-clear':
    'Keys are behind a key store, but the vault is not yet. End the kiosk, then run npm run protect again.',
  locked:
    'The vault is encrypted, and the key of this kiosk does not open it. Put key-store.json back from the backup.',
  busy: 'The vault is held by another program for too long. End that program.',
  'disk-full': 'The disk is full or does not take what is written. Make room first.',
};

function vaultProblem(code: VaultErrorCode): string {
  return VAULT_PROBLEMS[code] ?? `The vault cannot be read (${code}). ${CALL_SUPPORT}`;
}

async function cloudAndClock({ cloudUrl, now }: DoctorOptions): Promise<readonly Finding[]> {
  const asked = performance.now();
  try {
    const answer = await fetch(`${cloudUrl}/api/health`, { signal: AbortSignal.timeout(CLOUD_PATIENCE_MS) });
    const cloud = answer.ok ? ok('cloud', 'The cloud answers.') : look('cloud', 'The cloud answers, but is not ready.');
    const theirs = Date.parse(answer.headers.get('date') ?? '');
    if (Number.isNaN(theirs))
      return [cloud, look('clock', 'The cloud does not tell the time; check the clock by eye.')];
    const off = now + (performance.now() - asked) - theirs;
    if (Math.abs(off) < CLOCK_WRONG_MS) return [cloud, ok('clock', 'The clock agrees with the cloud.')];
    const words = `The clock is ${spanOf(Math.abs(off))} ${off > 0 ? 'ahead of' : 'behind'} the cloud.`;
    return [cloud, stop('clock', `${words} Set it before signing.`)];
  } catch {
    return [
      look('cloud', 'The cloud does not answer. Everything can be signed; packages wait.'),
      look('clock', 'Without the cloud the clock cannot be compared; check it by eye.'),
    ];
  }
}

function spanOf(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 120) return counted(minutes, 'minute');
  return minutes < 48 * 60 ? counted(Math.round(minutes / 60), 'hour') : counted(Math.round(minutes / 1440), 'day');
}

function counted(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? text;
}

function browser({ path }: DoctorOptions): Finding {
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const found = path.split(delimiter).some((folder) => names.some((name) => isExecutable(join(folder, name))));
  return found
    ? ok('browser', 'A Chromium is installed.')
    : look('browser', 'No Chromium was found; the screens can be opened in any current browser.');
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
