import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isoTime, systemClock } from '../../signing/clock.ts';
import { randomId } from '../../signing/ids.ts';
import { openVault } from '../../vault/vault.ts';
import { atCounter, primary, WORDS } from './support/people.ts';
import { COUNTER, PICTURES, TABLET, useRig, type Language, type Rig } from './support/rig.ts';

/** As an earlier run left it; nobody answers in the cloud, so it stays. */
function leave(dataDir: string, facts: Readonly<Record<string, string>>): void {
  const vault = openVault(join(dataDir, 'kiosk', 'vault.sqlite'), { clock: systemClock, newId: randomId });
  vault.write(() => {
    for (const [key, value] of Object.entries(facts)) vault.meta.set(key, value);
  });
  vault.close();
}

/** The clerk's screen with something to sign, which nobody may begin; a picture in each size. */
async function expectClosed(rig: Rig, language: Language, name: string, title: string, short: string): Promise<void> {
  const { page } = await atCounter(rig, { language });
  await page.getByRole('button', { name: /2026-117/ }).click();
  await page.locator('aside .notice.stop').waitFor();
  for (const screen of [COUNTER, TABLET]) {
    await page.setViewportSize(screen);
    await page.locator('main canvas').first().waitFor();
    const folder = join(PICTURES, language, `${String(screen.width)}x${String(screen.height)}`);
    mkdirSync(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `${name}.png`) });
  }
  expect(await page.locator('aside .notice.stop').innerText()).toContain(title);
  expect(await page.locator('header').innerText()).toContain(short);
  expect(await primary(page).isDisabled()).toBe(true);
}

describe('A counter that its cloud shut out', () => {
  const rig = useRig({ withCloud: false }, (dataDir) => leave(dataDir, { 'shut-out-since': isoTime(Date.now()) }));

  it.each(['sl', 'en'] as const)('says so on the strip and before a customer sits down, in %s', async (language) => {
    const { opening } = WORDS[language];
    await expectClosed(rig(), language, 'closed-shut-out', opening.shutOutTitle, opening.shutOut);
  });
});

describe('A counter whose clock is far behind the last trusted time', () => {
  const rig = useRig({ withCloud: false }, (dataDir) =>
    leave(dataDir, { 'last-trusted-time': isoTime(Date.now() + 5 * 60 * 60_000) }),
  );

  it.each(['sl', 'en'] as const)('says so on the strip and before a customer sits down, in %s', async (language) => {
    const { opening } = WORDS[language];
    const behind = -5 * 60 * 60_000;
    await expectClosed(rig(), language, 'closed-clock', opening.clockWrongTitle(behind), opening.clock(behind));
  });
});
