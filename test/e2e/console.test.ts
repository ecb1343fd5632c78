import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { button, saved, untilSigning, WORDS } from './support/people.ts';
import { signature, write } from './support/pen.ts';
import {
  COUNTER,
  eventually,
  isShown,
  PICTURES,
  signInQuietly,
  TABLET,
  transaction,
  useRig,
  type Language,
} from './support/rig.ts';

const rig = useRig();
mkdirSync(PICTURES, { recursive: true });

/** Pictures in both sizes; what axe finds serious, and whether the page runs out sideways. */
async function look(page: Page, name: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [size, screen] of [
    ['counter', COUNTER],
    ['tablet', TABLET],
  ] as const) {
    await page.setViewportSize(screen);
    await page.screenshot({ path: join(PICTURES, `console-${name}-${size}.png`) });
    if (await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth + 1))
      found.push(`${name} ${size}: runs out sideways`);
  }
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  return [...found, ...serious.map(({ id, nodes }) => `${name}: ${id} ${nodes[0]?.html ?? ''}`)];
}

describe('the console', () => {
  it.each(['sl', 'en'] as const)(
    'leads from the exceptions to a package, its pages, a hold on it and its audit trail as a file (%s)',
    async (language: Language) => {
      const { servers } = rig();
      const { console: words, common } = WORDS[language];
      const name = `Pristopna izjava ${language}`;
      const { context, screen, id } = await untilSigning(rig(), 'yes', `${name}.pdf`);
      await write(screen, screen.locator('canvas[role=img]'), signature());
      await button(screen, WORDS.en.customer.done).click();
      await isShown(screen, WORDS.en.customer.doneTitle);
      const { packageDigest } = await eventually(
        () => transaction(context, id),
        ({ delivery }) => delivery === 'delivered',
      );

      const office = await rig().browser({ language });
      await signInQuietly(rig(), office, 'cloud');
      const page = await office.newPage();
      const found: string[] = [];
      const go = async (place: keyof typeof words.nav, title: string = words.nav[place]): Promise<void> => {
        await page.getByRole('link', { name: words.nav[place], exact: true }).click();
        await page.getByRole('heading', { level: 1, name: title }).waitFor();
      };
      await page.goto(`${servers.cloudUrl}/cloud/kiosks`);
      await button(page, new RegExp(`^${words.shutOut}`)).click();
      await page.locator('#reason').fill('Na servisu / at the workshop');
      await page.getByRole('dialog').getByRole('button', { name: words.shutOut, exact: true }).click();
      await isShown(page, words.kioskState.revoked);
      await go('exceptions', words.exceptions);
      await button(page, words.settle).first().waitFor();
      found.push(...(await look(page, `exceptions-${language}`)));
      for (let left = await button(page, words.settle).count(); left > 0; left -= 1) {
        await button(page, words.settle).first().focus();
        await page.keyboard.press('Enter');
        await eventually(
          () => button(page, words.settle).count(),
          (count) => count < left,
        );
      }
      await isShown(page, words.allWell);
      found.push(...(await look(page, `all-well-${language}`)));
      await go('kiosks');
      await button(page, new RegExp(`^${words.takeBack}`)).click();
      await page.locator('#reason').fill('Popravljen / repaired');
      await page.getByRole('dialog').getByRole('button', { name: words.takeBack, exact: true }).click();
      await button(page, new RegExp(`^${words.shutOut}`)).waitFor();

      await go('packages', WORDS[language].manager.cloudTitle);
      await page.locator('#text').fill(name);
      await button(page, name).click();
      await isShown(page, packageDigest ?? 'no package');
      await page.getByText(words.preview, { exact: true }).click();
      await page.locator('main canvas').waitFor();
      found.push(...(await look(page, `package-${language}`)));
      const trail = await saved(page, words.auditJson);
      expect(JSON.parse(trail.bytes.toString())).toMatchObject({ transaction: id, package: packageDigest });
      const table = await saved(page, words.auditCsv);
      expect(table.bytes.toString()).toContain('cloud,');
      await button(page, words.hold).click();
      await page.locator('#reason').fill('P 12/2026');
      await button(page, words.holdPlace).click();
      await isShown(page, words.held('P 12/2026'));
      await page.locator('#text').fill('xxxxxxxx');
      await isShown(page, words.none);
      found.push(...(await look(page, `none-${language}`)));

      await go('retention');
      await isShown(page, 'P 12/2026');
      found.push(...(await look(page, `retention-${language}`)));
      await button(page, new RegExp(`^${words.lift}`)).click();
      await page.locator('#reason').fill('Končano / over');
      await page.getByRole('dialog').getByRole('button', { name: words.lift, exact: true }).click();
      await isShown(page, words.holdLifted('').trim());

      await go('kiosks');
      await button(page, new RegExp(`^${words.shutOut}`)).waitFor();
      found.push(...(await look(page, `kiosks-${language}`)));
      await button(page, words.newKiosk).click();
      await page.getByRole('dialog').waitFor();
      found.push(...(await look(page, `new-kiosk-${language}`)));
      await button(page, common.back).click();
      await go('branches');
      await isShown(page, words.staffEnrolled);
      found.push(...(await look(page, `branches-${language}`)));
      await go('keys');
      await isShown(page, words.receiptKeys);
      found.push(...(await look(page, `keys-${language}`)));
      expect(found).toEqual([]);
    },
  );

  it.each(['sl', 'en'] as const)(
    'gives a program its key, which holds until it is taken away (%s)',
    async (language) => {
      const { cloudUrl } = rig().servers;
      const { console: words, programs } = WORDS[language];
      const office = await rig().browser({ language });
      await signInQuietly(rig(), office, 'cloud');
      const page = await office.newPage();
      const found: string[] = [];
      const name = `Krediti ${language}`;
      await page.goto(`${cloudUrl}/cloud/programs`);
      await button(page, programs.add).focus();
      await page.keyboard.press('Enter');
      await page.locator('#tenant').fill('banka-primer');
      await page.locator('#name').fill(name);
      found.push(...(await look(page, `new-key-${language}`)));
      await page.keyboard.press('Enter');
      const key = /csk_[\w-]{43}/.exec(await page.getByText(/^csk_/).innerText())?.[0] ?? '';
      found.push(...(await look(page, `key-${language}`)));
      const ask = async (): Promise<number> =>
        (await fetch(`${cloudUrl}/api/v1/transactions/none`, { headers: { authorization: `Bearer ${key}` } })).status;
      expect(await ask()).toBe(404);
      await button(page, programs.noted).click();
      await page.getByRole('cell', { name }).first().waitFor();
      found.push(...(await look(page, `programs-${language}`)));
      await button(page, `${programs.revoke} ${name}`).click();
      await page.getByRole('dialog').getByRole('button', { name: programs.revoke, exact: true }).click();
      await page.getByRole('row', { name }).getByText(programs.state.revoked).waitFor();
      expect(await ask()).toBe(401);
      await page.getByRole('link', { name: words.nav.programs, exact: true }).waitFor();
      expect(found).toEqual([]);
    },
  );
});
