'use client';

import { useEffect, useState, type ReactNode } from 'react';

import type { AuditEntry } from '../../../../signing/audit/audit-entry.ts';
import type { VerificationReport } from '../../../../signing/verification/verification-report.ts';
import type { TransactionDetail } from '../../../../kiosk-shell/kiosk-api/transaction.ts';
import { get, post, postJson, type Answer } from '../../../_components/api.ts';
import { useLanguage } from '../../../_components/language.tsx';
import { ReportActions } from '../../../_components/report-actions.tsx';
import { ReportView, Verdict } from '../../../_components/report-view.tsx';
import { refusalText } from '../../../_i18n/messages.ts';
import { Captures } from './captures.tsx';
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

  // Each new revision, and what is left after pen data was taken out, is checked once; who opens a transaction wants the
  // verdict, not a button for it. Not while somebody sits there: of fifty documents that is work for each of their
  // signatures, and it would keep the next one waiting.
  const sitting = detail.signatoryList.some(({ state }) => state === 'active');
  const signed = detail.documentList.some(({ placements }) => placements.some(({ signedAt }) => signedAt !== null));
  useEffect(() => {
    if (!signed || sitting) return;
    let current = true;
    void post<VerificationReport>(`${path}/verify`).then((answer: Answer<VerificationReport>) => {
      if (!current) return;
      if (answer.ok) setReport(answer.value);
      else setProblem(answer.error.code);
    });
    return () => {
      current = false;
    };
  }, [path, signed, sitting, revisions, detail.penData.erasures.length]);
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
          ) : report === null && sitting && !checking ? (
            <p className={styles['muted']}>{t.manager.verdictLater}</p>
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
