import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { jobOf, putJob } from '../support/cloud-jobs.ts';
import { slip } from './support/papers.ts';
import { atCounter, WORDS } from './support/people.ts';
import { eventually, PICTURES, TABLET, transaction, useRig, type Language } from './support/rig.ts';

describe('Documents sent to the branch through the cloud', () => {
  const ids: string[] = [];
  const rig = useRig({}, async (dataDir) => {
    ids.push(await putJob(dataDir, 'Kredit 117', { 'Pogodba.pdf': await slip() }));
    ids.push(await putJob(dataDir, 'Depozit 9', { 'Pogodba o vezavi.pdf': await slip() }));
  });

  async function picture(page: Page, name: string): Promise<void> {
    mkdirSync(PICTURES, { recursive: true });
    await page.screenshot({ path: join(PICTURES, `jobs-${name}.png`) });
  }

  async function opened(id: string, language: Language, screen = { width: 1280, height: 800 }) {
    const { context, page } = await atCounter(rig(), { language, screen });
    await eventually(
      () => transaction(context, id),
      ({ state }) => state === 'open',
    );
    await page.goto(`/?t=${id}`);
    return { context, page };
  }

  it('wait at the counter under their name, and go to another one when the clerk says so', async () => {
    const [id = '', other = ''] = ids;
    const { context, page } = await opened(id, 'sl');
    const { jobs } = WORDS.sl;
    await page.getByRole('button', { name: jobs.giveBack }).waitFor();
    await picture(page, 'waiting-sl');
    const english = await opened(other, 'en', TABLET);
    await english.page.getByRole('button', { name: WORDS.en.jobs.giveBack }).waitFor();
    await picture(english.page, 'waiting-en');

    await page.getByRole('button', { name: jobs.giveBack }).press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    await picture(page, 'give-back-sl');
    await dialog.getByRole('button', { name: jobs.giveBack }).press('Enter');
    await page.getByText(jobs.ended.returned).waitFor();
    await picture(page, 'given-back-sl');
    expect((await transaction(context, id)).job).toMatchObject({ ended: 'returned' });

    // The screens first: a counter that goes is something they would tell of.
    await Promise.all([context.close(), english.context.close()]);
    await rig().servers.stop();
    expect([(await jobOf(rig().dataDir, id))?.state, (await jobOf(rig().dataDir, other))?.state]).toEqual([
      'offered',
      'taken',
    ]);
  });
});
