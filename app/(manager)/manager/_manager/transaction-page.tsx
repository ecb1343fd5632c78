'use client';

import { useEffect, useState, type ReactNode } from 'react';

import type { AuditEntry } from '../../../../signing/audit/audit-entry.ts';
import type { VerificationReport } from '../../../../signing/verification/verification-report.ts';
import type { PlacementView } from '../../../../kiosk-shell/kiosk-api/documents.ts';
import type { TransactionDetail } from '../../../../kiosk-shell/kiosk-api/transaction.ts';
import { get, post, postJson, type Answer } from '../../../_components/api.ts';
import { useLanguage } from '../../../_components/language.tsx';
import { ReportActions } from '../../../_components/report-actions.tsx';
import { ReportView, Verdict } from '../../../_components/report-view.tsx';
import { formatNumber } from '../../../_i18n/format.ts';
import { refusalText, roleName } from '../../../_i18n/messages.ts';
import styles from './manager.module.css';
import { ManagerActions } from './manager-actions.tsx';
import { Preview } from './preview.tsx';
import { Timeline } from './timeline.tsx';

/** One transaction: preview, verdict in one line, who did what when, how good the captures are, and what to do. */
export function TransactionPage({ detail }: { readonly detail: TransactionDetail }): ReactNode {
  const { t } = useLanguage();
  const path = `/api/transactions/${encodeURIComponent(detail.id)}`;
  const [entries, setEntries] = useState<readonly AuditEntry[]>([]);
  const [report, setReport] = useState<VerificationReport | null>(null);
  const [checking, setChecking] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const revisions = detail.documentList.map(({ digest }) => digest).join(' ');

  useEffect(() => {
    let current = true;
    void get<readonly AuditEntry[]>(`${path}/audit`, true).then((answer) => {
      if (current && answer.ok) setEntries(answer.value);
    });
    return () => {
      current = false;
    };
  }, [path, detail.changedAt, detail.delivery, detail.review]);

  // Each new revision is checked once; who opens a transaction wants the verdict, not a button for it.
  const signed = detail.documentList.some(({ placements }) => placements.some(({ signedAt }) => signedAt !== null));
  useEffect(() => {
    if (!signed) return;
    let current = true;
    void post<VerificationReport>(`${path}/verify`).then((answer: Answer<VerificationReport>) => {
      if (!current) return;
      if (answer.ok) setReport(answer.value);
      else setProblem(answer.error.code);
    });
    return () => {
      current = false;
    };
  }, [path, signed, revisions]);
  const again = async (): Promise<void> => {
    setChecking(true);
    setProblem(null);
    const answer = await post<VerificationReport>(`${path}/verify`);
    setChecking(false);
    if (answer.ok) setReport(answer.value);
    else setProblem(answer.error.code);
  };

  return (
    <>
      <main id="content" className={styles['page']} tabIndex={-1}>
        <header className={styles['pageTop']}>
          <h1 title={detail.name}>{detail.name}</h1>
          <p className={styles['muted']}>
            {t.clerk.state[detail.state]} · {t.common.documents(detail.documents)} ·{' '}
            {t.clerk.signedOf(detail.signatoriesDone, detail.signatories)} · {t.clerk.delivery[detail.delivery]}
          </p>
        </header>
        <section className={styles['section']} aria-labelledby="verdict">
          <div className={styles['sectionTop']}>
            <h2 id="verdict">{t.manager.verdict}</h2>
            {signed && (
              <button type="button" className="button quiet" disabled={checking} onClick={() => void again()}>
                {t.manager.verifyAgain}
              </button>
            )}
          </div>
          {!signed ? (
            <p className={styles['muted']}>{t.manager.verdictNone}</p>
          ) : problem !== null ? (
            <div className="notice stop" role="alert">
              <p>{refusalText(t, problem)}</p>
            </div>
          ) : report === null || checking ? (
            <p className={`pulse ${styles['muted']}`} role="status">
              {t.manager.verifying}
            </p>
          ) : (
            <>
              <Verdict report={report} />
              <ReportActions ask={(wanted) => postJson(`${path}/report`, wanted)} />
              <ReportView
                report={report}
                names={Object.fromEntries(detail.documentList.map(({ digest, name }) => [digest, name]))}
              />
            </>
          )}
          {detail.deliveryProblem !== null && (
            <div className="notice stop">
              <p>
                {t.manager.deliveryProblem}{' '}
                {(t.manager.reasons as Readonly<Record<string, string>>)[detail.deliveryProblem] ??
                  detail.deliveryProblem}
              </p>
            </div>
          )}
        </section>
        <Captures detail={detail} />
        <section className={styles['section']} aria-labelledby="preview">
          <h2 id="preview">{t.manager.preview}</h2>
          <Preview detail={detail} />
        </section>
      </main>
      <aside className={styles['side']} aria-label={t.manager.timeline}>
        <ManagerActions detail={detail} path={path} />
        <section className={styles['timelineBox']} tabIndex={0} role="region" aria-labelledby="timeline">
          <h2 id="timeline">{t.manager.timeline}</h2>
          <Timeline entries={entries} signatories={detail.signatoryList} />
        </section>
      </aside>
    </>
  );
}

function Captures({ detail }: { readonly detail: TransactionDetail }): ReactNode {
  const { t, language } = useLanguage();
  const signed = detail.documentList
    .flatMap(({ placements }) => placements)
    .filter((one) => one.signedAt !== null && (one.kind === 'signature' || one.kind === 'initials'));
  if (signed.length === 0) return null;
  const facts = (one: PlacementView): string => {
    const { completeness } = one;
    if (completeness === undefined || completeness === null) return t.manager.completenessNone;
    const { word, samples, rate, longestGapMs, lostReports } = completeness;
    return [
      t.manager.completenessWord[word],
      t.manager.samples(samples),
      t.manager.rate(formatNumber(language, rate)),
      t.manager.longestGap(formatNumber(language, longestGapMs)),
      ...(lostReports === null ? [] : [t.manager.lost(lostReports)]),
    ].join(' · ');
  };
  return (
    <section className={styles['section']} aria-labelledby="captures">
      <h2 id="captures">{t.manager.completeness}</h2>
      <ul className={styles['captures']}>
        {signed.map((one) => (
          <li key={one.id}>
            <strong>{one.label === '' ? t.common.kind[one.kind] : one.label}</strong>, {roleName(t, one.role)}
            <span className={`tabular ${styles['muted']}`}>{facts(one)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
