import { describe, expect, it } from 'vitest';
import { noticeOf } from '../../signing/ceremony/notices.ts';
import { focused, identifyByKeys, press, tabTo } from './support/keys.ts';
import { UNTAGGED } from './support/papers.ts';
import { signature, write } from './support/pen.ts';
import { breathe, WORDS } from './support/people.ts';
import { eventually, isShown, transaction, useRig } from './support/rig.ts';

const { clerk, customer: words, common, capture, placing } = WORDS.en;

describe('Without a mouse', () => {
  const rig = useRig();

  it('a clerk brings a PDF in, places a box, opens the customer’s screen and leads a signing to its end', async () => {
    const { account } = rig();
    const context = await rig().browser();
    const page = await context.newPage();
    await page.goto('/sign-in');
    await page.keyboard.type(account('clerk').name);
    await press(page, 'Tab');
    await page.keyboard.type(account('clerk').pin);
    await press(page, 'Enter');
    await page.getByText(clerk.nothingChosen).waitFor();

    await tabTo(page, clerk.customerScreenOpen);
    const [screen] = await Promise.all([context.waitForEvent('page'), press(page, 'Enter')]);
    await isShown(screen, words.greeting);
    await page.bringToFront();

    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), press(page, 'Control+o')]);
    await chooser.setFiles(UNTAGGED);
    await isShown(page, placing.none);
    await page.locator('main canvas').waitFor();
    await tabTo(page, `+ ${placing.add}`);
    await press(page, 'Enter');
    // The new box has the focus: arrows move it, with Shift they pull it larger.
    await eventually(
      () => focused(page),
      ({ says }) => says.endsWith(placing.keys),
    );
    const draft = page.locator('[data-selected=true]');
    const before = await draft.boundingBox();
    await press(page, 'Control+ArrowDown', 'Control+ArrowDown', 'ArrowRight', 'Shift+Control+ArrowRight');
    const after = await draft.boundingBox();
    expect((after?.y ?? 0) - (before?.y ?? 0)).toBeGreaterThan(30);
    expect((after?.x ?? 0) - (before?.x ?? 0)).toBeGreaterThan(1);
    expect((after?.width ?? 0) - (before?.width ?? 0)).toBeGreaterThan(15);
    await press(page, 'Control+Enter');
    await isShown(page, clerk.begin(common.role['customer'] ?? ''));
    const id = new URL(page.url()).searchParams.get('t') ?? '';
    const placed = (await transaction(context, id)).documentList[0]?.placements[0];
    expect(placed?.box.width).toBeCloseTo(200, 0);

    await breathe(page);
    await press(page, 'Control+Enter');
    await page.locator('#documentKind').waitFor();
    await eventually(
      () => focused(page),
      ({ says }) => says.startsWith(clerk.documentKind),
    );
    await identifyByKeys(page, clerk, 'Živa Čuš');

    // The customer's side, with keys as far as a pen is not needed.
    // A page is drawn in a window that is seen, not in one that lies behind another.
    await screen.bringToFront();
    await screen.locator('[data-page] canvas').first().waitFor();
    for (
      let presses = 0;
      presses < 40 && (await screen.getByRole('button', { name: words.haveRead }).count()) === 0;
      presses += 1
    ) {
      // What went by too fast is gone back to, as the end of the document offers.
      const missed = presses > 0 && presses % 6 === 0 && (await screen.getByText(words.unseen).count()) > 0;
      await tabTo(screen, missed ? words.goToPage(1) : words.scrollOn);
      await press(screen, 'Enter');
      await screen.waitForTimeout(420);
    }
    await tabTo(screen, words.haveRead);
    await press(screen, 'Enter');
    const yes = noticeOf('en', { tenant: '', keyHolder: '' })?.yes ?? '';
    await screen.getByRole('button', { name: yes }).waitFor();
    await breathe(screen);
    await tabTo(screen, yes);
    await press(screen, 'Enter');

    await page.bringToFront();
    await page.getByRole('radio', { name: capture.deviceSurface }).waitFor();
    await tabTo(page, new RegExp(`^${capture.devicePad('STU-530')}`));
    await press(page, 'ArrowDown');
    const sheet = screen.locator('canvas[role=img]');
    await sheet.waitFor();
    await screen.bringToFront();
    await write(screen, sheet, signature(40));
    await tabTo(screen, words.done);
    await press(screen, 'Enter');
    await isShown(screen, words.doneTitle);

    await page.bringToFront();
    await isShown(page, clerk.allSigned);
    await press(page, 'Control+Enter');
    await isShown(screen, words.greeting);
    expect((await transaction(context, id)).state).toBe('complete');
  });
});
