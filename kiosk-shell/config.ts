import { resolve } from 'node:path';
import { parseEpadReach } from '../drivers/epad/epad-reach.ts';
import type { PenReach } from '../drivers/found-pad.ts';
import { parseSerialPads, type SerialPadSetting } from '../drivers/serial/serial-pads.ts';
import type { SimulatedPadName } from '../drivers/simulated/simulated-pads.ts';
import { parseStuSettings, type StuDeskSettings } from '../drivers/wacom/stu-settings-text.ts';
import { err, ok, type Result } from '../signing/result.ts';
import { LOG_LEVELS, type LogLevel } from './observe/log.ts';

/** Everything the environment may say, parsed once at start. Secrets never come this way. */
export interface Config {
  readonly role: 'kiosk' | 'cloud';
  /** Folder of all durable state. */
  readonly dataDir: string;
  readonly kioskUrl: string;
  readonly cloudUrl: string;
  /** Demo tenant, test keys allowed, simulated pad when none is plugged in. */
  readonly demo: boolean;
  /** Pads to simulate beside real ones; two of one name are two pads. */
  readonly simulatedPads: readonly SimulatedPadName[];
  /** Pads on serial lines. */
  readonly serialPads: readonly SerialPadSetting[];
  /** How far the pen of this desk's ePad reaches; null for the measure of the table. */
  readonly epadReach: PenReach | null;
  /** What this desk asks of its STU pads; null for the defaults of each model. */
  readonly padSettings: StuDeskSettings | null;
  /** Log lines of this weight and above are written. */
  readonly logLevel: LogLevel;
  /** How long a process that is asked to end goes on answering, so that a balancer sees it first. */
  readonly drainSeconds: number;
}

export interface ConfigProblem {
  readonly name: string;
  readonly problem: string;
}

/** Set by the supervisor in its children: one whose channel to it is closed has nobody to serve and ends (`boot.ts`). */
export const SUPERVISED = 'COUNTERSIGN_SUPERVISED';
/** Begins the last line of a supervised process that could not open its runtime; the reason follows. */
export const COULD_NOT_OPEN = 'could not be opened: ';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Pure: the environment and the working folder in, configuration or every problem out. */
export function readConfig(environment: Environment, workingDir: string): Result<Config, readonly ConfigProblem[]> {
  const problems: ConfigProblem[] = [];
  const role = oneOf(environment, 'COUNTERSIGN_ROLE', ['kiosk', 'cloud'] as const, 'kiosk', problems);
  const demo = oneOf(environment, 'COUNTERSIGN_DEMO', ['1', '0'] as const, '0', problems);
  const simulatedPads = padNames(environment, 'COUNTERSIGN_SIMULATED_PAD', problems);
  const serialPads = parsed(environment, 'COUNTERSIGN_SERIAL_PADS', parseSerialPads, problems) ?? [];
  const epadReach = parsed(environment, 'COUNTERSIGN_EPAD_REACH', parseEpadReach, problems);
  const padSettings = parsed(environment, 'COUNTERSIGN_PAD_SETTINGS', parseStuSettings, problems);
  const kioskUrl = loopback(environment, 'COUNTERSIGN_KIOSK_URL', 'http://127.0.0.1:3000', problems);
  const cloudUrl = httpUrl(environment, 'COUNTERSIGN_CLOUD_URL', 'http://127.0.0.1:4000', problems);
  const logLevel = oneOf(environment, 'COUNTERSIGN_LOG', LOG_LEVELS, 'info', problems);
  const drainSeconds = seconds(environment, 'COUNTERSIGN_DRAIN_SECONDS', problems);
  if (problems.length > 0) return err(problems);
  return ok({
    role,
    dataDir: resolve(workingDir, environment['COUNTERSIGN_DATA'] ?? '.countersign'),
    kioskUrl,
    cloudUrl,
    demo: demo === '1',
    simulatedPads,
    serialPads,
    epadReach,
    padSettings,
    logLevel,
    drainSeconds,
  });
}

function oneOf<const T extends string>(
  environment: Environment,
  name: string,
  allowed: readonly T[],
  otherwise: T,
  problems: ConfigProblem[],
): T {
  const value = environment[name];
  if (value === undefined || value === '') return otherwise;
  const found = allowed.find((entry) => entry === value);
  if (found !== undefined) return found;
  problems.push({ name, problem: `must be one of ${allowed.join(', ')}` });
  return otherwise;
}

const PAD_NAMES = [
  'stu-300',
  'stu-430',
  'stu-430v',
  'stu-500',
  'stu-520',
  'stu-530',
  'stu-530v',
  'stu-540',
  'stu-541',
  'dtu-1141',
  'epad',
] as const satisfies readonly SimulatedPadName[];
/** As many as a desk has room for. */
const MOST_PADS = 4;

/** Names with commas between them, or 'none'. */
function padNames(environment: Environment, name: string, problems: ConfigProblem[]): readonly SimulatedPadName[] {
  const value = environment[name];
  if (value === undefined || value === '' || value === 'none') return [];
  const named = value.split(',').map((one) => PAD_NAMES.find((known) => known === one.trim()));
  const known = named.filter((one) => one !== undefined);
  if (known.length === named.length && known.length <= MOST_PADS) return known;
  problems.push({
    name,
    problem: `must be 'none' or up to ${MOST_PADS} of ${PAD_NAMES.join(', ')}, with commas between`,
  });
  return [];
}

/** What one of the parsers of `drivers/` makes of a setting; null where there is none. */
function parsed<T>(
  environment: Environment,
  name: string,
  parse: (text: string) => Result<T, string>,
  problems: ConfigProblem[],
): T | null {
  const value = environment[name];
  if (value === undefined || value === '') return null;
  const read = parse(value);
  if (read.ok) return read.value;
  problems.push({ name, problem: read.error });
  return null;
}

function httpUrl(environment: Environment, name: string, otherwise: string, problems: ConfigProblem[]): string {
  const value = environment[name];
  if (value === undefined || value === '') return otherwise;
  if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return value.replace(/\/+$/, '');
  problems.push({ name, problem: 'must be an http or https address' });
  return otherwise;
}

function loopback(environment: Environment, name: string, otherwise: string, problems: ConfigProblem[]): string {
  const value = httpUrl(environment, name, otherwise, problems);
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(new URL(value).hostname)) {
    problems.push({ name, problem: 'must be on loopback: the counter is never served to the network' });
  }
  return value;
}

const LONGEST_DRAIN_SECONDS = 300;

function seconds(environment: Environment, name: string, problems: ConfigProblem[]): number {
  const value = environment[name];
  if (value === undefined || value === '') return 0;
  const number = /^\d{1,3}$/.test(value) ? Number(value) : NaN;
  if (number <= LONGEST_DRAIN_SECONDS) return number;
  problems.push({ name, problem: `must be a number of seconds from 0 to ${LONGEST_DRAIN_SECONDS}` });
  return 0;
}

/** Where `npm start` puts kiosk and cloud on this machine, and their data. */
export interface LaunchConfig {
  readonly kioskPort: number;
  readonly cloudPort: number;
  readonly dataDir: string;
}

/** Pure, as `readConfig`: what a person may say to `npm start`, `reset` and `doctor`. */
export function readLaunchConfig(
  environment: Environment,
  workingDir: string,
): Result<LaunchConfig, readonly ConfigProblem[]> {
  const problems: ConfigProblem[] = [];
  const kioskPort = port(environment, 'KIOSK_PORT', 3000, problems);
  const cloudPort = port(environment, 'CLOUD_PORT', 4000, problems);
  if (problems.length === 0 && kioskPort === cloudPort) {
    problems.push({ name: 'CLOUD_PORT', problem: 'must be another port than KIOSK_PORT' });
  }
  if (problems.length > 0) return err(problems);
  return ok({ kioskPort, cloudPort, dataDir: resolve(workingDir, environment['COUNTERSIGN_DATA'] ?? '.countersign') });
}

function port(environment: Environment, name: string, otherwise: number, problems: ConfigProblem[]): number {
  const value = environment[name];
  if (value === undefined || value === '') return otherwise;
  const number = /^\d{1,5}$/.test(value) ? Number(value) : NaN;
  if (number >= 1 && number <= 65_535) return number;
  problems.push({ name, problem: 'must be a port number from 1 to 65535' });
  return otherwise;
}
