import { describe, expect, it } from 'vitest';

import { agreement, slip } from './support/papers.ts';
import { DOT, signature, write } from './support/pen.ts';
import { atCounter, begin, breathe, button, untilSigning, WORDS } from './support/people.ts';
import { bringIn, isShown, signInQuietly, transaction, useRig } from './support/rig.ts';
import type { Page } from 'playwright-core';

const { clerk, customer: words, common, manager, capture } = WORDS.en;

const rig = useRig();

describe('What a customer may answer', () => {
  it('No leads to a signature whose picture alone is kept, at the same counter', async () => {
    const { page, screen, id } = await untilSigning(rig(), 'no');
    await isShown(screen, words.pictureOnly);
    await write(screen, screen.locator('canvas[role=img]'), signature());
    await button(screen, words.done).click();
    await isShown(screen, words.doneTitle);
    await isShown(screen, words.pictureKept);
    const detail = await transaction(page.context(), id);
    expect(detail.documentList[0]?.placements[0]?.signedAt).not.toBeNull();
    expect(detail.documentList[0]?.placements[0]?.completeness ?? null).toBeNull();
  });

  it('a dot is asked about once; signed again, or cleared, nothing of it stays', async () => {
    const { page, screen, id } = await untilSigning(rig(), 'yes');
    const sheet = screen.locator('canvas[role=img]');
    await expectDisabled(screen, words.done);
    await write(screen, sheet, DOT);
    await button(screen, words.done).click();
    await isShown(screen, words.doubt.dot.title);
    await isShown(page, capture.doubt.dot);
    await breathe(screen);
    await button(screen, words.again).click();
    await expectDisabled(screen, words.done);
    expect(await inkOn(screen)).toBe(0);

    await write(screen, sheet, signature(20));
    expect(await inkOn(screen)).toBeGreaterThan(100);
    await button(screen, words.clear).click();
    await isShown(page, capture.cleared(2));
    expect(await inkOn(screen)).toBe(0);
    expect(await page.locator('main svg polyline').count()).toBe(0);

    await write(screen, sheet, DOT);
    await button(screen, words.done).click();
    await button(screen, words.keep).waitFor();
    await breathe(screen);
    await button(screen, words.keep).click();
    await isShown(screen, words.doneTitle);
    expect((await transaction(page.context(), id)).state).toBe('complete');
  });

  it('declining is asked once more, ends the signing in a state of its own, and leaves nothing signed', async () => {
    const { page, screen, id } = await untilSigning(rig(), 'yes');
    await write(screen, screen.locator('canvas[role=img]'), signature(20));
    await button(screen, words.decline).click();
    await button(screen, words.declineBack).click();
    expect(await inkOn(screen)).toBeGreaterThan(100);
    await button(screen, words.decline).click();
    await button(screen, words.declineYes).click();
    await isShown(screen, words.declinedTitle);
    await isShown(page, clerk.declinedText);
    const detail = await transaction(page.context(), id);
    expect(detail.state).toBe('declined');
    expect(detail.documentList[0]?.revision).toBeLessThanOrEqual(1);
    await button(page, clerk.dismiss).first().click();
    await isShown(screen, words.greeting);
  });

  it('a second tab of the customer’s screen shows the same step and does no harm to the first', async () => {
    const { page, screen, id } = await untilSigning(rig(), 'yes');
    const second = await page.context().newPage();
    await second.goto('/customer');
    await second.locator('canvas[role=img]').waitFor();
    await write(screen, screen.locator('canvas[role=img]'), signature());
    await button(screen, words.done).click();
    await isShown(screen, words.doneTitle);
    await isShown(second, words.doneTitle);
    expect((await transaction(page.context(), id)).state).toBe('complete');
  });

  it('nothing of one customer is in the window or its storage when the next one begins', async () => {
    const { page, screen } = await untilSigning(rig(), 'yes');
    await screen.locator('header button[lang=sl]').click();
    await button(screen, new RegExp(WORDS.sl.customer.textLarger)).click();
    await write(screen, screen.locator('canvas[role=img]'), signature());
    await button(screen, WORDS.sl.customer.done).click();
    await isShown(screen, WORDS.sl.customer.doneTitle);
    const next = await bringIn(page.context(), 'Druga pogodba.pdf', await agreement());
    await page.goto(`/?t=${next.id}`);
    await begin(page, 'en');
    await isShown(screen, words.hold.identity.text);
    const left = await screen.evaluate(async () => ({
      html: document.documentElement.outerHTML,
      storage: JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)]),
      cookies: document.cookie,
      databases: (await indexedDB.databases()).length,
      caches: (await caches.keys()).length,
    }));
    expect(left.html).not.toMatch(/Živa|Čuš|Potrdilo|0117/);
    expect(left).toMatchObject({ storage: '[[],[]]', cookies: '', databases: 0, caches: 0 });
    expect(
      await screen.evaluate(() => getComputedStyle(document.querySelector('main') ?? document.body).fontSize),
    ).toBe('22px');
  });
});

describe('Who may do what', () => {
  it('a wrong PIN is refused, five close the account for a while, and a right one does not open it then', async () => {
    const { demo, watch } = rig();
    watch.allow(/status of (401|429).*sign-in/);
    const bor = demo.signIns.filter(({ role }) => role === 'clerk').at(-1);
    const page = await (await rig().browser()).newPage();
    await page.goto('/sign-in');
    for (let tries = 0; tries < 5; tries += 1) {
      await page.locator('#name').fill(bor?.name ?? '');
      await page.locator('#secret').fill('000000');
      await page.keyboard.press('Enter');
      await isShown(page, tries < 4 ? common.signInWrong : /Too many tries/);
      expect(await page.locator('#secret').inputValue()).toBe('');
    }
    await page.locator('#secret').fill(bor?.pin ?? '');
    await page.keyboard.press('Enter');
    await isShown(page, /closed for 1\d more minutes/);
    expect(new URL(page.url()).pathname).toBe('/sign-in');
  });

  it('all say what a browser may do with them: pages, acts, refusals and what is not there, of both servers', async () => {
    const context = await rig().browser();
    const { kioskUrl, cloudUrl } = rig().servers;
    const paths = [
      '/',
      '/sign-in',
      '/cloud/sign-in',
      '/nothing',
      '/api/me',
      '/api/cloud/packages',
      '/api/cloud/v1/hello',
      '/api/nothing',
      '/api/health',
      '/pdfjs/build/nothing.mjs',
    ];
    for (const address of [kioskUrl, cloudUrl].flatMap((url) => paths.map((path) => url + path))) {
      const headers = (await context.request.get(address, { maxRedirects: 0 })).headers();
      expect(headers, address).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      });
      expect(headers, address).not.toHaveProperty('x-powered-by');
      if (!address.includes('/pdfjs/'))
        expect(headers['content-security-policy'], address).toContain("frame-ancestors 'none'");
    }
  });

  it('a clerk does not get the manager’s page or acts, and each role of the machine answers only for itself', async () => {
    const { context, page } = await atCounter(rig());
    await page.goto('/manager');
    expect(new URL(page.url()).pathname).toBe('/');
    const { id } = await bringIn(context, 'Potrdilo.pdf', await slip());
    for (const act of ['approve', 'void', 'verify', 'retry']) {
      const answer = await context.request.post(`/api/transactions/${id}/${act}`, { data: { reason: 'because' } });
      expect([act, answer.status()]).toEqual([act, 403]);
    }
    const { kioskUrl, cloudUrl } = rig().servers;
    for (const path of ['/api/cloud/packages', '/api/cloud/v1/upload', '/cloud', '/cloud/sign-in']) {
      expect([path, (await context.request.get(kioskUrl + path)).status()]).toEqual([path, 404]);
    }
    for (const path of [
      '/api/transactions',
      '/api/counter',
      '/api/display',
      '/customer',
      '/manager',
      '/sign-in',
      '/simulated-pad',
    ]) {
      expect([path, (await context.request.get(cloudUrl + path)).status()]).toEqual([path, 404]);
    }
  });

  it('a person who is not signed in sees no staff page and gets no answer', async () => {
    const context = await rig().browser();
    const page = await context.newPage();
    for (const path of ['/', '/manager', '/simulated-pad']) {
      await page.goto(path);
      expect([path, new URL(page.url()).pathname]).toEqual([path, '/sign-in']);
    }
    for (const path of [
      '/api/transactions',
      '/api/counter',
      '/api/events',
      '/api/display',
      '/api/simulated-pad/screen',
    ]) {
      expect([path, (await context.request.get(path)).status()]).toEqual([path, 401]);
    }
  });

  it('a post from another site is refused, whatever cookies come with it', async () => {
    const { context } = await atCounter(rig());
    for (const headers of [
      { origin: 'https://elsewhere.example' },
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'null' },
    ]) {
      const answer = await context.request.post('/api/counter/dismiss', { data: {}, headers });
      expect(answer.status()).toBe(403);
    }
    const host = await context.request.get('/api/counter', { headers: { host: 'rebound.example' } });
    expect(host.status()).toBe(421);
    expect((await context.request.post('/api/counter/dismiss', { data: {} })).status()).toBe(200);
  });

  it('a device paired by code is a customer’s screen and nothing more', async () => {
    const { page } = await atCounter(rig());
    const newCode = async (): Promise<string> => {
      const answered = page.waitForResponse('**/api/display/code');
      await button(page, clerk.customerScreenCode).click();
      const { code } = (await (await answered).json()) as { readonly code: string };
      await isShown(page, code);
      return code;
    };
    const guessed = await newCode();
    const device = await rig().browser();
    const screen = await device.newPage();
    rig().watch.allow(/status of 400.*redeem/);
    await screen.goto('/customer');
    await screen.locator('#code').fill('00000000');
    await screen.keyboard.press('Enter');
    await isShown(screen, words.pairWrong);
    // One wrong guess uses the code up: nobody can try them all.
    await screen.locator('#code').fill(guessed);
    await screen.keyboard.press('Enter');
    await isShown(screen, words.pairWrong);
    const code = await newCode();
    await screen.locator('#code').fill(code);
    await screen.keyboard.press('Enter');
    await isShown(screen, words.greeting);
    for (const path of ['/api/transactions', '/api/counter', '/api/events', '/api/me']) {
      expect([path, (await device.request.get(path)).status()]).toEqual([path, 401]);
    }
    expect(
      (await device.request.post('/api/ceremonies', { data: { transaction: 'a', signatory: 'b' } })).status(),
    ).toBe(401);
    const again = await (await rig().browser()).request.post('/api/display/redeem', { data: { code } });
    expect(again.ok()).toBe(false);
  });

  it('a manager returns a transaction with a reason that the clerk sees, and voids it with another', async () => {
    const { context, page } = await atCounter(rig());
    const { id } = await bringIn(context, 'Za vodjo.pdf', await slip());
    const board = await atCounter(rig(), { role: 'manager', path: `/manager?t=${id}` });
    await button(board.page, manager.returnIt).click();
    await board.page.getByRole('textbox', { name: manager.reason }).fill('Manjka priloga');
    await board.page.getByRole('dialog').getByRole('button', { name: manager.returnIt }).click();
    await page.goto(`/?t=${id}`);
    await isShown(page, 'Manjka priloga');
    await button(board.page, manager.voidIt).click();
    await board.page.getByRole('textbox', { name: manager.reason }).fill('Stranka se je premislila');
    await board.page.getByRole('dialog').getByRole('button', { name: manager.voidIt }).click();
    await isShown(page, /Stranka se je premislila/);
    expect((await transaction(context, id)).state).toBe('voided');
    await signInQuietly(rig(), context, 'clerk');
  });
});

async function expectDisabled(page: Page, name: string): Promise<void> {
  await button(page, name).waitFor();
  expect(await button(page, name).isDisabled()).toBe(true);
}

/** Dark pixels on the sheet. */
async function inkOn(screen: Page): Promise<number> {
  return screen.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('canvas[role=img]');
    const context = canvas?.getContext('2d');
    if (canvas === null || context === null || context === undefined) return -1;
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let dark = 0;
    for (let at = 3; at < data.length; at += 4) if ((data[at] ?? 0) > 128) dark += 1;
    return dark;
  });
}
