import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { signature, write, writeOnPad } from './support/pen.ts';
import {
  begin,
  button,
  consent,
  finishReading,
  identify,
  onSurface,
  openCustomer,
  primary,
  readEverything,
  speak,
  WORDS,
} from './support/people.ts';
import { eventually, inkIsSeen, isShown, transaction, transactions, useRig } from './support/rig.ts';

const { clerk, customer: customerWords, common, manager } = WORDS.en;

describe('The way of a signature, as people walk it', () => {
  const rig = useRig();

  it('leads from the waiting agreement over two signatories to a package the cloud has received and the manager approves', async () => {
    const { servers, account } = rig();
    const context = await rig().browser();
    const page = await context.newPage();

    // Sign in by keyboard alone: the first field has the focus.
    await page.goto('/');
    await page.waitForURL('**/sign-in');
    const { name, pin } = account('clerk');
    await page.keyboard.type(name);
    await page.keyboard.press('Tab');
    await page.keyboard.type(pin);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${servers.kioskUrl}/`);

    const screen = await openCustomer(page);
    await isShown(screen, customerWords.greeting);

    await button(page, /Pogodba o osebnem računu/).click();
    const id = new URL(page.url()).searchParams.get('t') ?? '';
    expect(id).not.toBe('');

    await begin(page, 'en');
    await isShown(screen, customerWords.hold.identity.text);
    await identify(page, 'Živa Čuš');

    // "I have read it" stands where reading ends, not before.
    const { waited } = await readEverything(screen, 'en');
    expect(waited).toBe(true);
    expect((await transaction(context, id)).ceremony?.shown.map(({ pagesSeen }) => pagesSeen)).toEqual([[0, 1]]);
    await button(screen, customerWords.haveRead).click();

    await speak(screen, 'sl');
    await consent(screen, 'sl', 'yes');
    await onSurface(page, screen, 'en');

    const live = await listenForInk(page);
    await write(screen, screen.locator('canvas[role=img]'), signature());
    await inkIsSeen(page);
    const said = await live();
    expect(said.points).toBeGreaterThan(20);
    expect(said.keys).toEqual(['ceremony', 'placement', 'reset', 'strokes', 'type']);
    expect(said.numbersPerPoint).toEqual([2]);

    await button(screen, WORDS.sl.customer.done).click();
    await isShown(screen, WORDS.sl.customer.doneTitle);
    const shortCode = (await transaction(context, id)).signatoryList.find(({ role }) => role === 'customer')?.shortCode;
    expect(shortCode).toMatch(/\S{4,}/);
    await isShown(screen, shortCode ?? '');
    expect(await copyDigest(screen)).toBe((await transaction(context, id)).documentList[0]?.digest);

    // The clerk countersigns on the pad.
    await begin(page, 'en', 'clerk');
    await isShown(screen, customerWords.hold.identity.text);
    await identify(page, name);
    await finishReading(screen, 'en');
    await consent(screen, 'en', 'yes');
    await isShown(screen, customerWords.onPadNamed('STU-530'));
    const pad = await context.newPage();
    await pad.goto('/simulated-pad');
    await button(pad, manager.padButton.ok).waitFor();
    await writeOnPad(pad, signature(40));
    await inkIsSeen(page);
    await button(pad, manager.padButton.ok).click();
    await isShown(screen, customerWords.doneTitle);
    const finished = await eventually(
      () => transaction(context, id),
      ({ delivery }) => delivery === 'delivered',
    );
    expect(finished.state).toBe('complete');
    expect(await copyDigest(screen)).toBe(finished.documentList[0]?.digest);
    await isShown(page, `${clerk.allSigned} ${clerk.packageIs(clerk.delivery.delivered)}`);

    // The clerk frees the screen with the blue button: it greets the next one.
    await primary(page).click();
    await isShown(screen, customerWords.greeting);

    // The cloud has it.
    const office = await rig().browser();
    const console = await office.newPage();
    await console.goto(servers.cloudUrl);
    await console.locator('#name').fill(account('cloud').name);
    await console.locator('#secret').fill(account('cloud').pin);
    await console.keyboard.press('Enter');
    await console.getByRole('link', { name: WORDS.en.console.nav.packages }).click();
    await button(console, finished.name).click();
    await isShown(console, finished.packageDigest ?? 'no package');
    await isShown(console, /2 signatures, sealed, bound to what was shown/);

    // The manager looks at it and approves.
    const desk = await rig().browser();
    const board = await desk.newPage();
    await board.goto('/sign-in');
    await board.locator('#name').fill(account('manager').name);
    await board.locator('#secret').fill(account('manager').pin);
    await board.keyboard.press('Enter');
    await board.waitForURL('**/manager');
    await button(board, new RegExp(finished.name)).click();
    await isShown(board, /✓ 2 signatures, sealed, bound to what was shown, level B-B/);
    for (const event of [
      'identity.attested',
      'review.finished',
      'consent.given',
      'package.receipt-verified',
    ] as const) {
      await isShown(board, manager.events[event]);
    }
    const [trail] = await Promise.all([board.waitForEvent('download'), button(board, manager.export).click()]);
    const exported = JSON.parse(readFileSync(await trail.path(), 'utf8')) as { readonly entries?: readonly unknown[] };
    expect(JSON.stringify(exported)).toContain('signature.sealed');
    await button(board, manager.approve).click();
    await isShown(board, `✓ ${manager.approved}`);
    expect((await transactions(desk)).find((one) => one.id === id)?.review).toBe('approved');
    expect(common.signOut).toBeTruthy();
  });
});

/** The customer's copy as their browser saves it, as SHA-256. */
async function copyDigest(screen: Page): Promise<string> {
  const [copy] = await Promise.all([screen.waitForEvent('download'), screen.locator('a[download]').first().click()]);
  expect(copy.suggestedFilename()).toMatch(/\.pdf$/);
  return createHash('sha256')
    .update(readFileSync(await copy.path()))
    .digest('hex');
}

/** Follows the clerk's stream beside the screen and tells what the messages with ink were made of. */
async function listenForInk(
  page: Page,
): Promise<() => Promise<{ points: number; keys: string[]; numbersPerPoint: number[] }>> {
  await page.evaluate(() => {
    const heard: string[] = [];
    const source = new EventSource('/api/events');
    source.onmessage = (event: MessageEvent<string>) => {
      if (event.data.includes('"live"')) heard.push(event.data);
    };
    Object.assign(window, { heardInk: { heard, source } });
    return new Promise<void>((resolve) => source.addEventListener('open', () => resolve()));
  });
  return async () => {
    const heard = await page.evaluate(() => {
      const { heard: all, source } = (window as unknown as { heardInk: { heard: string[]; source: EventSource } })
        .heardInk;
      source.close();
      return all;
    });
    const messages = heard.map((text) => JSON.parse(text) as { strokes: unknown[][] });
    const points = messages.flatMap(({ strokes }) => strokes.flat());
    return {
      points: points.length,
      keys: [...new Set(messages.flatMap((one) => Object.keys(one)))].sort(),
      numbersPerPoint: [...new Set(points.map((point) => (Array.isArray(point) ? point.length : -1)))],
    };
  };
}
