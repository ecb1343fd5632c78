import { X509Certificate } from 'node:crypto';
import { statfsSync } from 'node:fs';
import type { AuditEntry } from '../../signing/audit/audit-entry.ts';
import type { Clock } from '../../signing/clock.ts';
import type { CourierEvent } from '../../sync/kiosk/courier.ts';
import type { LineState } from '../../sync/kiosk/line.ts';
import type { Keyring } from '../../vault/keyring.ts';
import type { Vault } from '../../vault/vault.ts';
import type { PadListing } from '../pad-host/client.ts';
import { HealthWatch, type HealthCheck } from './health.ts';
import { isLoggableProblem, type Log } from './log.ts';
import { openMetrics, type Metrics } from './metrics.ts';
import { createWatch, type Watch } from './watch.ts';

export interface KioskWatch extends Watch {
  /** An entry that is durable. */
  audited(entry: AuditEntry): void;
  told(event: CourierEvent): void;
  padsChanged(): void;
  drain(): void;
}

export interface KioskWatchPorts {
  readonly log: Log;
  readonly clock: Clock;
  readonly tokenFile: string;
  readonly dataDir: string;
  readonly vault: () => Vault;
  readonly keys: () => Pick<Keyring, 'sealKey'>;
  readonly pads: () => readonly PadListing[];
  /** This machine's clock less the cloud's; null before the first contact. */
  readonly clockOffsetMs: () => number | null;
}

/** A package of the largest size, twice: while it is built and when it is there. */
const LEAST_FREE_BYTES = 512 * 1024 * 1024;
const LONG_WAIT_MS = 24 * 3600_000;

export function watchKiosk(ports: KioskWatchPorts): KioskWatch {
  const { log, tokenFile } = ports;
  const metrics = openMetrics('kiosk');
  const state: Told = { line: 'unknown' };
  const health = new HealthWatch('kiosk', checksOf(ports, state));
  const entries = metrics.counter('audit_entries_total', 'What happened, by kind.', 'event', 'success');
  const reconnects = metrics.counter('pad_returns_total', 'Pads that came back after they were gone or had failed.');
  const before = new Map<string, PadListing['state']>();
  const deliveries = metrics.counter('deliveries_total', 'Attempts at a delivery, by outcome.', 'outcome');
  const watch = createWatch({ log, metrics, health, tokenFile, sample: sampler(metrics, ports, state) });
  return {
    ...watch,
    audited: ({ eventType, success, transactionId }) => {
      log.write('audit', { audit: eventType, success, transaction: transactionId });
      entries.inc({ event: eventType, success: String(success) });
    },
    told: (event) => {
      if (event.type === 'line') state.line = event.state;
      if (event.type === 'fault') watch.fault('delivery', event.error);
      logDelivery(log, event);
      if ('entry' in event || event.type === 'denied') deliveries.inc({ outcome: event.type });
    },
    padsChanged: () => {
      for (const { description, state: is } of ports.pads()) {
        const was = before.get(description.id);
        if ((was === 'unplugged' || was === 'failed') && (is === 'ready' || is === 'busy')) reconnects.inc();
        before.set(description.id, is);
      }
    },
    drain: () => {
      health.drain();
      log.write('draining', { role: 'kiosk' });
    },
  };
}

/** Remembered for the next look. */
interface Told {
  line: LineState;
}

function logDelivery(log: Log, event: CourierEvent): void {
  switch (event.type) {
    case 'line':
      log.write('line', { line: event.state });
      return;
    case 'denied':
      log.write('delivery', { outcome: 'denied', reason: event.reason });
      return;
    case 'fault':
      return;
    default: {
      const { digest, transaction, trace, attempts, size } = event.entry;
      const about = { transaction, package: digest, trace };
      if (event.type === 'alarm') log.write('delivery-alarm', { alarm: event.code, ...about });
      else {
        const reason = event.type === 'refused' ? event.reason : null;
        const problem = 'problem' in event && isLoggableProblem(event.problem) ? event.problem : null;
        log.write('delivery', { outcome: event.type, reason, problem, ...about, attempts, bytes: size });
      }
    }
  }
}

function checksOf(ports: KioskWatchPorts, state: Told): readonly HealthCheck[] {
  return [
    {
      part: 'vault',
      needed: true,
      look: () => {
        ports.vault().outbox.counts();
        return null;
      },
    },
    {
      part: 'keys',
      needed: false,
      look: () => {
        const [own] = ports.keys().sealKey().chain;
        const ends = own === undefined ? 0 : new X509Certificate(own).validToDate.getTime();
        return ends < ports.clock.now() ? 'The certificate that this kiosk seals with has ended.' : null;
      },
    },
    {
      part: 'disk',
      needed: false,
      look: () => (freeBytes(ports.dataDir) < LEAST_FREE_BYTES ? 'Less than 512 MB are free.' : null),
    },
    {
      part: 'delivery',
      needed: false,
      look: () => {
        const { refused, setAside } = ports.vault().outbox.counts();
        if (refused > 0) return `Refused by the cloud: ${refused}.`;
        if (setAside > 0) return `Set aside: ${setAside}.`;
        return waitingMs(ports) > LONG_WAIT_MS ? 'A package has waited for more than a day.' : null;
      },
    },
    {
      part: 'line',
      needed: false,
      look: () => (state.line === 'down' ? 'The cloud cannot be reached.' : null),
    },
    {
      part: 'pads',
      needed: false,
      look: () => (ports.pads().some(({ state: is }) => is === 'failed') ? 'A pad has failed.' : null),
    },
  ];
}

function sampler(metrics: Metrics, ports: KioskWatchPorts, state: Told): () => void {
  const packages = metrics.gauge('outbox_packages', 'Packages in the outbox, by state.', 'state');
  const oldest = metrics.gauge('outbox_oldest_seconds', 'Since when the oldest package waits.');
  const line = metrics.gauge('line_up', '1: the last exchange with the cloud came through.');
  const offset = metrics.gauge('clock_offset_seconds', 'Clock of this machine less that of the cloud.');
  const free = metrics.gauge('disk_free_bytes', 'Free space where the data folder is.');
  const pads = metrics.gauge('pads', 'Pads seen since the start, by state.', 'state');
  return () => {
    const { waiting, refused, setAside } = ports.vault().outbox.counts();
    const counts = { waiting, refused, 'set-aside': setAside };
    for (const [name, count] of Object.entries(counts)) packages.set({ state: name }, count);
    oldest.set(waitingMs(ports) / 1000);
    line.set(state.line === 'up' ? 1 : 0);
    const offsetMs = ports.clockOffsetMs();
    if (offsetMs !== null) offset.set(offsetMs / 1000);
    free.set(freeBytes(ports.dataDir));
    pads.reset();
    for (const { state: is } of ports.pads()) pads.inc({ state: is });
  };
}

function waitingMs({ vault, clock }: KioskWatchPorts): number {
  const { oldestWaiting } = vault().outbox.counts();
  return oldestWaiting === null ? 0 : Math.max(0, clock.now() - Date.parse(oldestWaiting));
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
