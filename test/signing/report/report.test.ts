import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';
import { z } from 'zod';

import { fromUtf8 } from '../../../signing/bytes.ts';
import { machineReport, reportSchema, type JudgedReport } from '../../../signing/report/judged-report.ts';
import { reportFile } from '../../../signing/report/report-file.ts';
import { reportHtml } from '../../../signing/report/report-html.ts';
import { reportPdf } from '../../../signing/report/report-pdf.ts';
import { REPORT_LANGUAGES } from '../../../signing/report/report-words.ts';
import { SLOVENE_GROUPS, SLOVENE_SENTENCES } from '../../../signing/report/check-words-sl.ts';
import { readPdf } from '../../../signing/pdf/read-pdf.ts';
import { judgeFile } from '../../../signing/verification/judge-file.ts';
import { verifyPackage } from '../../../signing/verification/verify-package.ts';
import { verifyPdf } from '../../../signing/verification/verify-pdf.ts';
import type { DocumentReport } from '../../../signing/verification/verification-report.ts';
import { CHROMIUM_ARGS, chromiumPath } from '../../support/chromium.ts';
import { PREFLIGHT, preflightFaults } from '../../support/pdfa-judges.ts';
import { pdfText, pdfWords, qpdfCheck } from '../../support/poppler.ts';
import { makePki, type TestPki } from '../../support/seal-fixtures.ts';
import { requireTool } from '../../support/tools.ts';
import { fixture, packaged, PDF_FOLDERS, sealed, type SealedSample } from '../verification/samples.ts';
import { ABOUT, pageOf, reportOn } from './report-samples.ts';

let pki: TestPki;
let sample: SealedSample;
let good: DocumentReport;
let bad: DocumentReport;
beforeAll(async () => {
  pki = makePki('p256');
  sample = await sealed(pki);
  const roots = [pki.root.certificate];
  good = await verifyPdf(sample.bytes, { name: 'Pogodba.pdf', roots });
  const damaged = Uint8Array.from(sample.bytes, (byte, i) => (i === 900 ? byte ^ 1 : byte));
  bad = await verifyPdf(damaged, { name: 'Pogodba.pdf', roots });
});

describe('the report for machines', () => {
  it('has the shape that is written down, for documents of everybody', async () => {
    for (const folder of PDF_FOLDERS) {
      for (const file of readdirSync(path.resolve(import.meta.dirname, '../../fixtures', folder))) {
        if (!file.endsWith('.pdf')) continue;
        const report = reportOn(await verifyPdf(fixture(`${folder}/${file}`), { name: file, roots: [] }));
        const text = JSON.stringify(machineReport(report, ABOUT));
        expect(reportSchema.safeParse(JSON.parse(text)).error, file).toBeUndefined();
      }
    }
    const container = (await packaged(pki, sample)).bytes;
    const report = await verifyPackage(container, { name: 'x', roots: [pki.root.certificate] });
    expect(reportSchema.parse(machineReport(report, ABOUT))).toMatchObject({
      kind: 'package',
      indication: 'TOTAL-PASSED',
    });
  });

  it('says its type and version, and the words of EN 319 102-1 at each level', () => {
    expect(machineReport(reportOn(bad), ABOUT)).toMatchObject({
      type: 'countersign.verification-report',
      version: 1,
      verdict: 'failed',
      indication: 'TOTAL-FAILED',
      subIndication: 'HASH_FAILURE',
      because: 'digest-mismatch',
      documents: [{ indication: 'TOTAL-FAILED', signatures: [{ subIndication: 'HASH_FAILURE' }, {}] }],
    });
    expect(machineReport(reportOn(good), ABOUT)).toMatchObject({ indication: 'TOTAL-PASSED', subIndication: null });
  });

  it('is what the schema file beside it says, for programs in any language', async () => {
    const file = path.resolve(import.meta.dirname, '../../../signing/report/verification-report-1.schema.json');
    const written: unknown = JSON.parse(readFileSync(file, 'utf8'));
    expect(written, 'write it anew: z.toJSONSchema(reportSchema)').toEqual(
      JSON.parse(JSON.stringify(z.toJSONSchema(reportSchema))),
    );
    const schema = z.fromJSONSchema(written as Parameters<typeof z.fromJSONSchema>[0]);
    const container = (await packaged(pki, sample)).bytes;
    const roots = [pki.root.certificate];
    const receipt = { outcome: 'failed', code: 'receipt-differs', detail: 'x' } as const;
    const reports: readonly JudgedReport[] = [
      reportOn(good),
      reportOn(bad, good),
      await judgeFile(container, { name: 'x', roots: [] }),
      { ...(await judgeFile(container, { name: 'x', roots })), receipt },
      await judgeFile(container.subarray(0, 900), { name: 'x', roots }),
      await judgeFile(new Uint8Array([1, 2, 3]), { name: 'x', roots }),
    ];
    for (const report of reports) {
      const whole = JSON.parse(fromUtf8(reportFile(report, ABOUT, { format: 'json', language: 'sl' }).bytes)) as object;
      expect(schema.safeParse(whole).error).toBeUndefined();
      for (const member of ['about', 'documents', 'verdict']) {
        expect(schema.safeParse({ ...whole, [member]: undefined }).success, member).toBe(false);
      }
    }
  });

  it('refuses what is not of this version', () => {
    const report = machineReport(reportOn(good), ABOUT);
    expect(reportSchema.safeParse({ ...report, version: 2 }).success).toBe(false);
    expect(reportSchema.safeParse({ ...report, indication: 'VALID' }).success).toBe(false);
  });
});

describe('the words of a report', () => {
  it('are there in Slovene for every code that a check can end with', () => {
    const folder = path.resolve(import.meta.dirname, '../../../signing/verification');
    const sources = readdirSync(folder).map((file) => readFileSync(path.join(folder, file), 'utf8'));
    sources.push(readFileSync(path.resolve(folder, '../../kiosk-shell/cli/verify-receipt.ts'), 'utf8'));
    const codes = new Set(
      sources.flatMap((source) =>
        [
          ...source.matchAll(/(?:failed|indeterminate|absent|untrusted|new Fault)\(\s*'([a-z0-9]+(?:-[a-z0-9]+)*)',/g),
        ].map(([, code]) => code!),
      ),
    );
    expect(codes.size).toBeGreaterThan(100);
    const known = (code: string): boolean =>
      code in SLOVENE_SENTENCES || Object.keys(SLOVENE_GROUPS).some((prefix) => code.startsWith(prefix));
    expect([...codes].filter((code) => !known(code))).toEqual([]);
  });

  it('put the plain verdict first and say what decided', () => {
    const page = pageOf(reportOn(bad), 'sl');
    expect(page.headline).toBe('Na to datoteko se ne zanašajte.');
    expect(page.lead[1]).toBe(
      'Datoteka »Pogodba čšž.pdf«, število podpisov: 2, preverjeno 23. 11. 2026 ob 10.00.00 UTC.',
    );
    expect(page.lead[2]).toContain('TOTAL-FAILED / HASH_FAILURE');
    const failing = page.sections.flatMap(({ checks }) => checks).filter(({ outcome }) => outcome === 'failed');
    expect(failing.map(({ code }) => code)).toContain('digest-mismatch');
    expect(failing.every(({ sentenceLanguage }) => sentenceLanguage === 'sl')).toBe(true);
    expect(pageOf(reportOn(good), 'en').headline).toBe('The signatures hold.');
    const untrusted = pageOf(reportOn(good), 'en', { trust: [] });
    expect(untrusted.judged.at(-1)!.value).toBe('none was given, so nobody vouches for any signer');
  });

  it('count time-stamps apart from signatures, and give every time as people read it', () => {
    const [first, ...others] = good.signatures;
    const detail = 'The certificate of the signer was revoked on 2026-11-23T00:00:00.000Z, before the proved time.';
    const revocation = { outcome: 'failed', code: 'certificate-revoked', detail } as const;
    const stamp = { ...first!, kind: 'document-timestamp' } as const;
    const report = reportOn({ ...good, verdict: 'failed', signatures: [{ ...first!, revocation }, ...others, stamp] });
    const english = pageOf(report, 'en');
    expect(english.lead[1]).toContain('with 2 signatures and 1 time-stamp, judged');
    expect(pageOf(report, 'sl').lead[1]).toContain('število podpisov: 2, časovnih žigov: 1, preverjeno');
    expect(english.reasons[0]).toContain('revoked on 2026-11-23 00:00:00 UTC, before');
    expect(JSON.stringify(machineReport(report, ABOUT))).toContain('revoked on 2026-11-23T00:00:00.000Z');
  });

  it('marks a sentence that is there in English only', () => {
    const structure = { outcome: 'failed', code: 'never-heard-of', detail: 'Something new.' } as const;
    const page = pageOf(reportOn({ ...good, structure }), 'sl');
    expect(page.sections[0]!.checks[0]).toMatchObject({ sentence: 'Something new.', sentenceLanguage: 'en' });
    expect(reportHtml(page)).toContain('<span lang="en">Something new.</span>');
  });
});

describe('the page', () => {
  it('is one HTML file that asks for nothing, whatever the names in it are', () => {
    const evil = `<script src="https://x.example/">&'"\u202e`;
    const [one] = good.signatures;
    const report = reportOn({ ...good, name: evil, signatures: [{ ...one!, fieldName: evil, signerName: evil }] });
    const html = reportHtml(pageOf(report, 'en'));
    expect(html).not.toMatch(/<script|<link|<img|<a |src="|href=|url\(|@import|\u202e/);
    expect(
      html.match(/&lt;script src=&quot;https:\/\/x\.example\/&quot;&gt;&amp;&#39;&quot;/g)!.length,
    ).toBeGreaterThan(2);
    expect(html).toContain('<html lang="en">');
  });

  it('can be read by everybody', { timeout: 120_000 }, async (ctx) => {
    requireTool(ctx, 'chromium');
    const browser = await chromium.launch({ executablePath: chromiumPath() ?? '', args: CHROMIUM_ARGS });
    try {
      const context = await browser.newContext();
      const tab = await context.newPage();
      for (const language of REPORT_LANGUAGES) {
        for (const document of [good, bad]) {
          await tab.setContent(reportHtml(pageOf(reportOn(document), language)));
          expect((await new AxeBuilder({ page: tab }).analyze()).violations.map(({ id }) => id)).toEqual([]);
        }
      }
    } finally {
      await browser.close();
    }
  });

  it.each(REPORT_LANGUAGES)('is a tagged PDF with the same words: %s', (language) => {
    const page = pageOf(reportOn(good, bad), language);
    const file = readPdf(reportPdf(page));
    expect(file.pages().length).toBeGreaterThan(1);
    expect(file.catalog.entries.get('Lang')).toMatchObject({
      kind: 'string',
      bytes: new Uint8Array(Buffer.from(language)),
    });
    expect(file.catalog.entries.has('StructTreeRoot')).toBe(true);
  });

  it('is read by others as it was meant', (ctx) => {
    requireTool(ctx, 'pdftotext', 'pdfinfo', 'qpdf');
    const page = pageOf(reportOn(good, bad), 'sl');
    const bytes = reportPdf(page);
    qpdfCheck(bytes);
    const text = pdfText(bytes).replace(/\s+/g, ' ');
    for (const section of page.sections) {
      expect(text).toContain(section.heading);
      for (const check of section.checks) expect(text).toContain(check.sentence);
    }
    for (const line of [...page.judged.map(({ value }) => value), ...page.terms.map(({ meaning }) => meaning)]) {
      expect(text.replace(/ /g, '')).toContain(line.replace(/ /g, ''));
    }
    const sheets = readPdf(bytes).pages().length;
    expect(sheets).toBeGreaterThan(2);
    for (let sheet = 1; sheet <= sheets; sheet += 1) expect(text).toContain(`Stran ${sheet} od ${sheets}`);
    for (const word of pdfWords(bytes)) {
      expect(word.xMin).toBeGreaterThan(50);
      expect(word.xMax).toBeLessThan(595 - 50);
      // The foot stands below the text, and nothing between them.
      if (word.yMax >= 842 - 50) expect(word.yMin).toBeGreaterThan(842 - 45);
    }
  });

  it('is PDF/A-1b, by a validator of others', { timeout: 120_000 }, (ctx) => {
    requireTool(ctx, ...PREFLIGHT);
    expect(preflightFaults(reportPdf(pageOf(reportOn(bad, good), 'sl')))).toEqual([]);
  });

  it('lists twenty signatures in order, and names a reason once', () => {
    const [one] = bad.signatures;
    const signatures = Array.from({ length: 20 }, (_, i) => ({ ...one!, fieldName: `F${i + 1}` }));
    const page = pageOf(reportOn({ ...bad, signatures }, good), 'sl');
    expect(page.signatures.filter(({ document }) => document).map(({ text }) => text)).toEqual([
      'Dokument 1 od 2: Pogodba.pdf',
      'Dokument 2 od 2: Pogodba.pdf',
    ]);
    const listed = page.signatures.filter(({ document }) => !document).map(({ text }) => text);
    expect(listed).toHaveLength(22);
    expect(listed[19]).toMatch(/^20\. .*polje v dokumentu F20.*; ne drži$/);
    const digest = page.reasons.filter((reason) => reason.includes('njen prstni odtis se razlikuje'));
    expect(digest).toHaveLength(1);
    expect(digest[0]).toMatch(/dokument 1, podpis 1; .*podpis 4 in še 16\)$/);
    expect(pageOf(reportOn(good), 'sl').reasons).toEqual([]);
  });

  it('breaks names that are longer than a line, and shows no letter twice', (ctx) => {
    requireTool(ctx, 'pdftotext', 'qpdf');
    const long = 'dolgo'.repeat(80);
    const bytes = reportPdf(pageOf(reportOn({ ...good, name: long }), 'sl'));
    qpdfCheck(bytes);
    expect(pdfText(bytes).replace(/\s+/g, '')).toContain(long);
    for (const word of pdfWords(bytes)) expect(word.xMax).toBeLessThan(595 - 50);
  });
});
