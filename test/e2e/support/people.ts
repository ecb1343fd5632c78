import { readFileSync } from 'node:fs';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { messagesIn, type Messages } from '../../../app/_i18n/messages.ts';
import { noticeOf } from '../../../signing/ceremony/notices.ts';
import { slip } from './papers.ts';
import { bringIn, signInQuietly, type Language, type Rig, type Screen } from './rig.ts';

export const WORDS: Readonly<Record<Language, Messages>> = { sl: messagesIn('sl'), en: messagesIn('en') };
const NOTICE_PARTIES = { tenant: '', keyHolder: '' };

export function button(page: Page, name: string | RegExp): ReturnType<Page['getByRole']> {
  return page.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name });
}

/** A clerk or manager already signed in, before their screen. */
export async function atCounter(
  rig: Rig,
  options: {
    readonly role?: 'clerk' | 'manager';
    readonly language?: Language;
    readonly screen?: Screen;
    readonly path?: string;
    readonly reducedMotion?: boolean;
  } = {},
): Promise<{ readonly context: BrowserContext; readonly page: Page }> {
  const context = await rig.browser(options);
  const { role = 'clerk' } = options;
  await signInQuietly(rig, context, role);
  const page = await context.newPage();
  await page.goto(options.path ?? (role === 'manager' ? '/manager' : '/'));
  return { context, page };
}

/** The customer's window, opened from the clerk's screen as a clerk does. */
export async function openCustomer(page: Page, language: Language = 'en'): Promise<Page> {
  const [customer] = await Promise.all([
    page.context().waitForEvent('page'),
    button(page, WORDS[language].clerk.customerScreenOpen).click(),
  ]);
  await customer.waitForURL('**/customer');
  await customer.locator('main').waitFor();
  return customer;
}

/** The blue button, whatever it says. */
export function primary(page: Page): ReturnType<Page['locator']> {
  return page.locator('button[data-primary]');
}

export async function begin(page: Page, language: Language, role = 'customer'): Promise<void> {
  const { clerk, common } = WORDS[language];
  await button(page, new RegExp(`^${escape(clerk.begin(common.role[role] ?? role))}`)).click();
  await page.locator('#documentKind').waitFor();
}

export async function identify(page: Page, name: string): Promise<void> {
  await page.locator('#name').fill(name);
  await page.locator('#numberEnding').fill('0117');
  await page.locator('#expiry').fill('2031-12-31');
  await page.locator('input[name=picturesCompared]').check();
  for (const text of await page
    .locator('#identity input[type=text][name^="value:"], #identity input:not([type])[name^="value:"]')
    .all()) {
    await text.fill('Šentjur');
  }
  for (const box of await page.locator('#identity input[type=checkbox][name^="value:"]').all()) await box.check();
  await primary(page).click();
}

/** Reads on until the end appears; the button to go on must not be there before every page was seen. */
export async function readEverything(customer: Page, language: Language): Promise<{ readonly waited: boolean }> {
  const words = WORDS[language].customer;
  const done = button(customer, words.haveRead);
  await customer.locator('[data-page] canvas').first().waitFor();
  const waited = (await done.count()) === 0;
  for (let turns = 0; turns < 60 && (await done.count()) === 0; turns += 1) {
    await readOn(customer, language);
  }
  await done.waitFor();
  return { waited };
}

/** One turn further at a reader's pace; what went by too fast is gone back to, as the end of the document offers. */
export async function readOn(customer: Page, language: Language): Promise<void> {
  const words = WORDS[language].customer;
  const ended = await customer.getByText(words.unseen).isVisible();
  const view = customer.locator('[role=region]').first();
  const atEnd = await view.evaluate((element) => element.scrollTop + element.clientHeight >= element.scrollHeight - 2);
  if (ended && atEnd) await customer.locator('[role=region] button').first().click();
  else await button(customer, words.scrollOn).click();
  await customer.waitForTimeout(420);
}

export async function finishReading(customer: Page, language: Language): Promise<void> {
  await readEverything(customer, language);
  await button(customer, WORDS[language].customer.haveRead).click();
}

/** As long as it takes to look at a new screen: taps right after it appeared are not taken for answers. */
export async function breathe(page: Page): Promise<void> {
  await page.waitForTimeout(700);
}

export async function consent(customer: Page, language: Language, answer: 'yes' | 'no'): Promise<void> {
  const notice = noticeOf(language, NOTICE_PARTIES);
  if (notice === null) throw new Error('there is a notice in every language');
  await customer.locator('#notice-title').waitFor();
  await breathe(customer);
  await button(customer, answer === 'yes' ? notice.yes : notice.no).click();
}

/** The clerk chooses the customer's own screen instead of the pad. */
export async function onSurface(page: Page, customer: Page, language: Language): Promise<void> {
  await page.getByRole('radio', { name: WORDS[language].capture.deviceSurface }).check();
  await customer.locator('canvas[role=img]').waitFor();
}

export interface AtSheet {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly screen: Page;
  /** The empty sheet on the customer's screen. */
  readonly sheet: Locator;
  readonly id: string;
}
/** A clerk with a one-page slip, and the customer, who has read and answered, asked to sign on their own screen. */
export async function untilSigning(rig: Rig, answer: 'yes' | 'no', name = 'Potrdilo.pdf'): Promise<AtSheet> {
  const { context, page } = await atCounter(rig);
  const { id } = await bringIn(context, name, await slip());
  await page.goto(`/?t=${id}`);
  const screen = await openCustomer(page);
  await begin(page, 'en');
  await identify(page, 'Živa Čuš');
  await finishReading(screen, 'en');
  await consent(screen, 'en', answer);
  await onSurface(page, screen, 'en');
  return { context, page, screen, sheet: screen.locator('canvas[role=img]'), id };
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** What a button of that name, or a link, hands to the browser as a file. */
export async function saved(
  page: Page,
  name: string | RegExp,
  role: 'button' | 'link' = 'button',
): Promise<{ readonly name: string; readonly bytes: Buffer }> {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole(role, typeof name === 'string' ? { name, exact: true } : { name }).click(),
  ]);
  return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
}

/** The page that a button of that name prints, as text. */
export async function printed(page: Page, name: string): Promise<string> {
  const [frame] = await Promise.all([page.waitForEvent('frameattached'), button(page, name).click()]);
  await frame.locator('h1').waitFor({ state: 'attached' });
  return frame.content();
}

/** The language switch, on every screen. */
export async function speak(page: Page, language: Language): Promise<void> {
  await page.locator(`header button[lang=${language}]`).first().click();
}
