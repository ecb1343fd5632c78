import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { CounterClient } from '../../kiosk-shell/cli/counter-client.ts';
import { freePort, startServers } from '../../kiosk-shell/cli/servers.ts';
import { provisionDemo } from '../../kiosk-shell/demo/provision.ts';
import { CHROMIUM_ARGS, chromiumPath } from '../support/chromium.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** A running kiosk with a simulated STU-530, its programs' way in, and a clerk signed in to a real Chromium. */
export interface BrowserDesk {
  readonly counter: CounterClient;
  readonly page: Page;
}

/** Everything is ended, and forgotten, when `run` has ended. */
export async function atBrowserDesk<T>(run: (desk: BrowserDesk) => Promise<T>): Promise<T> {
  const dataDir = mkdtempSync(join(tmpdir(), 'countersign-bench-pen-'));
  const [kioskPort, cloudPort] = [await freePort(), await freePort()];
  const demo = await provisionDemo(dataDir, {
    kioskUrl: `http://127.0.0.1:${kioskPort}`,
    cloudUrl: `http://127.0.0.1:${cloudPort}`,
    now: new Date(),
  });
  const executablePath = chromiumPath();
  if (executablePath === null) throw new Error('no chromium on this machine');
  const servers = await startServers({
    root: ROOT,
    dataDir,
    kioskPort,
    cloudPort,
    simulatedPad: 'stu-530',
    withCloud: false,
    onLine: () => undefined,
  });
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGS });
  try {
    const clerk = demo.signIns.find(({ role }) => role === 'clerk');
    if (clerk === undefined) throw new Error('the demo tenant has no clerk');
    const counter = new CounterClient(servers.kioskUrl);
    await counter.signIn(clerk.name, clerk.pin);
    const context = await browser.newContext({ baseURL: servers.kioskUrl, locale: 'en-GB' });
    const { name, pin } = clerk;
    await context.request.post('/api/sign-in', { data: { name, secret: pin } });
    return await run({ counter, page: await context.newPage() });
  } finally {
    await browser.close();
    await servers.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
