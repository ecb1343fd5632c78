import type { Page } from 'playwright-core';
import { REPORT_WORDS } from '../../../signing/report/words.ts';
import { agreement, form, notReally, SIGNED_ELSEWHERE, slip, UNTAGGED } from './papers.ts';
import { DOT, signature, write, writeOnPad } from './pen.ts';
import {
  atCounter,
  begin,
  breathe,
  button,
  consent,
  identify,
  onSurface,
  openCustomer,
  primary,
  readEverything,
  readOn,
  speak,
  WORDS,
} from './people.ts';
import { bringIn, eventually, inkIsSeen, isShown, signInQuietly, transaction, type Language, type Rig } from './rig.ts';

/** Called at each screen and state a person can meet; `name` says which. */
export type Visit = (name: string, page: Page, kind: 'staff' | 'customer') => Promise<void>;

/** Walks through everything there is to see, in one language. */
export async function tour(rig: Rig, language: Language, visit: Visit): Promise<void> {
  const { clerk, customer, common, manager, capture, intake, placing } = WORDS[language];
  const outside = await rig.browser({ language });
  const door = await outside.newPage();
  await door.goto('/sign-in');
  await visit('sign-in', door, 'staff');
  await door.locator('#name').fill('Ana');
  await door.locator('#secret').fill('000000');
  rig.watch.allow(/status of 401.*sign-in/);
  await door.keyboard.press('Enter');
  await isShown(door, common.signInWrong);
  await visit('sign-in-refused', door, 'staff');
  await door.goto('/customer');
  await door.locator('#code').waitFor();
  await visit('customer-pairing', door, 'customer');
  rig.watch.allow(/status of 404.*nowhere/);
  await door.goto('/nowhere');
  await isShown(door, common.notFoundTitle);
  await visit('not-found', door, 'staff');
  await outside.close();

  const { context, page } = await atCounter(rig, { language });
  await isShown(page, clerk.nothingChosen);
  await button(page, clerk.customerScreenCode).click();
  await isShown(page, /\/customer/);
  await visit('clerk-empty', page, 'staff');
  rig.watch.allow(/status of 422.*intake/);
  const files = page.locator('input[type=file]');
  await files.setInputFiles({ name: 'Ni pravi.pdf', mimeType: 'application/pdf', buffer: Buffer.from(notReally()) });
  await isShown(page, intake.notTaken('Ni pravi.pdf'));
  await visit('clerk-not-taken', page, 'staff');
  await button(page, common.close).click();

  await files.setInputFiles(UNTAGGED);
  await isShown(page, placing.none);
  await page.locator('main canvas').waitFor();
  await visit('clerk-placing-empty', page, 'staff');
  await button(page, `+ ${placing.add}`).click();
  await page.locator('[data-selected=true]').waitFor();
  await visit('clerk-placing', page, 'staff');

  const screen = await openCustomer(page, language);
  await isShown(screen, customer.greeting);
  await visit('customer-idle', screen, 'customer');

  await files.setInputFiles([
    {
      name: 'Vprašalnik za stranko in soglasje k obdelavi osebnih podatkov 2026-118.pdf',
      mimeType: 'application/pdf',
      buffer: Buffer.from(await form()),
    },
    {
      name: 'Pogodba o osebnem računu 2026-118.pdf',
      mimeType: 'application/pdf',
      buffer: Buffer.from(await agreement()),
    },
  ]);
  await isShown(page, clerk.begin(common.role['customer'] ?? ''));
  await page.locator('main canvas').waitFor();
  await visit('clerk-ready', page, 'staff');
  const id = new URL(page.url()).searchParams.get('t') ?? '';

  await begin(page, language);
  await isShown(screen, customer.hold.identity.text);
  await visit('clerk-identity', page, 'staff');
  await visit('customer-hold', screen, 'customer');
  await button(page, clerk.cancelCeremony).click();
  await page.getByRole('dialog').waitFor();
  await visit('clerk-cancel', page, 'staff');
  await page.keyboard.press('Escape');
  await identify(page, 'Živa Čuš Pregl');

  await screen.locator('[data-page] canvas').first().waitFor();
  await visit('customer-review', screen, 'customer');
  await visit('clerk-review', page, 'staff');
  await button(screen, customer.help).click();
  await screen.getByRole('dialog').waitFor();
  await visit('customer-help', screen, 'customer');
  await button(screen, customer.helpClose).click();
  await readBoth(screen, language);
  await visit('customer-review-end', screen, 'customer');
  await button(screen, customer.haveRead).click();

  await screen.locator('#notice-title').waitFor();
  await visit('customer-consent', screen, 'customer');
  await visit('clerk-consent', page, 'staff');
  await button(screen, customer.decline).click();
  await screen.getByRole('dialog').waitFor();
  await visit('customer-decline', screen, 'customer');
  await button(screen, customer.declineBack).click();
  await consent(screen, language, 'yes');

  await isShown(screen, customer.onPadNamed('STU-530'));
  await visit('customer-on-pad', screen, 'customer');
  const pad = await context.newPage();
  await pad.goto('/simulated-pad');
  await button(pad, manager.padButton.ok).waitFor();
  await writeOnPad(pad, signature(30));
  await visit('simulated-pad', pad, 'staff');
  await visit('clerk-on-pad', page, 'staff');
  await button(pad, manager.padButton.cancel).click();
  await isShown(page, capture.padProblem['cancelled-on-pad']);
  await visit('clerk-pad-cancelled', page, 'staff');
  await visit('customer-pad-cancelled', screen, 'customer');
  await pad.close();
  await onSurface(page, screen, language);
  await visit('customer-sign', screen, 'customer');
  const sheet = screen.locator('canvas[role=img]');
  await write(screen, sheet, DOT);
  await button(screen, customer.done).click();
  await isShown(screen, customer.doubt.dot.title);
  await visit('customer-questioned', screen, 'customer');
  await visit('clerk-questioned', page, 'staff');
  await breathe(screen);
  await button(screen, customer.again).click();
  await write(screen, sheet, signature());
  await visit('customer-signed-sheet', screen, 'customer');
  await inkIsSeen(page);
  await visit('clerk-live-ink', page, 'staff');
  for (let fields = 0; fields < 3; fields += 1) {
    await button(screen, customer.done).click();
    const next = await eventually(
      () => transaction(context, id),
      ({ ceremony }) => ceremony === null || ceremony.step === 'completed' || ceremony.capture?.index === fields + 1,
    );
    if (next.ceremony?.step !== 'capture') break;
    // The customer's own screen stays the place to sign for the fields that follow.
    await isShown(screen, customer.signOf(fields + 2, 3));
    await screen.locator('canvas[role=img]').waitFor();
    await write(screen, screen.locator('canvas[role=img]'), signature());
  }
  await isShown(screen, customer.doneTitle);
  await visit('customer-done', screen, 'customer');
  await visit('clerk-one-of-two', page, 'staff');

  await begin(page, language, 'clerk');
  await identify(page, 'Ana');
  await readBoth(screen, language);
  await button(screen, customer.haveRead).click();
  await consent(screen, language, 'no');
  await onSurface(page, screen, language);
  await write(screen, screen.locator('canvas[role=img]'), signature());
  await button(screen, customer.done).click();
  await eventually(
    () => transaction(context, id),
    ({ delivery }) => delivery === 'delivered',
  );
  await isShown(page, clerk.delivery.delivered);
  await visit('clerk-complete', page, 'staff');
  await primary(page).click();

  const refused = await bringIn(context, 'Potrdilo o prejemu kartice.pdf', await slip());
  await page.goto(`/?t=${refused.id}`);
  await begin(page, language);
  await identify(page, 'Žan Šuštar');
  await button(screen, customer.decline).click();
  await button(screen, customer.declineYes).click();
  await isShown(screen, customer.declinedTitle);
  await visit('customer-declined', screen, 'customer');
  await visit('clerk-declined', page, 'staff');
  rig.watch.allow(/ERR_FAILED/);
  for (const one of [page, screen]) {
    await one.route(/\/events$/, (route) => route.abort());
    await one.reload();
    await isShown(one, common.lostText);
  }
  await visit('clerk-lost', page, 'staff');
  await visit('customer-lost', screen, 'customer');

  const office = await atCounter(rig, { language, role: 'manager' });
  await isShown(office.page, manager.choose);
  await visit('manager-queue', office.page, 'staff');
  await office.page.goto(`/manager?t=${id}`);
  await isShown(office.page, /✓ .*B-B/);
  await office.page.locator('main canvas').waitFor();
  await visit('manager-detail', office.page, 'staff');
  await office.page.locator('main summary').first().click();
  await visit('manager-report', office.page, 'staff');
  await button(office.page, manager.voidIt).click();
  await office.page.getByRole('dialog').waitFor();
  await visit('manager-void', office.page, 'staff');
  await visitCheck(rig, office.page, language, visit);
  await signInQuietly(rig, office.context, 'cloud');
  const console = await office.context.newPage();
  await console.goto(`${rig.servers.cloudUrl}/cloud/sign-in`);
  await visit('cloud-sign-in', console, 'staff');
  await visitConsole(rig, console, language, visit);
  await console.goto(`${rig.servers.cloudUrl}/cloud/packages`);
  await isShown(console, manager.cloudChoose);
  await visit('cloud-list', console, 'staff');
  await console
    .getByRole('button', { name: /2026-118/ })
    .first()
    .click();
  await isShown(console, /✓ .*B-B/);
  await visit('cloud-detail', console, 'staff');
}

/** The parts of the console beside the packages. */
async function visitConsole(rig: Rig, page: Page, language: Language, visit: Visit): Promise<void> {
  const { console: words } = WORDS[language];
  const parts = [
    ['exceptions', '', words.exceptions],
    ['kiosks', '/kiosks', words.kioskState.ok],
    ['branches', '/branches', words.staffEnrolled],
    ['keys', '/keys', words.receiptKeys],
    ['retention', '/retention', words.tombstones],
  ] as const;
  for (const [name, path, text] of parts) {
    await page.goto(`${rig.servers.cloudUrl}/cloud${path}`);
    await isShown(page, text);
    await visit(`cloud-${name}`, page, 'staff');
  }
}

/** A file of another product, and one that is none. */
async function visitCheck(rig: Rig, page: Page, language: Language, visit: Visit): Promise<void> {
  const { check } = WORDS[language];
  await page.goto('/check');
  await isShown(page, check.intro);
  await visit('check-empty', page, 'staff');
  const files = page.locator('input[type=file]');
  rig.watch.allow(/status of 422.*check/);
  await files.setInputFiles({ name: 'Pismo.txt', mimeType: 'text/plain', buffer: Buffer.from('Spoštovani') });
  await isShown(page, check.refusedFile('Pismo.txt'));
  await visit('check-refused', page, 'staff');
  await files.setInputFiles(SIGNED_ELSEWHERE);
  await isShown(page, REPORT_WORDS[language].headline.indeterminate);
  await visit('check-result', page, 'staff');
}

/** Two documents: the button leads from one to the other until everything was seen. */
async function readBoth(screen: Page, language: Language): Promise<void> {
  const { customer } = WORDS[language];
  await screen.locator('[data-page] canvas').first().waitFor();
  for (let turns = 0; turns < 60; turns += 1) {
    if ((await button(screen, customer.haveRead).count()) > 0) return;
    const next = screen.locator('button.primary').filter({ hasText: customer.nextDocument });
    if ((await next.count()) > 0) {
      await next.click();
      await screen.locator('[data-page] canvas').first().waitFor();
    } else await readOn(screen, language);
  }
  await readEverything(screen, language);
  await speak(screen, language);
}
