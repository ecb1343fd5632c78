import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import type { AuditExcerpt } from '../../signing/audit/excerpt.ts';
import { sha256 } from '../../signing/digest.ts';
import { reportSchema } from '../../signing/report/judged-report.ts';
import { REPORT_WORDS } from '../../signing/report/words.ts';
import { inspectPdf } from '../../signing/verification/verify-pdf.ts';
import { openKeyring } from '../../vault/keyring.ts';
import { atCounter, button, printed, saved, untilSigning, WORDS } from './support/people.ts';
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

const { customer: words } = WORDS.en;
const rig = useRig();
mkdirSync(PICTURES, { recursive: true });
const SIZES = [
  ['counter', COUNTER],
  ['tablet', TABLET],
] as const;

async function pictures(page: Page, name: string): Promise<void> {
  for (const [size, screen] of SIZES) {
    await page.setViewportSize(screen);
    await page.screenshot({ path: join(PICTURES, `erasure-${name}-${size}.png`) });
  }
}

/** All three files and the printed page tell the same verdict of the package with this document. */
async function savesReports(page: Page, language: Language): Promise<void> {
  const { check } = WORDS[language];
  const { headline } = REPORT_WORDS[language];
  const pdf = await saved(page, check.save.pdf);
  expect([pdf.name.endsWith('.pdf'), pdf.bytes.subarray(0, 8).toString()]).toEqual([true, '%PDF-1.4']);
  expect(pdf.bytes.subarray(-6).toString()).toBe('%%EOF\n');
  const html = await saved(page, check.save.html);
  expect([html.name.endsWith('.html'), html.bytes.toString().includes(headline.passed)]).toEqual([true, true]);
  const json = await saved(page, check.save.json);
  const report = reportSchema.parse(JSON.parse(json.bytes.toString()));
  expect([json.name.endsWith('.json'), report.kind, report.verdict]).toEqual([true, 'package', 'passed']);
  expect(report.documents.flatMap(({ signatures }) => signatures)).toHaveLength(1);
  expect(await printed(page, check.print)).toContain(headline.passed);
}

/** With the keyboard alone: everything as one ZIP, then the whole package for good, and its proof. */
async function givesOutAndDestroys(page: Page, language: Language): Promise<void> {
  const { dataSubject: words } = WORDS[language];
  await button(page, words.export).focus();
  await page.keyboard.press('Enter');
  await isShown(page, words.exportText);
  await page.keyboard.type('VOP-2026-18');
  await pictures(page, `export-${language}`);
  const zip = await saved(page, words.exportGo);
  expect([zip.name.endsWith('.zip'), zip.bytes.subarray(0, 2).toString()]).toEqual([true, 'PK']);
  await button(page, words.destroy).focus();
  await pictures(page, `subject-${language}`);
  await page.keyboard.press('Enter');
  await isShown(page, words.goes);
  for (const key of ['Tab', 'Tab']) await page.keyboard.press(key);
  await page.keyboard.type('VOP-2026-19');
  for (const key of ['Tab', 'Space']) await page.keyboard.press(key);
  await pictures(page, `destroy-${language}`);
  await page.keyboard.press('Enter');
  await isShown(page, words.destroyed);
  await pictures(page, `destroyed-${language}`);
  // Two: the package as it came first, and the one without pen data.
  const proof = await saved(page, `${words.saveProof} 2`);
  expect(proof.bytes.toString().split('.')).toHaveLength(3);
  await page.keyboard.press('Escape');
}

describe('pen data', () => {
  it.each(['sl', 'en'] as const)(
    'is taken out by a manager in two steps, with the keyboard alone, the cloud’s console says why, and all of it is saved as files (%s)',
    async (language) => {
      const name = `Preklic ${language}`;
      const { context, page, screen, id } = await untilSigning(rig(), 'yes', `${name}.pdf`);
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

      const { erasure, manager, evidence } = WORDS[language];
      const taken = new RegExp(erasure.erased('', '').slice(0, 18));
      const board = (await atCounter(rig(), { role: 'manager', language, path: `/manager?t=${id}` })).page;
      await button(board, erasure.take).focus();
      await board.keyboard.press('Enter');
      await isShown(board, erasure.stays);
      await board.locator('#erasure-reference').focus();
      await board.keyboard.type('VOP-2026-17');
      await pictures(board, `asked-${language}`);
      await board.keyboard.press('Enter');
      await isShown(board, erasure.sureTitle);
      expect(await button(board, erasure.goFinal).isDisabled()).toBe(true);
      await board.keyboard.press('Space');
      await pictures(board, `sure-${language}`);
      await board.keyboard.press('Enter');
      await isShown(board, taken);
      expect(await button(board, erasure.take).count()).toBe(0);
      const after = await isDelivered();
      expect(after.packageDigest).not.toBe(before.packageDigest);
      await isShown(board, erasure.cloudDone);
      await isShown(board, manager.events['captures.erased']);
      await pictures(board, `done-${language}`);
      await savesReports(board, language);
      const trail = await saved(board, manager.export);
      const { items } = JSON.parse(trail.bytes.toString()) as AuditExcerpt;
      expect(trail.name).toMatch(/\.json$/);
      const told = items.map((item) => ('entry' in item ? item.entry.eventType : null));
      expect(told).toContain('captures.erased');

      const console = await rig().browser({ language });
      await signInQuietly(rig(), console, 'cloud');
      const list = await console.newPage();
      await list.goto(`${rig().servers.cloudUrl}/cloud/packages`);
      await button(list, name).click();
      await isShown(list, new RegExp(`${taken.source}.*VOP-2026-17`, 's'));
      expect(await button(list, name).count()).toBe(1);
      await pictures(list, `console-${language}`);
      await savesReports(list, language);
      const pdf = await saved(list, new RegExp(`^${evidence.downloadPlain}`), 'link');
      const roots = [openKeyring(join(rig().dataDir, 'kiosk', 'keys')).tenantRoot()];
      expect(inspectPdf(new Uint8Array(pdf.bytes), { name: pdf.name, roots }).report.verdict).toBe('passed');
      // The very bytes that the kiosk sealed.
      expect(sha256(pdf.bytes)).toBe(after.documentList[0]?.digest);
      await givesOutAndDestroys(list, language);
      await isShown(list, WORDS[language].manager.cloudEmpty);
    },
  );
});
