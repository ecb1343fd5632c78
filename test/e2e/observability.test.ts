import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort, startServers, type Servers } from '../../kiosk-shell/cli/servers.ts';
import { provisionDemo } from '../../kiosk-shell/demo/provision.ts';
import { parsePrometheus } from '../support/prometheus-text.ts';
import { eventually } from './support/rig.ts';

const root = join(import.meta.dirname, '..', '..');
const dataDir = mkdtempSync(join(tmpdir(), 'countersign-observed-'));
const lines: string[] = [];
let servers: Servers;

beforeAll(async () => {
  vi.stubEnv('COUNTERSIGN_LOG', 'debug');
  vi.stubEnv('COUNTERSIGN_DRAIN_SECONDS', '3');
  const [kioskPort, cloudPort] = [await freePort(), await freePort()];
  const [kioskUrl, cloudUrl] = [kioskPort, cloudPort].map((port) => `http://127.0.0.1:${port}`);
  await provisionDemo(dataDir, { kioskUrl: kioskUrl!, cloudUrl: cloudUrl!, now: new Date() });
  const onLine = (_: string, line: string): void => void lines.push(line);
  servers = await startServers({ root, dataDir, kioskPort, cloudPort, simulatedPad: 'none', onLine });
});
afterAll(async () => {
  await (servers as Servers | undefined)?.stop();
  vi.unstubAllEnvs();
  rmSync(dataDir, { recursive: true, force: true });
});

const logged = (): readonly Record<string, unknown>[] =>
  lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Record<string, unknown>);

describe.each(['kiosk', 'cloud'] as const)('the running %s', (role) => {
  const url = (): string => (role === 'kiosk' ? servers.kioskUrl : servers.cloudUrl);

  it('answers that it lives, and how each part is, never to be kept', async () => {
    const live = await fetch(`${url()}/api/health/live`);
    expect([live.status, await live.json()]).toEqual([200, { role }]);
    const ready = await fetch(`${url()}/api/health`);
    expect([live, ready].map(({ headers }) => headers.get('cache-control'))).toEqual(['no-store', 'no-store']);
    expect([ready.status, await ready.json()]).toMatchObject([200, { role, ready: true, draining: false }]);
  });

  it('gives its numbers to whoever has the token, with routes as patterns', async () => {
    const path = role === 'kiosk' ? '/api/documents/Novak/Janez/x.pdf' : '/api/cloud/packages/Novak';
    expect((await fetch(`${url()}${path}`)).status).toBe(400);
    expect((await fetch(`${url()}/api/metrics`)).status).toBe(401);
    const token = readFileSync(join(dataDir, role, 'metrics.token'), 'utf8').trim();
    const answer = await fetch(`${url()}/api/metrics`, { headers: { authorization: `Bearer ${token}` } });
    const text = await answer.text();
    expect([...parsePrometheus(text).keys()]).toContain('countersign_http_request_seconds');
    const pattern = role === 'kiosk' ? '/api/documents/[tx]/[doc]/[file]' : '/api/cloud/packages/[digest]';
    expect(text).toContain(`route="${pattern}",method="GET",status="400"`);
    expect(text).not.toMatch(/Novak|Janez/);
    expect(logged()).toContainEqual(expect.objectContaining({ event: 'request', route: pattern, status: 400 }));
    expect(lines.join('\n')).not.toMatch(/Novak|Janez/);
  });
});

describe('a cloud that is asked to end', () => {
  it('is not ready first, answers on until its balancer has seen it, and then ends in order', async () => {
    process.kill(servers.cloud?.pid() ?? 0, 'SIGTERM');
    const look = () => fetch(`${servers.cloudUrl}/api/health`);
    const draining = await eventually(look, ({ status }) => status === 503);
    expect(await draining.json()).toMatchObject({ ready: false, draining: true });
    expect((await fetch(`${servers.cloudUrl}/api/health/live`)).status).toBe(200);
    expect((await fetch(`${servers.cloudUrl}/api/cloud/v1/hello`)).status).toBe(426);
    await eventually(
      () => Promise.resolve(logged()),
      (all) => all.some(({ event, role }) => event === 'ended' && role === 'cloud'),
    );
    // Its supervisor starts another.
    await eventually(
      () => look().catch(() => null),
      (answer) => answer?.status === 200,
      60_000,
    );
  });
});
