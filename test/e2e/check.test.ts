import { describe, expect, it } from 'vitest';

import { reportSchema } from '../../signing/report/judged-report.ts';
import { REPORT_WORDS } from '../../signing/report/words.ts';
import { SIGNED_ELSEWHERE } from './support/papers.ts';
import { atCounter, button, saved, WORDS } from './support/people.ts';
import { isShown, transactions, useRig } from './support/rig.ts';

const rig = useRig();

describe('A signed file that somebody brings', () => {
  it.each(['sl', 'en'] as const)('is checked and reported on at the counter, and forgotten (%s)', async (language) => {
    const { check } = WORDS[language];
    const { context, page } = await atCounter(rig(), { language });
    const before = await transactions(context);
    await page.getByRole('link', { name: check.link }).click();
    await page.waitForURL('**/check');
    // By keyboard alone, as far as the browser's own dialog.
    await isShown(page, check.intro);
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      button(page, new RegExp(check.choose)).press('Enter'),
    ]);
    await chooser.setFiles(SIGNED_ELSEWHERE);
    const words = REPORT_WORDS[language];
    await isShown(page, words.headline.indeterminate);
    await isShown(page, /INDETERMINATE \/ NO_CERTIFICATE_CHAIN_FOUND/);
    await isShown(page, words.judged.trust);

    const pdf = await saved(page, check.save.pdf);
    expect(pdf.name).toMatch(/^(porocilo|report)-.*\.pdf$/);
    expect(pdf.bytes.subarray(0, 5).toString()).toBe('%PDF-');
    const html = await saved(page, check.save.html);
    expect(html.bytes.toString()).toContain(words.headline.indeterminate);
    const json = await saved(page, check.save.json);
    expect(reportSchema.parse(JSON.parse(json.bytes.toString()))).toMatchObject({
      about: { by: rig().account('clerk').name },
      verdict: 'indeterminate',
    });
    const [frame] = await Promise.all([page.waitForEvent('frameattached'), button(page, check.print).click()]);
    expect(frame.parentFrame()).toBe(page.mainFrame());

    expect(await transactions(context)).toEqual(before);
    await page.reload();
    await isShown(page, check.intro);
    expect(await page.getByText(words.headline.indeterminate).count()).toBe(0);
  });
});
