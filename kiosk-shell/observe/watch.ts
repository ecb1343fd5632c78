import { randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fromUtf8, utf8 } from '../../signing/bytes.ts';
import { readPrivateFile, writePrivateFile } from '../../vault/private-files.ts';
import type { Health, HealthWatch } from './health.ts';
import type { Log, LogPart } from './log.ts';
import type { Metrics } from './metrics.ts';

export interface RequestFacts {
  /** Pattern of the route, as `/api/transactions/[id]`: never the address itself. */
  readonly route: string;
  readonly method: string;
  readonly status: number;
  readonly milliseconds: number;
  /** Of a kiosk's request to the cloud. */
  readonly kiosk?: string | null;
  readonly trace?: string | null;
}

/** What a running kiosk or cloud says of itself, for whoever keeps it running. */
export interface Watch {
  request(facts: RequestFacts): void;
  fault(part: LogPart, error: unknown): void;
  health(): Promise<Health>;
  /** Numbers for Prometheus; null for whoever does not have the token. */
  metrics(token: string): Promise<string | null>;
}

export interface WatchParts {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly health: HealthWatch;
  /** Private file with the token for metrics: made when it is not there. */
  readonly tokenFile: string;
  /** Brings what is not counted as it happens up to date. */
  readonly sample: () => Promise<void> | void;
}

export function createWatch({ log, metrics, health, tokenFile, sample }: WatchParts): Watch {
  const token = metricsToken(tokenFile);
  const requests = metrics.histogram(
    'http_request_seconds',
    'Requests by route and answer.',
    'route',
    'method',
    'status',
  );
  const faults = metrics.counter('faults_total', 'Errors nobody expected, by part.', 'part');
  return {
    request: (facts) => {
      const { route, method, status, milliseconds } = facts;
      log.write('request', facts);
      requests.observe({ route, method, status: String(status) }, milliseconds / 1000);
    },
    fault: (part, error) => {
      log.fault(part, error);
      faults.inc({ part });
    },
    health: () => health.health(),
    metrics: async (given) => {
      if (!isSame(given, token)) return null;
      await sample();
      return metrics.text();
    },
  };
}

function metricsToken(file: string): string {
  if (!existsSync(file)) writePrivateFile(file, utf8(`${randomBytes(32).toString('hex')}\n`));
  return fromUtf8(readPrivateFile(file)).trim();
}

function isSame(given: string, token: string): boolean {
  const [a, b] = [utf8(given), utf8(token)];
  return b.length >= 32 && a.length === b.length && timingSafeEqual(a, b);
}
