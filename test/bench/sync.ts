import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../../signing/clock.ts';
import { Courier } from '../../sync/kiosk/courier.ts';
import { systemTimers } from '../../sync/kiosk/timers.ts';
import type { OutboxStore } from '../../sync/kiosk/outbox-store.ts';
import { vaultOutbox } from '../sync/support/vault-outbox.ts';
import type { PackageVerdict } from '../../sync/cloud/package-verdict.ts';
import { verifyTestPackage, type TestPackage } from '../sync/support/packages.ts';
import { kioskTrust, newKiosk, serve, startTestCloud } from '../sync/support/world.ts';
import { round, type BenchResult } from './bench.ts';

const LOADS = [
  { packages: 200, bytes: 20_000 },
  { packages: 100, bytes: 300_000 },
  { packages: 100, bytes: 2_000_000 },
  { packages: 10, bytes: 20_000_000 },
  { packages: 10_000, bytes: 2_000 },
] as const;
const MB = 1_000_000;

/**
 * What delivery costs when the line is back, beside a plain durable copy of the same bytes and beside curl to a bare server that
 * keeps them as durably. Everything of sync is real (the kiosk's outbox in its file, HTTP over loopback, tus, PGlite, folder of
 * objects, signed receipts); only the verification of what is in a package is left out, since
 * its cost is measured with the seals.
 */
export async function benchSync(): Promise<BenchResult> {
  const kiosk = newKiosk('bench');
  // Looked up, not verified: what is in a package is no concern of this bench.
  const verdicts = new Map<string, PackageVerdict>();
  const cloud = await startTestCloud(systemClock, [kiosk], () => ({
    verifyPackage: (bytes) => {
      const verdict = verdicts.get(markOf(bytes));
      return verdict === undefined ? Promise.reject(new Error('unknown package')) : Promise.resolve(verdict);
    },
  }));
  const http = await serve((request) => cloud.cloud().handleDevice(request));
  const trust = await kioskTrust(kiosk, cloud.receiptKey, systemClock);
  const rows: Record<string, string | number>[] = [];
  try {
    for (const load of LOADS) {
      const made = Array.from({ length: load.packages }, () => trust.packages.make(randomUUID(), { size: load.bytes }));
      for (const { bytes } of made) verdicts.set(markOf(bytes), await verifyTestPackage(bytes, { roots: [] }));
      const total = made.reduce((sum, { bytes }) => sum + bytes.length, 0);
      const copy = await timed(() => copyDurably(made));
      const curl = await curlAll(made);
      const outbox = vaultOutbox(systemClock, made, () => false);
      const delivery = await timed(() => deliverAll(outbox.store, made.length, http.url, trust));
      outbox.end();
      rows.push({
        package: `${round(load.bytes / MB, 2)} MB`,
        count: load.packages,
        'drained s': round(delivery, 1),
        'sync packages/s': round(load.packages / delivery, 1),
        'sync MB/s': round(total / MB / delivery, 1),
        'copy MB/s': round(total / MB / copy, 1),
        'x copy': round(delivery / copy, 1),
        'curl MB/s': round(total / MB / curl, 1),
        'x curl': round(delivery / curl, 1),
      });
    }
  } finally {
    await http.close();
    await cloud.end();
  }
  return {
    name: 'sync',
    rows,
    notes: [
      'One kiosk with a few packages under way at once, cloud in the same process: each is asked for, uploaded, stored, receipted, verified.',
      'Copy: the same bytes written one file after another, each with fsync.',
      'Curl: one process sends the same files one after another to a bare server in this process, which writes each with fsync.',
    ],
  };
}

/** The first bytes of a stand-in hold its audit excerpt: no two are alike. */
function markOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, 2000)).toString('latin1');
}

async function deliverAll(
  store: OutboxStore,
  packages: number,
  cloudUrl: string,
  trust: Awaited<ReturnType<typeof kioskTrust>>,
): Promise<void> {
  let left = packages;
  await new Promise<void>((resolve, reject) => {
    const courier = new Courier({
      ...trust,
      store,
      cloudUrl,
      fetch: (url, init) => fetch(url, init),
      clock: systemClock,
      timers: systemTimers,
      random: Math.random,
      onEvent: (event) => {
        if (event.type === 'waiting' || event.type === 'refused' || event.type === 'alarm' || event.type === 'fault') {
          reject(new Error(`delivery was disturbed: ${event.type}`));
        }
        if (event.type !== 'delivered') return;
        left -= 1;
        if (left === 0) void courier.stop().then(resolve);
      },
    });
    courier.start();
  });
}

async function copyDurably(made: readonly TestPackage[]): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'countersign-bench-copy-'));
  try {
    for (const { digest, bytes } of made) {
      const file = await open(path.join(folder, digest), 'wx');
      await file.writeFile(bytes);
      await file.sync();
      await file.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Seconds; without the time to write the files it sends. */
async function curlAll(made: readonly TestPackage[]): Promise<number> {
  const folder = await mkdtemp(path.join(tmpdir(), 'countersign-bench-curl-'));
  const server = createServer((request, response) => {
    keep(path.join(folder, `${path.basename(request.url ?? '')}.kept`), request).then(
      () => response.writeHead(201).end(),
      () => response.destroy(),
    );
  });
  try {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const lines: string[] = [];
    for (const { digest, bytes } of made) {
      const file = path.join(folder, digest);
      await writeFile(file, bytes);
      lines.push(`upload-file = "${file}"`, `url = "http://127.0.0.1:${address.port}/${digest}"`);
    }
    const orders = path.join(folder, 'orders');
    await writeFile(orders, `silent\nfail\nheader = "Expect:"\n${lines.join('\n')}\n`);
    return await timed(async () => {
      const child = spawn('curl', ['--config', orders], { stdio: 'ignore' });
      const [code] = (await once(child, 'exit')) as [number | null];
      if (code !== 0) throw new Error(`curl ended with ${code}`);
    });
  } finally {
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function keep(name: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(name, 'wx');
  for await (const chunk of bytes) await file.write(chunk);
  await file.sync();
  await file.close();
}

/** Seconds. */
async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
