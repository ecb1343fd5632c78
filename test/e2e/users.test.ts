import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { users } from '../../app/_i18n/users.ts';
import { COUNTER, isShown, PICTURES, signInQuietly, TABLET, useRig } from './support/rig.ts';
import { serious } from './support/serious.ts';

const OWN = 'zelena dolina 7';

describe('Users and roles of the cloud', () => {
  const rig = useRig();

  it.each([
    ['sl', COUNTER],
    ['en', TABLET],
  ] as const)(
    'are invited, choose a password of their own, are given another role and closed (%s)',
    async (language, screen) => {
      const words = users[language];
      // A manager without a tenant is refused on purpose.
      rig().watch.allow(/status of 400.*cloud\/users/);
      const name = language === 'sl' ? 'Božidar Župančič-Vodopivec' : 'Ada';
      const { cloudUrl } = rig().servers;
      const office = await rig().browser({ language, screen });
      await signInQuietly(rig(), office, 'cloud');
      const page = await office.newPage();
      await page.goto(`${cloudUrl}/cloud/users`);
      await page.getByLabel(words.columns.name).fill(name);
      await page.locator('form select').selectOption('manager');
      await page.getByRole('button', { name: words.inviteGo, exact: true }).click();
      await isShown(page, words.refusal['invalid'] ?? '');
      await look(page, language, 'refused');
      await page.getByLabel(words.tenant).fill('banka-primer');
      await page.getByRole('button', { name: words.inviteGo, exact: true }).click();
      await isShown(page, words.secretTitle(name));
      await look(page, language, 'secret');
      const secret = /[0-9a-z]{4}(?:-[0-9a-z]{4}){3}/.exec(await page.locator('dialog').innerText())?.[0] ?? '';
      await page.getByRole('button', { name: words.noted }).click();
      await isShown(page, words.state.invited);
      await look(page, language, 'list');

      const guest = await rig().browser({ language, screen });
      const own = await guest.newPage();
      await own.goto(`${cloudUrl}/cloud/sign-in`);
      await own.locator('#name').fill(name);
      await own.locator('#secret').fill(secret);
      await own.keyboard.press('Enter');
      await isShown(own, words.ownTitle);
      expect((await guest.request.get(`${cloudUrl}/api/cloud/packages`)).status()).toBe(403);
      await look(own, language, 'own');
      await own.locator('#present').fill(secret);
      await own.locator('#next').fill(OWN);
      await own.locator('#again').fill(OWN);
      await own.keyboard.press('Enter');
      await own.waitForURL(`${cloudUrl}/cloud`);
      expect((await guest.request.get(`${cloudUrl}/api/cloud/packages`)).status()).toBe(200);

      await page.getByRole('button', { name: words.act(words.changeRole, name) }).click();
      await page.locator('dialog select').selectOption('auditor');
      await look(page, language, 'role');
      await page.getByRole('dialog').getByRole('button', { name: words.changeRole, exact: true }).click();
      await page.getByRole('cell', { name: words.role.auditor }).waitFor();
      await page.getByRole('button', { name: words.act(words.close, name) }).click();
      await page.getByRole('dialog').getByRole('button', { name: words.close, exact: true }).click();
      await isShown(page, words.state.closed);
      expect((await guest.request.get(`${cloudUrl}/api/cloud/packages`)).status()).toBe(401);
    },
  );
});

/** Nothing serious for axe, and a picture to be looked at. */
async function look(page: Page, language: string, name: string): Promise<void> {
  expect(await serious(page)).toEqual([]);
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `users-${name}-${language}.png`) });
}
