import { createElement, type ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { beforeAll, describe, expect, it } from 'vitest';

import { LanguageProvider } from '../../app/_components/language.tsx';
import { ReportView, Verdict } from '../../app/_components/report-view.tsx';
import type { Language } from '../../app/_i18n/languages.ts';
import { absent } from '../../signing/verification/checks.ts';
import type { VerificationReport } from '../../signing/verification/verification-report.ts';
import { verifyPdf } from '../../signing/verification/verify-pdf.ts';
import { FIRST, sealed } from '../signing/verification/samples.ts';
import { makePki } from '../support/seal-fixtures.ts';

let good: VerificationReport;
let bad: VerificationReport;
beforeAll(async () => {
  const pki = makePki('p256');
  const { bytes } = await sealed(pki, [FIRST]);
  const judge = async (file: Uint8Array): Promise<VerificationReport> => {
    const document = await verifyPdf(file, { name: 'Pogodba.pdf', roots: [pki.root.certificate] });
    const audit = absent('no-audit', 'A PDF carries no audit trail.');
    return { kind: 'pdf', verdict: document.verdict, documents: [document], container: [], audit };
  };
  good = await judge(bytes);
  bad = await judge(Uint8Array.from(bytes, (byte, i) => (i === 900 ? byte ^ 1 : byte)));
});

/** What a screen shows, as text. */
function shown(language: Language, ...views: readonly ReactNode[]): string {
  const html = renderToStaticMarkup(
    createElement(LanguageProvider, {
      initial: language,
      remember: false,
      children: createElement('div', {}, ...views),
    }),
  );
  return html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
}

describe('a report on screen', () => {
  it('says the words of the standard, the level, the later changes and each check', () => {
    const text = shown('sl', createElement(Verdict, { report: good }), createElement(ReportView, { report: good }));
    for (const words of [
      'EN 319 102-1: TOTAL-PASSED',
      'Dosežena raven PAdES B-B: podpisano',
      'Spremenjeno pozneje nič',
      'Od podpisa nespremenjeno ✓ drži',
      'Potrdilo ni bilo preklicano – ni bilo presojano',
    ]) {
      expect(text).toContain(words);
    }
    expect(text).not.toContain('Zajem odprt');
  });

  it('counts time-stamps apart, which neither have a level nor are bound to what was shown', () => {
    const [document] = good.documents;
    const [first] = document!.signatures;
    const passed = { outcome: 'passed', code: 'binding-valid', detail: '' } as const;
    const signature = { ...first!, level: 'B-LTA', binding: passed } as const;
    const stamp = { ...first!, kind: 'document-timestamp', binding: absent('no-binding', '') } as const;
    const report = { ...good, documents: [{ ...document!, signatures: [signature, stamp, stamp] }] };
    const english = shown('en', createElement(Verdict, { report }), createElement(ReportView, { report }));
    expect(english).toContain('1 signature, 2 time-stamps, sealed, bound to what was shown, level B-LTA');
    expect(english).toContain('Pogodba.pdf · 1 signature, 2 time-stamps');
    expect(shown('sl', createElement(Verdict, { report }))).toContain('1 podpis, 2 časovna žiga, ');
  });

  it('says why something does not hold in the language of the screen', () => {
    const slovene = shown('sl', createElement(Verdict, { report: bad }), createElement(ReportView, { report: bad }));
    expect(slovene).toMatch(/^ *△ Ne drži: glejte spodaj\. 1 podpis/);
    expect(slovene).toContain('EN 319 102-1: TOTAL-FAILED / HASH_FAILURE');
    expect(slovene).toContain('△ ne drži Vsebina ni tista, ki je bila podpisana');
    const english = shown('en', createElement(ReportView, { report: bad }));
    expect(english).toContain('△ fails The signed bytes are not the ones that were signed');
  });
});
