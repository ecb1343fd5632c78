import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject } from 'vitest';
import { freePort, startServers, type ServerOptions, type Servers } from '../../../kiosk-shell/cli/servers.ts';
import type { DemoSecrets, DemoSignIn } from '../../../kiosk-shell/demo/provision.ts';
import type { TransactionDetail, TransactionSummary } from '../../../kiosk-shell/kiosk-api/transaction.ts';
import { CHROMIUM_ARGS, chromiumPath } from '../../support/chromium.ts';
import { requireTool } from '../../support/tools.ts';
import { Watch } from './watch.ts';

export type Language = 'sl' | 'en';
export interface Screen {
  readonly width: number;
  readonly height: number;
}
export const COUNTER: Screen = { width: 1280, height: 800 };
export const TABLET: Screen = { width: 1024, height: 768 };

const ROOT = join(import.meta.dirname, '..', '..', '..');
/** Git-ignored: pictures to be looked at, and what a failed test had on its screens. */
export const PICTURES = join(ROOT, 'test', 'screenshots');

/** The running product, one browser, and the people at the counter. */
export interface Rig {
  readonly servers: Servers;
  readonly demo: DemoSecrets;
  readonly dataDir: string;
  readonly options: ServerOptions;
  readonly watch: Watch;
  readonly lines: readonly string[];
  /** A person's own browser: cookies and storage of their own, ended with the test. */
  readonly browser: (options?: {
    readonly language?: Language;
    readonly screen?: Screen;
    readonly reducedMotion?: boolean;
  }) => Promise<BrowserContext>;
  readonly account: (role: DemoSignIn['role']) => DemoSignIn;
}

interface Running extends Rig {
  readonly chromium: Browser;
  readonly contexts: BrowserContext[];
}

/**
 * Kiosk, cloud and Chromium for all tests of a file. A test that fails leaves pictures of its screens; each one that ends
 * takes its ceremony and its windows with it. `prepare` changes the tenant's folder before anything runs.
 */
export function useRig(
  change: Partial<ServerOptions> = {},
  prepare?: (dataDir: string) => Promise<void> | void,
): () => Rig {
  let running: Running | null = null;
  const path = chromiumPath();

  beforeAll(async () => {
    if (path !== null) running = await start(path, change, prepare);
  });
  beforeEach((ctx) => {
    requireTool(ctx, 'chromium');
    running?.watch.forget();
  });
  afterEach(async (ctx) => {
    if (running === null) return;
    const { watch, contexts } = running;
    const problems = watch.problems();
    if (ctx.task.result?.state === 'fail' || problems.length > 0) await keepPictures(contexts, ctx.task.name);
    for (const context of contexts.splice(0)) await context.close();
    await leaveCounter(running).catch(() => undefined);
    expect(problems, 'what the browser complained of').toEqual([]);
  });
  afterAll(async () => {
    await running?.chromium.close();
    await running?.servers.stop();
    if (running !== null) rmSync(running.dataDir, { recursive: true, force: true });
  });

  return () => {
    if (running === null) throw new Error('the rig is there only inside a test');
    return running;
  };
}

async function start(
  path: string,
  change: Partial<ServerOptions>,
  prepare?: (dataDir: string) => Promise<void> | void,
): Promise<Running> {
  if (!existsSync(join(ROOT, '.next', 'BUILD_ID'))) {
    throw new Error('The screens are not built: npm test builds them, or run npx next build.');
  }
  const dataDir = mkdtempSync(join(tmpdir(), 'countersign-e2e-'));
  const [kioskPort, cloudPort] = [await freePort(), await freePort()];
  const { folder, demo } = inject('tenant');
  // Modes matter: keys that others could read are refused.
  execFileSync('cp', ['-a', `${folder}/.`, dataDir]);
  await prepare?.(dataDir);
  const lines: string[] = [];
  const options: ServerOptions = {
    root: ROOT,
    dataDir,
    kioskPort,
    cloudPort,
    simulatedPad: 'stu-530',
    onLine: (name, line) => lines.push(`[${name}] ${line}`),
    ...change,
  };
  const [servers, browser] = await Promise.all([
    startServers(options),
    chromium.launch({ executablePath: path, args: CHROMIUM_ARGS }),
  ]);
  const watch = new Watch();
  const contexts: BrowserContext[] = [];
  return {
    servers,
    demo,
    dataDir,
    options,
    watch,
    lines,
    chromium: browser,
    contexts,
    account: (role) => {
      const found = demo.signIns.find((one) => one.role === role);
      if (found === undefined) throw new Error(`the demo has no ${role}`);
      return found;
    },
    browser: async ({ language = 'en', screen = COUNTER, reducedMotion = false } = {}) => {
      const context = await browser.newContext({
        baseURL: servers.kioskUrl,
        locale: language === 'sl' ? 'sl-SI' : 'en-GB',
        timezoneId: 'Europe/Ljubljana',
        viewport: screen,
        acceptDownloads: true,
        reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
      });
      context.setDefaultTimeout(20_000);
      watch.follow(context);
      contexts.push(context);
      return context;
    },
  };
}

async function keepPictures(contexts: readonly BrowserContext[], test: string): Promise<void> {
  const folder = join(PICTURES, 'failed');
  mkdirSync(folder, { recursive: true });
  const name = test.replace(/[^a-z0-9]+/gi, '-').slice(0, 60);
  for (const [at, page] of contexts.flatMap((context) => context.pages()).entries()) {
    await page.screenshot({ path: join(folder, `${name}-${at}.png`), timeout: 5_000 }).catch(() => undefined);
  }
}

/** Ends the ceremony a test left open and frees the customer's screen, as a clerk would. */
async function leaveCounter(rig: Running): Promise<void> {
  const context = await rig.browser();
  try {
    await signInQuietly(rig, context, 'clerk');
    for (const one of await transactions(context)) {
      if (one.state !== 'signing') continue;
      const detail = await transaction(context, one.id);
      if (detail.ceremony === null) continue;
      await context.request.post(`/api/ceremonies/${detail.ceremony.id}/cancel`, {
        data: { reason: 'The test is over' },
      });
    }
    await context.request.post('/api/counter/dismiss', { data: {} });
  } finally {
    await context.close();
    rig.contexts.splice(rig.contexts.indexOf(context), 1);
  }
}

/** A session without the screen, for tests that are about something else. */
export async function signInQuietly(
  rig: Rig,
  context: BrowserContext,
  role: 'clerk' | 'manager' | 'cloud',
): Promise<void> {
  const { name, pin } = rig.account(role);
  const door = role === 'cloud' ? `${rig.servers.cloudUrl}/api/cloud/sign-in` : '/api/sign-in';
  const answer = await context.request.post(door, { data: { name, secret: pin } });
  if (!answer.ok()) throw new Error(`${role} could not sign in: ${answer.status()}`);
}

export async function transactions(context: BrowserContext): Promise<readonly TransactionSummary[]> {
  return (await (await context.request.get('/api/transactions?limit=100')).json()) as readonly TransactionSummary[];
}

export async function transaction(context: BrowserContext, id: string): Promise<TransactionDetail> {
  return (await (await context.request.get(`/api/transactions/${id}`)).json()) as TransactionDetail;
}

/** Brings a PDF in without the screen; answers with its transaction. */
export async function bringIn(context: BrowserContext, name: string, bytes: Uint8Array): Promise<TransactionDetail> {
  const answer = await context.request.post('/api/intake', {
    multipart: { file: { name, mimeType: 'application/pdf', buffer: Buffer.from(bytes) } },
  });
  if (!answer.ok()) throw new Error(`not taken in: ${answer.status()} ${await answer.text()}`);
  return (await answer.json()) as TransactionDetail;
}

/** Waits until `holds`, asking again at the pace of a screen; the last answer is in the message when it never does. */
export async function eventually<T>(ask: () => Promise<T>, holds: (value: T) => boolean, ms = 20_000): Promise<T> {
  const deadline = performance.now() + ms;
  for (;;) {
    const value = await ask();
    if (holds(value)) return value;
    if (performance.now() > deadline)
      throw new Error(`it never came to be; last: ${JSON.stringify({ value }).slice(0, 600)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export async function isShown(page: Page, text: string | RegExp): Promise<void> {
  await page.getByText(text).first().waitFor();
}

/** A stroke may begin as a dot, which has no extent for a browser: ink is seen once any line of it has one. */
export async function inkIsSeen(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    [...document.querySelectorAll('main svg polyline')].some((line) => {
      const { width, height } = line.getBoundingClientRect();
      return width > 0 || height > 0;
    }),
  );
}
