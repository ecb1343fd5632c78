'use client';

import { useEffect, useState, type ReactNode } from 'react';

import type { ReceivedPackage } from '../../../../kiosk-shell/cloud-api.ts';
import type { VerificationReport } from '../../../../signing/verification/verification-report.ts';
import { get, postJson } from '../../../_components/api.ts';
import { useLanguage } from '../../../_components/language.tsx';
import { ReportActions } from '../../../_components/report-actions.tsx';
import { ReportView, Verdict } from '../../../_components/report-view.tsx';
import { deliveryCode, formatBytes, formatDateTime } from '../../../_i18n/format.ts';
import { refusalText } from '../../../_i18n/messages.ts';
import styles from './cloud.module.css';
import { Erasures } from './erasures.tsx';
import { Levels, type Goal } from './level.tsx';

interface Found {
  readonly summary: ReceivedPackage;
  readonly report: VerificationReport | null;
  readonly goal: Goal;
}

export function PackagePage({ digest }: { readonly digest: string }): ReactNode {
  const { t, language } = useLanguage();
  const [found, setFound] = useState<Found | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    let current = true;
    void get<Found>(`/api/cloud/packages/${digest}`).then((answer) => {
      if (!current) return;
      if (answer.ok) setFound(answer.value);
      else setProblem(answer.error.code);
    });
    return () => {
      current = false;
    };
  }, [digest]);

  if (problem !== null) {
    return (
      <div className="notice stop" role="alert">
        <p>{refusalText(t, problem)}</p>
      </div>
    );
  }
  if (found === null) {
    return (
      <p className={styles['muted']} role="status">
        {t.common.loading}
      </p>
    );
  }
  const { summary, report, goal } = found;
  const columns = t.manager.cloudColumns;
  const facts: readonly (readonly [string, string])[] = [
    [columns.tenant, summary.tenant],
    [columns.branch, summary.branch],
    [columns.kiosk, summary.kiosk],
    [columns.arrived, formatDateTime(language, summary.arrivedAt)],
    [columns.size, formatBytes(language, summary.size)],
    [columns.sequence, String(summary.sequence)],
    [t.manager.digest, summary.digest],
    ...(summary.trace === null ? [] : [[t.manager.deliveryCode, deliveryCode(summary.trace)] as const]),
  ];
  return (
    <>
      <h2>{summary.transactionName}</h2>
      {summary.state === 'refused' && summary.reason !== null && (
        <div className="notice stop">
          <p>
            <strong>{t.manager.cloudState.refused}.</strong> {t.manager.reasons[summary.reason]}
          </p>
          {summary.detail !== null && (
            <p lang="en" className={styles['muted']}>
              {summary.detail}
            </p>
          )}
        </div>
      )}
      <dl className={styles['facts']}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Erasures erasures={summary.erasures} />
      {summary.state === 'stored' && (
        <Levels of={summary} names={(report?.documents ?? []).map(({ name }) => name)} goal={goal} />
      )}
      <h2>{t.manager.cloudReport}</h2>
      {report === null ? (
        <p className={styles['muted']}>{t.manager.cloudNoReport}</p>
      ) : (
        <>
          <Verdict report={report} />
          <ReportActions ask={(wanted) => postJson(`/api/cloud/packages/${digest}/report`, wanted)} />
          <ReportView report={report} />
        </>
      )}
    </>
  );
}
