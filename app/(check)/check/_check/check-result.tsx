'use client';

import type { ReactNode } from 'react';

import type { CheckedFile } from '../../../../kiosk-shell/kiosk-api/report.ts';
import { reportPage } from '../../../../signing/report/report-page.ts';
import { REPORT_WORDS } from '../../../../signing/report/words.ts';
import { useLanguage } from '../../../_components/language.tsx';
import { ReportActions } from '../../../_components/report-actions.tsx';
import { OutcomeSign, ReportView } from '../../../_components/report-view.tsx';
import styles from './check.module.css';

const NOTICE = { passed: 'sealed', failed: 'stop', indeterminate: 'waiting', absent: 'waiting' } as const;

/** The page of the report on screen, in its own words and order: conclusion, why, what was checked, signatures, every check. */
export function CheckResult({ file, checked }: { readonly file: File; readonly checked: CheckedFile }): ReactNode {
  const { t, language } = useLanguage();
  const { headings } = REPORT_WORDS[language];
  const page = reportPage(checked.report, checked.about, language);
  return (
    <>
      <div className={`notice ${NOTICE[page.tone]}`}>
        <h2>
          <OutcomeSign outcome={page.tone} /> {page.headline}
        </h2>
        {page.lead.map((line) => (
          <p key={line}>{line}</p>
        ))}
      </div>
      <ReportActions
        ask={({ format, language: wanted }) => {
          const form = new FormData();
          form.append('file', file, file.name);
          form.append('format', format);
          form.append('language', wanted);
          return fetch('/api/check', { method: 'POST', body: form, cache: 'no-store' });
        }}
      />
      {page.reasons.length > 0 && (
        <section aria-labelledby="why">
          <h2 id="why">{headings.why}</h2>
          <ul className={styles['reasons']}>
            {page.reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </section>
      )}
      {page.signatures.length > 0 && (
        <section aria-labelledby="signatures">
          <h2 id="signatures">{headings.signatures}</h2>
          <ul className={styles['signatures']}>
            {page.signatures.map(({ text, outcome, document }) => (
              <li key={text} data-document={document}>
                <OutcomeSign outcome={outcome} /> {text}
              </li>
            ))}
          </ul>
        </section>
      )}
      <section aria-labelledby="judged">
        <h2 id="judged">{headings.judged}</h2>
        <dl className={styles['judged']}>
          {page.judged.map(({ label, value }) => (
            <div key={`${label} ${value}`}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </section>
      <section aria-labelledby="details">
        <h2 id="details">{t.check.details}</h2>
        <ReportView report={checked.report} />
      </section>
      <section aria-labelledby="terms">
        <h2 id="terms">{headings.terms}</h2>
        <dl className={styles['terms']}>
          {page.terms.map(({ term, meaning }) => (
            <div key={term}>
              <dt>{term}</dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
        {page.notes.map((note) => (
          <p key={note} className={styles['muted']}>
            {note}
          </p>
        ))}
      </section>
    </>
  );
}
