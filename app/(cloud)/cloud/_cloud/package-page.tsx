'use client';

import type { ComponentProps, ReactNode } from 'react';

import type { ArchiveState, ReceivedPackage, RetentionView } from '../../../../kiosk-shell/cloud-api.ts';
import type { VerificationReport } from '../../../../signing/verification/verification-report.ts';
import { postJson } from '../../../_components/api.ts';
import { useLanguage } from '../../../_components/language.tsx';
import { ReportActions } from '../../../_components/report-actions.tsx';
import { ReportView, Verdict } from '../../../_components/report-view.tsx';
import { deliveryCode, formatBytes, formatDateTime } from '../../../_i18n/format.ts';
import type { Language } from '../../../_i18n/languages.ts';
import type { Messages } from '../../../_i18n/messages.ts';
import styles from './cloud.module.css';
import { useMay } from './console-frame.tsx';
import { DataSubject } from './data-subject.tsx';
import { Erasures } from './erasures.tsx';
import { documentPath, Levels, type Goal } from './level.tsx';
import { Loaded } from './loaded.tsx';
import { PackagePreview } from './package-preview.tsx';
import { PackageRecords } from './package-records.tsx';
import { useRead } from './use-read.ts';

interface Found {
  readonly summary: ReceivedPackage;
  readonly report: VerificationReport | null;
  readonly goal: Goal;
  readonly holds: RetentionView['holds'];
  readonly archive: ArchiveState | null;
}

export function PackagePage({
  digest,
  onGone,
}: {
  readonly digest: string;
  /** It was destroyed from here. */
  readonly onGone: () => void;
}): ReactNode {
  const read = useRead<Found>(`/api/cloud/packages/${digest}`, null);
  return <Loaded read={read}>{(found) => <Opened found={found} onHeld={read.again} onGone={onGone} />}</Loaded>;
}

function Opened({
  found,
  onHeld,
  onGone,
}: {
  readonly found: Found;
  readonly onHeld: () => void;
  readonly onGone: () => void;
}): ReactNode {
  const { t, language } = useLanguage();
  const may = useMay();
  const { summary, report, goal, holds, archive } = found;
  const { digest } = summary;
  const columns = t.manager.cloudColumns;
  const facts: readonly (readonly [string, string])[] = [
    [columns.tenant, summary.tenant],
    [columns.branch, summary.branch],
    [columns.kiosk, summary.kiosk],
    [columns.arrived, formatDateTime(language, summary.arrivedAt)],
    [columns.size, formatBytes(language, summary.size)],
    [columns.sequence, String(summary.sequence)],
    [t.manager.digest, summary.digest],
    ...(archive === null ? [] : [[t.console.archive, archiveWords(t, language, archive)] as const]),
    ...(summary.trace === null ? [] : [[t.manager.deliveryCode, deliveryCode(summary.trace)] as const]),
  ];
  return (
    <>
      <h2>{summary.transactionName === '' ? summary.transaction : summary.transactionName}</h2>
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
      {report !== null && <Verdict report={report} />}
      <Erasures erasures={summary.erasures} />
      {summary.state === 'stored' && (
        <>
          <PackagePreview of={digest} documents={previewed(found)} />
          <Levels of={summary} names={(report?.documents ?? []).map(({ name }) => name)} goal={goal} />
          <PackageRecords of={summary} holds={holds} onHeld={onHeld} />
        </>
      )}
      <h2>{t.manager.cloudReport}</h2>
      {report === null ? (
        <p className={styles['muted']}>{t.manager.cloudNoReport}</p>
      ) : (
        <>
          <ReportActions ask={(wanted) => postJson(`/api/cloud/packages/${digest}/report`, wanted)} />
          <ReportView report={report} />
        </>
      )}
      {summary.state === 'stored' && may('subjects.manage') && <DataSubject digest={summary.digest} onGone={onGone} />}
    </>
  );
}

function archiveWords(t: Messages, language: Language, { archivedAt, archiveId, reason, dueAt }: ArchiveState): string {
  const { archived, archiveWaits, archiveReason } = t.console;
  if (archivedAt !== null) return archived(formatDateTime(language, archivedAt), archiveId ?? '');
  return archiveWaits(archiveReason[reason ?? ''] ?? '', dueAt === null ? '' : formatDateTime(language, dueAt));
}

/** Each document as it is downloaded: raised, or as it came. */
function previewed({ summary, report }: Found): ComponentProps<typeof PackagePreview>['documents'] {
  return (report?.documents ?? []).map(({ name, digest: asItCame }, index) => {
    const raised = summary.longTerm.find(({ document }) => document === documentPath(index + 1))?.digest ?? null;
    return { number: index + 1, name, digest: raised ?? asItCame };
  });
}
