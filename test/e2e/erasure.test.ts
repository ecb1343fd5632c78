import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { atCounter, button, untilSigning, WORDS } from './support/people.ts';
import { signature, write } from './support/pen.ts';
import { COUNTER, eventually, isShown, PICTURES, signInQuietly, TABLET, transaction, useRig } from './support/rig.ts';

const { customer: words } = WORDS.en;
const rig = useRig();
mkdirSync(PICTURES, { recursive: true });

describe('pen data', () => {
  it('is taken out by a manager in two steps, with the keyboard alone, and the cloud’s console says why', async () => {
    const { context, page, screen, id } = await untilSigning(rig(), 'yes', 'Preklic.pdf');
    await write(screen, screen.locator('canvas[role=img]'), signature());
    await button(screen, words.done).click();
    await isShown(screen, words.doneTitle);
    const isDelivered = () =>
      eventually(
        () => transaction(context, id),
        ({ delivery }) => delivery === 'delivered',
      );
    const before = await isDelivered();
    expect((await page.request.post(`/api/transactions/${id}/erase`, { data: {} })).status()).toBe(403);

    const { erasure } = WORDS.sl;
    const board = (await atCounter(rig(), { role: 'manager', language: 'sl', path: `/manager?t=${id}` })).page;
    await button(board, erasure.take).focus();
    await board.keyboard.press('Enter');
    await isShown(board, erasure.stays);
    await board.locator('#erasure-reference').focus();
    await board.keyboard.type('VOP-2026-17');
    for (const [name, size] of [
      ['counter', COUNTER],
      ['tablet', TABLET],
    ] as const) {
      await board.setViewportSize(size);
      await board.screenshot({ path: join(PICTURES, `erasure-asked-${name}.png`) });
    }
    await board.keyboard.press('Enter');
    await isShown(board, erasure.sureTitle);
    expect(await button(board, erasure.goFinal).isDisabled()).toBe(true);
    await board.keyboard.press('Space');
    await board.screenshot({ path: join(PICTURES, 'erasure-sure-tablet.png') });
    await board.keyboard.press('Enter');
    await isShown(board, /Podatki peresa so odstranjeni/);
    expect(await button(board, erasure.take).count()).toBe(0);
    const after = await isDelivered();
    expect(after.packageDigest).not.toBe(before.packageDigest);
    await isShown(board, erasure.cloudDone);
    await isShown(board, WORDS.sl.manager.events['captures.erased']);
    await board.screenshot({ path: join(PICTURES, 'erasure-done-tablet.png') });

    const console = await rig().browser({ language: 'sl' });
    await signInQuietly(rig(), console, 'cloud');
    const list = await console.newPage();
    await list.goto(`${rig().servers.cloudUrl}/cloud`);
    await button(list, 'Preklic').click();
    await isShown(list, /Podatki peresa so odstranjeni.*VOP-2026-17/s);
    expect(await button(list, 'Preklic').count()).toBe(1);
    await list.screenshot({ path: join(PICTURES, 'erasure-console-counter.png') });
  });
});
