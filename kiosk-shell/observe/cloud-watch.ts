import type { Cloud } from '../../sync/cloud/cloud.ts';
import type { CloudEvent } from '../../sync/cloud/cloud-event.ts';
import { HealthWatch, type HealthCheck } from './health.ts';
import type { Log } from './log.ts';
import { openMetrics, type Metrics } from './metrics.ts';
import { createWatch, type Watch } from './watch.ts';

export interface CloudWatch extends Watch {
  told(event: CloudEvent): void;
  drain(): void;
}

export interface CloudWatchPorts {
  readonly log: Log;
  readonly tokenFile: string;
  /** Asked when somebody looks, not before it is open. */
  readonly cloud: () => Pick<Cloud, 'probes' | 'counts'>;
}

export function watchCloud({ log, tokenFile, cloud }: CloudWatchPorts): CloudWatch {
  const metrics = openMetrics('cloud');
  const health = new HealthWatch('cloud', checksOf(cloud));
  const ingest = metrics.histogram('ingest_seconds', 'Packages judged, by outcome and reason.', 'outcome', 'reason');
  const bytes = metrics.counter('ingest_bytes_total', 'Bytes of packages stored.');
  const watch = createWatch({ log, metrics, health, tokenFile, sample: sampler(metrics, cloud) });
  return {
    ...watch,
    told: (event) => {
      if (event.type === 'request') {
        watch.request(event);
        return;
      }
      log.write('ingest', event);
      const { outcome, reason } = event;
      ingest.observe({ outcome, reason: reason ?? '' }, event.milliseconds / 1000);
      if (outcome === 'stored') bytes.inc(event.bytes);
    },
    drain: () => {
      health.drain();
      log.write('draining', { role: 'cloud' });
    },
  };
}

/** Older than what any job takes, waits between two looks and a dead process's heartbeat together. */
const LATE_JOB_SECONDS = 900;

function checksOf(cloud: CloudWatchPorts['cloud']): readonly HealthCheck[] {
  const answers = (part: 'database' | 'objects' | 'keys'): HealthCheck => ({
    part,
    needed: true,
    look: async () => {
      await cloud().probes[part]();
      return null;
    },
  });
  return [
    ...[answers('database'), answers('objects'), answers('keys')],
    {
      part: 'background-work',
      needed: false,
      look: async () => {
        const { oldestJobSeconds } = await cloud().counts();
        return oldestJobSeconds > LATE_JOB_SECONDS ? 'A job has waited for more than a quarter of an hour.' : null;
      },
    },
  ];
}

function sampler(metrics: Metrics, cloud: CloudWatchPorts['cloud']): () => Promise<void> {
  const uploads = metrics.gauge('uploads_under_way', 'Uploads begun and not settled.');
  const alarms = metrics.gauge('packages_with_alarms', 'Stored packages with an alarm about their audit chain.');
  const levels = metrics.gauge('levels_due', 'Documents whose level is due to be raised.');
  const kiosks = metrics.gauge('kiosks', 'Kiosks enrolled, by whether they are let in.', 'state');
  const jobs = metrics.gauge('jobs', 'Background jobs by queue and state.', 'queue', 'state');
  const oldest = metrics.gauge('jobs_oldest_seconds', 'Since when the oldest due job waits.');
  const pool = metrics.gauge('database_connections', 'Connections of this process to its database.', 'state');
  return async () => {
    const now = await cloud().counts();
    uploads.set(now.uploads);
    alarms.set(now.alarms);
    levels.set(now.levelsDue);
    kiosks.set({ state: 'active' }, now.kiosks.active);
    kiosks.set({ state: 'shut-out' }, now.kiosks.shutOut);
    // A queue that is empty now is not listed.
    jobs.reset();
    for (const { queue, state, count } of now.jobs) jobs.set({ queue, state }, count);
    oldest.set(now.oldestJobSeconds);
    if (now.connections === null) return;
    for (const [state, count] of Object.entries(now.connections)) pool.set({ state }, count);
  };
}
