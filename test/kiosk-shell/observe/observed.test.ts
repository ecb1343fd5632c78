import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openKioskRuntime } from '../../../kiosk-shell/kiosk/kiosk-runtime.ts';
import type { KioskApi } from '../../../kiosk-shell/kiosk-api/kiosk-api.ts';
import type { TransactionDetail } from '../../../kiosk-shell/kiosk-api/transaction.ts';
import { openLog } from '../../../kiosk-shell/observe/log.ts';
import { utf8 } from '../../../signing/bytes.ts';
import { systemClock } from '../../../signing/clock.ts';
import { freeAddress, serveCloud, type ServedCloud } from '../../support/kiosk-cloud.ts';
import { demoFolder, kioskConfig, signedIn, until, walkToEnd, type DemoFolder } from '../../support/kiosk-rig.ts';
import { parsePrometheus } from '../../support/prometheus-text.ts';

// A whole kiosk on a machine that does other work too.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const PLANTED = ['Hieronim Ščepec', 'Hieronim', 'Žiga', 'Živa', 'Čuš', 'Šentjur', 'Pogodba', 'odprtje', '48213957'];

let folder: DemoFolder;
let kiosk: KioskApi;
let served: ServedCloud;
let detail: TransactionDetail;
const lines = { kiosk: [] as string[], cloud: [] as string[] };
const logTo = (to: string[]) => openLog({ level: 'debug', clock: systemClock, sink: (line) => to.push(line) });
const said = (who: 'kiosk' | 'cloud') => lines[who].map((line) => JSON.parse(line) as Record<string, unknown>);
const token = (who: 'kiosk' | 'cloud'): string =>
  readFileSync(join(folder.dataDir, who, 'metrics.token'), 'utf8').trim();

beforeAll(async () => {
  const cloudUrl = await freeAddress();
  folder = await demoFolder(cloudUrl);
  kiosk = await openKioskRuntime(kioskConfig(folder.dataDir, cloudUrl), { log: logTo(lines.kiosk) });
  const clerk = await signedIn(kiosk, folder.demo, 'clerk');
  await kiosk.signIn('Hieronim Ščepec', '48213957', '127.0.0.1');
  await kiosk.intake([{ name: 'Hieronim Ščepec odprtje računa.pdf', bytes: utf8('Hieronim 48213957') }], clerk);
  const id = kiosk.transactions()[0]?.id ?? '';
  await walkToEnd(kiosk, id, clerk);
  await until(kiosk, id, ({ packageDigest }) => packageDigest !== null);
  // The line is down, and says so; then it comes back.
  await until(kiosk, id, () => kiosk.counter().cloud.state === 'down');
  served = await serveCloud(folder.dataDir, cloudUrl, { log: logTo(lines.cloud) });
  const about = encodeURIComponent('Hieronim Ščepec 48213957');
  await fetch(`${cloudUrl}/api/cloud/v1/packages/${about}?name=${about}`, {
    headers: { authorization: `Bearer ${about}` },
  });
  kiosk.retryDelivery(id, await signedIn(kiosk, folder.demo, 'manager'));
  detail = await until(kiosk, id, ({ delivery }) => delivery === 'delivered');
  const told = new Error('Hieronim Ščepec, 48213957', { cause: new Error('Pogodba Žiga Čuš') });
  for (const { watch } of [kiosk, served.cloud]) watch.fault('request', told);
});
afterAll(async () => {
  await kiosk.close();
  await served.close();
  folder.remove();
});

describe('a delivery', () => {
  it('has one trace in the outbox, in every line about it on both sides, and in the row', async () => {
    const { trace, packageDigest } = detail;
    expect(trace).toMatch(/^[0-9a-f]{32}$/);
    expect((await served.cloud.package(packageDigest ?? ''))?.summary.trace).toBe(trace);
    // Two support people find it by the code they read to each other.
    expect(await served.cloud.packages({ text: trace?.slice(0, 8) ?? '' })).toMatchObject([{ digest: packageDigest }]);
    expect(await served.cloud.packages({ text: '0'.repeat(12) })).toEqual([]);
    expect(said('kiosk')).toContainEqual(expect.objectContaining({ event: 'delivery', outcome: 'delivered', trace }));
    expect(said('cloud')).toContainEqual(
      expect.objectContaining({ event: 'ingest', outcome: 'stored', package: packageDigest, trace }),
    );
    const requests = said('cloud').filter((line) => line['trace'] === trace && line['event'] === 'request');
    expect(new Set(requests.map(({ method }) => method))).toEqual(new Set(['GET', 'POST']));
    expect(requests.map(({ route }) => route)).toContain('/api/cloud/v1/packages/[digest]');
  });
});

describe('what kiosk and cloud log of a ceremony and its delivery, every level', () => {
  it('is there', () => {
    expect(said('kiosk')).toContainEqual(expect.objectContaining({ event: 'audit', audit: 'signature.sealed' }));
    expect(said('kiosk')).toContainEqual(expect.objectContaining({ event: 'audit', audit: 'staff.sign-in-refused' }));
    expect(said('kiosk')).toContainEqual(expect.objectContaining({ event: 'line', line: 'down' }));
    expect(said('kiosk')).toContainEqual(expect.objectContaining({ event: 'fault', error: 'Error' }));
    expect(said('cloud')).toContainEqual(
      expect.objectContaining({ event: 'request', route: '/api/cloud/v1/packages/[digest]', status: 426 }),
    );
    expect([...said('kiosk'), ...said('cloud')].filter((line) => 'unfit' in line)).toEqual([]);
  });

  it('has no person, no document, no PIN, no number of an identity card and no ink', () => {
    const all = [...lines.kiosk, ...lines.cloud].join('');
    const names = folder.demo.signIns.map(({ name }) => name);
    for (const planted of [...PLANTED, encodeURIComponent('Ščepec'), ...names]) expect(all).not.toContain(planted);
    for (const { pin } of folder.demo.signIns) expect(all).not.toMatch(new RegExp(`\\b${pin}\\b`));
    expect(all).not.toMatch(/\b0117\b|127\.0\.0\.1|Bearer|\d+,\d+,\d+/);
    expect(all).not.toContain(folder.dataDir);
  });
});

describe('numbers for Prometheus', () => {
  it('are for whoever has the token in the private file', async () => {
    for (const who of ['kiosk', 'cloud'] as const) {
      expect(statSync(join(folder.dataDir, who, 'metrics.token')).mode & 0o777).toBe(0o600);
      expect(token(who)).toMatch(/^[0-9a-f]{64}$/);
    }
    expect(await kiosk.watch.metrics('')).toBe(null);
    expect(await kiosk.watch.metrics(token('cloud'))).toBe(null);
    expect(await served.cloud.watch.metrics(`${token('cloud').slice(1)}0`)).toBe(null);
  });

  it('tell of the kiosk', async () => {
    const text = (await kiosk.watch.metrics(token('kiosk'))) ?? '';
    const families = parsePrometheus(text);
    const of = (name: string, labels = ''): number | undefined =>
      families.get(`countersign_${name}`)?.samples.get(`countersign_${name}{${labels}role="kiosk"}`);
    expect(of('outbox_packages', 'state="waiting",')).toBe(0);
    expect(of('outbox_oldest_seconds')).toBe(0);
    expect(of('line_up')).toBe(1);
    expect(of('audit_entries_total', 'event="ceremony.completed",success="true",')).toBe(2);
    expect(of('deliveries_total', 'outcome="delivered",')).toBe(1);
    expect(of('faults_total', 'part="request",')).toBe(1);
    expect(of('disk_free_bytes')).toBeGreaterThan(0);
    expect([...families.keys()]).toContain('countersign_nodejs_eventloop_lag_p99_seconds');
    for (const planted of PLANTED) expect(text).not.toContain(planted);
  });

  it('tell of the cloud', async () => {
    const text = (await served.cloud.watch.metrics(token('cloud'))) ?? '';
    const families = parsePrometheus(text);
    const of = (family: string, name: string): number | undefined =>
      families.get(`countersign_${family}`)?.samples.get(`countersign_${name}`);
    expect(of('ingest_seconds', 'ingest_seconds_count{role="cloud",outcome="stored",reason=""}')).toBe(1);
    expect(of('ingest_bytes_total', 'ingest_bytes_total{role="cloud"}')).toBeGreaterThan(1000);
    expect(of('uploads_under_way', 'uploads_under_way{role="cloud"}')).toBe(0);
    expect(of('packages_with_alarms', 'packages_with_alarms{role="cloud"}')).toBe(0);
    expect(of('kiosks', 'kiosks{state="active",role="cloud"}')).toBe(1);
    expect(text).toContain('route="/api/cloud/v1/uploads",method="POST",status="201"');
    expect(text).not.toContain(detail.packageDigest);
    expect(text).not.toContain(detail.trace);
    for (const planted of PLANTED) expect(text).not.toContain(planted);
  });
});

describe('health', () => {
  it('has one plain reason for each part', async () => {
    const health = await kiosk.watch.health();
    expect(health).toMatchObject({ role: 'kiosk', ready: true, draining: false });
    expect(health.parts.filter(({ ok }) => !ok)).toEqual([]);
    expect(health.parts.map(({ part }) => part)).toEqual(['vault', 'keys', 'disk', 'delivery', 'line', 'pads']);
    const cloud = await served.cloud.watch.health();
    expect(cloud.parts.map(({ part, ok }) => [part, ok])).toEqual([
      ['database', true],
      ['objects', true],
      ['keys', true],
      ['background-work', true],
    ]);
  });

  it('is not ready from the moment the process is asked to end, while requests are answered', async () => {
    await served.cloud.drain();
    expect(await served.cloud.watch.health()).toMatchObject({ ready: false, draining: true });
    expect((await served.cloud.handleDevice(new Request('http://cloud/api/cloud/v1/hello'))).status).toBe(426);
  });
});
