import { describe, expect, it } from 'vitest';
import { startRole } from '../../kiosk-shell/cli/servers.ts';
import { untilReady } from '../../kiosk-shell/supervisor.ts';
import { slip } from './support/papers.ts';
import { DOT, signature, write } from './support/pen.ts';
import {
  atCounter,
  begin,
  breathe,
  button,
  consent,
  identify,
  onSurface,
  openCustomer,
  readEverything,
  speak,
  untilSigning,
  WORDS,
} from './support/people.ts';
import { bringIn, eventually, isShown, signInQuietly, transaction, useRig } from './support/rig.ts';

const { clerk, customer: words, common, capture } = WORDS.en;
const SL = WORDS.sl.customer;
/** What Chromium itself writes when a server goes away under an open page. */
const LINE_IS_DOWN =
  /ERR_(CONNECTION_(REFUSED|RESET|CLOSED)|INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED)/;

describe('What is interrupted goes on', () => {
  const rig = useRig();

  it('both windows loaded again in the middle of each step show that step, in the language chosen', async () => {
    const { context, page } = await atCounter(rig());
    const { id } = await bringIn(context, 'Potrdilo.pdf', await slip());
    await page.goto(`/?t=${id}`);
    const screen = await openCustomer(page);
    const reloadBoth = async (): Promise<void> => {
      await Promise.all([page.reload(), screen.reload()]);
    };

    await begin(page, 'en');
    await isShown(screen, words.hold.identity.text);
    await reloadBoth();
    await isShown(screen, words.hold.identity.text);
    await identify(page, 'Živa Čuš');

    await screen.locator('[data-page] canvas').first().waitFor();
    await speak(screen, 'sl');
    await readEverything(screen, 'sl');
    await reloadBoth();
    // What was seen stays seen.
    await button(screen, SL.haveRead).click();

    await isShown(page, clerk.awaiting.consent);
    await reloadBoth();
    await consent(screen, 'sl', 'yes');
    await onSurface(page, screen, 'en');
    await write(screen, screen.locator('canvas[role=img]'), signature(20));
    await reloadBoth();
    // Ink that was not handed in is nowhere: the sheet is empty, and says so.
    await button(screen, SL.done).waitFor();
    expect(await button(screen, SL.done).isDisabled()).toBe(true);
    await write(screen, screen.locator('canvas[role=img]'), DOT);
    await button(screen, SL.done).click();
    await isShown(screen, SL.doubt.dot.title);
    await reloadBoth();
    await isShown(screen, SL.doubt.dot.title);
    await isShown(page, capture.doubt.dot);
    await breathe(screen);
    await button(screen, SL.again).click();
    await write(screen, screen.locator('canvas[role=img]'), signature());
    await button(screen, SL.done).click();
    await isShown(screen, SL.doneTitle);
    await reloadBoth();
    await isShown(screen, SL.doneTitle);
    await isShown(page, clerk.allSigned);
  });

  it('a kiosk killed in the middle is started again by its supervisor; screens say so and go on by themselves', async () => {
    const { watch, servers } = rig();
    watch.allow(LINE_IS_DOWN);
    const { context, page, screen, id } = await untilSigning(rig(), 'yes');

    const killed = servers.kiosk.pid() ?? 0;
    process.kill(killed, 'SIGKILL');
    await Promise.all([isShown(page, common.lostText), isShown(screen, common.lostText)]);
    await eventually(
      () => Promise.resolve(servers.kiosk.pid()),
      (pid) => pid !== undefined && pid !== killed,
    );
    await untilReady(`${servers.kioskUrl}/api/health`, 60_000);
    for (const one of [page, screen]) await one.getByText(common.lostText).waitFor({ state: 'detached' });

    // The pad is offered again; the clerk chooses the customer's screen once more.
    const onPad = page.getByRole('radio', { name: capture.devicePad('STU-530') });
    await eventually(
      () => onPad.isChecked(),
      (checked) => checked,
    );
    await onSurface(page, screen, 'en');
    await write(screen, screen.locator('canvas[role=img]'), signature());
    await button(screen, words.done).click();
    await isShown(screen, words.doneTitle);
    await eventually(
      () => transaction(context, id),
      ({ delivery }) => delivery === 'delivered',
    );
  });

  it('with the cloud down everything completes, every staff screen says what waits and since when, and it drains by itself', async () => {
    const { servers, options } = rig();
    await servers.cloud?.stop();
    const { context, page, screen, id } = await untilSigning(rig(), 'yes', 'Brez povezave.pdf');
    await write(screen, screen.locator('canvas[role=img]'), signature());
    await button(screen, words.done).click();
    await isShown(screen, words.doneTitle);
    await isShown(page, `${clerk.allSigned} ${clerk.packageIs(clerk.delivery.waiting)}`);

    const board = await atCounter(rig(), { role: 'manager' });
    for (const one of [page, board.page]) {
      await isShown(one, /Cloud not reachable: 1 waiting, oldest 0 min/);
    }

    const cloud = startRole('cloud', options.cloudPort, { ...options, ...servers });
    try {
      await untilReady(`${servers.cloudUrl}/api/health`, 60_000);
      await eventually(
        () => transaction(context, id),
        ({ delivery }) => delivery === 'delivered',
        90_000,
      );
      for (const one of [page, board.page]) await isShown(one, /Cloud connected: nothing waiting/);
      await signInQuietly(rig(), board.context, 'cloud');
      const listed = await board.context.request.get(`${servers.cloudUrl}/api/cloud/packages?text=Brez`);
      expect(((await listed.json()) as readonly unknown[]).length).toBe(1);
    } finally {
      await cloud.stop();
    }
  });
});
