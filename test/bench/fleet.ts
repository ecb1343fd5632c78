import { median, round, type BenchResult } from './bench.ts';
import { deliverAll, fleetWorld } from './fleet-clouds.ts';

const KIOSKS = 2000;
const SIZE = 20_000;
const PROCESSES = 2;

/** Two thousand kiosks that each deliver a package, so many at a time, to two cloud processes: how long until the receipt. */
export async function benchFleet(): Promise<BenchResult> {
  const world = await fleetWorld(KIOSKS);
  try {
    const rows: Record<string, string | number>[] = [];
    for (const atOnce of [1, 16, 64]) {
      const clouds = await world.startClouds(PROCESSES);
      const packages = atOnce === 1 ? KIOSKS / 10 : KIOSKS;
      const began = performance.now();
      const times = await deliverAll(world.kiosks, clouds.urls, { packages, size: SIZE, atOnce });
      const seconds = (performance.now() - began) / 1000;
      const sorted = times.toSorted((one, other) => one - other);
      rows.push({
        'at once': atOnce,
        packages,
        'packages/s': round(packages / seconds, 1),
        'receipt median ms': round(median(times) * 1000, 0),
        'p99 ms': round((sorted[Math.ceil(sorted.length * 0.99) - 1] ?? NaN) * 1000, 0),
        'longest ms': round((sorted.at(-1) ?? NaN) * 1000, 0),
      });
      await clouds.end();
    }
    return {
      name: 'fleet',
      rows,
      notes: [
        `${KIOSKS} kiosks of 20 tenants, packages of ${SIZE} bytes, ${PROCESSES} cloud processes on one PostgreSQL; kiosks are one generator on the same cores.`,
        'One at a time is the baseline: what a receipt takes when nobody else delivers.',
      ],
    };
  } finally {
    await world.end();
  }
}
