import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startServers } from '../../kiosk-shell/cli/servers.ts';
import { provisionDemo } from '../../kiosk-shell/demo/provision.ts';
import { median, round, type BenchResult } from './bench.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const WARM_RUNS = 3;

/**
 * From launching kiosk and cloud to the sign-in page answered. 'Cold' has an empty data folder: keys are made, the
 * databases are created, the sample is taken in. The baseline is the bare start of the same Node binary.
 */
export async function benchStart(): Promise<BenchResult> {
  const dataDir = mkdtempSync(join(tmpdir(), 'countersign-bench-start-'));
  try {
    const provisioning = await timed(() =>
      provisionDemo(dataDir, { kioskUrl: 'http://127.0.0.1:1', cloudUrl: 'http://127.0.0.1:2', now: new Date() }),
    );
    const cold = await startOnce(dataDir);
    const warm: Started[] = [];
    for (let i = 0; i < WARM_RUNS; i += 1) warm.push(await startOnce(dataDir));
    const bare = await bareNode();
    const row = (what: string, ms: number): Record<string, string | number> => ({
      what,
      ms: round(ms, 0),
      'x bare node': round(ms / bare, 1),
    });
    return {
      name: 'start',
      rows: [
        row('make the demo tenant and its keys (first start only)', provisioning),
        row('cold: empty data folder to sign-in page', cold.page),
        row('warm: to health answer', median(warm.map(({ health }) => health))),
        row('warm: to sign-in page', median(warm.map(({ page }) => page))),
        row('bare node -e 0', bare),
      ],
      notes: ['Kiosk and cloud start side by side on the same cores; the screens were built before.'],
    };
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

interface Started {
  readonly health: number;
  readonly page: number;
}

async function startOnce(dataDir: string): Promise<Started> {
  const began = performance.now();
  const servers = await startServers({
    root: ROOT,
    dataDir,
    kioskPort: await freePort(),
    cloudPort: await freePort(),
    simulatedPad: 'stu-530',
    onLine: () => undefined,
  });
  try {
    const health = performance.now() - began;
    const answer = await fetch(`${servers.kioskUrl}/sign-in`);
    await answer.text();
    return { health, page: performance.now() - began };
  } finally {
    await servers.stop();
  }
}

async function bareNode(): Promise<number> {
  const { spawnSync } = await import('node:child_process');
  return timed(() => Promise.resolve(spawnSync(process.execPath, ['-e', '0'])));
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
