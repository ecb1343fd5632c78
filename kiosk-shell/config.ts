import { resolve } from 'node:path';
import { err, ok, type Result } from '../signing/result.ts';

/** Everything the environment may say, parsed once at start. Secrets never come this way. */
export interface Config {
  readonly role: 'kiosk' | 'cloud';
  /** Folder of all durable state. */
  readonly dataDir: string;
  readonly kioskUrl: string;
  readonly cloudUrl: string;
  /** Demo tenant, test keys allowed, simulated pad when none is plugged in. */
  readonly demo: boolean;
  readonly simulatedPad: 'stu-430' | 'stu-530' | null;
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
  const pad = oneOf(
    environment,
    'COUNTERSIGN_SIMULATED_PAD',
    ['stu-430', 'stu-530', 'none'] as const,
    'none',
    problems,
  );
  const kioskUrl = loopback(environment, 'COUNTERSIGN_KIOSK_URL', 'http://127.0.0.1:3000', problems);
  const cloudUrl = httpUrl(environment, 'COUNTERSIGN_CLOUD_URL', 'http://127.0.0.1:4000', problems);
  if (problems.length > 0) return err(problems);
  return ok({
    role,
    dataDir: resolve(workingDir, environment['COUNTERSIGN_DATA'] ?? '.countersign'),
    kioskUrl,
    cloudUrl,
    demo: demo === '1',
    simulatedPad: pad === 'none' ? null : pad,
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
