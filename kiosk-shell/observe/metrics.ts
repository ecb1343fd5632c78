import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Seconds: a pen's screen answers in hundredths, a large package is checked in many. */
const BUCKETS = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const PREFIX = 'countersign_';

/** Numbers for Prometheus. Labels take values from closed lists only: no id, no name, no digest. */
export interface Metrics {
  counter<L extends string>(name: string, help: string, ...labels: readonly L[]): Counter<L>;
  /** Durations in seconds. */
  histogram<L extends string>(name: string, help: string, ...labels: readonly L[]): Histogram<L>;
  gauge<L extends string>(name: string, help: string, ...labels: readonly L[]): Gauge<L>;
  /** Text exposition format 0.0.4. */
  text(): Promise<string>;
}

/** With those of the process itself: processor, memory, event loop delay, collections. */
export function openMetrics(role: 'kiosk' | 'cloud'): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ role });
  collectDefaultMetrics({ register: registry, prefix: PREFIX });
  const registers = [registry];
  return {
    counter: (name, help, ...labelNames) => new Counter({ name: `${PREFIX}${name}`, help, labelNames, registers }),
    histogram: (name, help, ...labelNames) =>
      new Histogram({ name: `${PREFIX}${name}`, help, labelNames, registers, buckets: BUCKETS }),
    gauge: (name, help, ...labelNames) => new Gauge({ name: `${PREFIX}${name}`, help, labelNames, registers }),
    text: () => registry.metrics(),
  };
}
