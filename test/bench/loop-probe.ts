/** Loaded into the kiosk's own process before anything else (`--import loop-probe.ts?port=N`): tells there how its event loop does. */
import { createServer } from 'node:http';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

const RESOLUTION_MS = 5;

/** Since it was asked last. */
export interface LoopFigures {
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Processor time of the whole process, its threads included. */
  readonly cpuMs: number;
  /** Of it, how long the event loop was at work. */
  readonly busyMs: number;
}

const port = new URL(import.meta.url).searchParams.get('port');
// The pad host and the kiosk's worker threads inherit the option.
const isServer = process.argv[1]?.endsWith('next') === true && process.env['COUNTERSIGN_ROLE'] === 'kiosk';
if (port !== null && isMainThread && isServer) {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  let cpu = process.cpuUsage();
  let loop = performance.eventLoopUtilization();
  const server = createServer((_, answer) => {
    const used = process.cpuUsage(cpu);
    // The monitor counts from tick to tick: what is above its own pace is delay.
    const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
    const figures: LoopFigures = {
      p99Ms: late(delay.percentile(99)),
      maxMs: late(delay.max),
      cpuMs: (used.user + used.system) / 1000,
      busyMs: performance.eventLoopUtilization(performance.eventLoopUtilization(), loop).active,
    };
    delay.reset();
    cpu = process.cpuUsage();
    loop = performance.eventLoopUtilization();
    answer.end(JSON.stringify(figures));
  });
  server.listen(Number(port), '127.0.0.1');
  server.unref();
}
