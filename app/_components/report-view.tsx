'use client';

import type { ReactNode } from 'react';

import {
  BASELINE_LEVELS,
  type Check,
  type VerificationReport,
} from '../../signing/verification/verification-report.ts';
import type { Messages } from '../_i18n/messages.ts';
import { useLanguage } from './language.tsx';
import styles from './report.module.css';

/** "2 signatures, sealed, bound to what was shown, level B-B": one line, and only what holds. */
export function Verdict({ report }: { readonly report: VerificationReport }): ReactNode {
  const { t } = useLanguage();
  const good = report.verdict === 'passed';
  const open = report.verdict === 'indeterminate';
  return (
    <p className={`notice ${good ? 'sealed' : open ? 'waiting' : 'stop'}`}>
      <strong>
        {good ? '✓ ' : '△ '}
        {verdictLine(t, report)}
      </strong>
    </p>
  );
}

function verdictLine(t: Messages, report: VerificationReport): string {
  const all = report.documents.flatMap(({ signatures }) => signatures);
  const holds = (pick: (one: (typeof all)[number]) => Check): boolean =>
    all.length > 0 && all.every((one) => pick(one).outcome === 'passed');
  if (all.length === 0) return t.manager.verdictNone;
  // A document time-stamp has no level of its own.
  const signatures = all.filter(({ kind }) => kind === 'signature');
  const ranks = signatures.map(({ level }) => BASELINE_LEVELS.indexOf(level));
  const lowest = BASELINE_LEVELS[Math.min(...ranks)] ?? 'not-baseline';
  const parts = [
    t.manager.verdictSignatures(all.length),
    ...(holds(({ integrity }) => integrity) ? [t.manager.verdictSealed] : []),
    ...(holds(({ binding }) => binding) ? [t.manager.verdictBound] : []),
    ...(lowest === 'not-baseline' ? [] : [t.manager.verdictLevel(lowest)]),
    ...(report.verdict === 'failed' ? [t.manager.verdictBad] : []),
  ];
  return parts.join(', ');
}

/** Every check judged separately, in words; the sentence of the report stands beside what does not hold. */
export function ReportView({
  report,
  names = {},
}: {
  readonly report: VerificationReport;
  /** What people call a document, by its digest; a package knows numbers only. */
  readonly names?: Readonly<Record<string, string>>;
}): ReactNode {
  const { t } = useLanguage();
  const { checks } = t.manager;
  const holding = report.container.filter(({ outcome }) => outcome === 'passed').length;
  const other = report.container.filter(({ outcome }) => outcome !== 'passed');
  return (
    <div className={styles['report']}>
      {report.documents.map((document) => (
        <details key={document.digest} open={document.verdict === 'failed'}>
          <summary>
            {names[document.digest] ?? document.name} · {t.manager.verdictSignatures(document.signatures.length)}
          </summary>
          <dl className={styles['checks']}>
            <Line label={checks.structure} check={document.structure} />
          </dl>
          {document.signatures.map((one) => (
            <div key={one.fieldName}>
              <h3>{one.signerName ?? one.fieldName}</h3>
              <dl className={styles['checks']}>
                <Line label={checks.integrity} check={one.integrity} />
                <Line label={checks.chain} check={one.chain} />
                <Line label={checks.coverage} check={one.coverage} />
                <Line label={checks.laterChanges} check={one.laterChanges} />
                <Line label={checks.binding} check={one.binding} />
                <Line label={checks.commitment} check={one.commitment} />
                {one.opened.outcome !== 'absent' && <Line label={checks.opened} check={one.opened} />}
              </dl>
            </div>
          ))}
        </details>
      ))}
      <dl className={styles['checks']}>
        {holding > 0 && (
          <>
            <dt>{checks.container}</dt>
            <dd data-outcome="passed">✓ {t.manager.checksHold(holding)}</dd>
          </>
        )}
        {other.map((check, index) => (
          <Line key={`${check.code} ${index}`} label={checks.container} check={check} />
        ))}
        <Line label={checks.audit} check={report.audit} />
      </dl>
    </div>
  );
}

function Line({ label, check }: { readonly label: string; readonly check: Check }): ReactNode {
  const { t } = useLanguage();
  return (
    <>
      <dt>{label}</dt>
      <dd data-outcome={check.outcome}>
        {SIGNS[check.outcome]} {t.manager.outcome[check.outcome]}
        {check.outcome !== 'passed' && check.outcome !== 'absent' && (
          <span lang="en" className={styles['why']}>
            {check.detail}
          </span>
        )}
      </dd>
    </>
  );
}

const SIGNS: Readonly<Record<Check['outcome'], string>> = { passed: '✓', failed: '△', indeterminate: '○', absent: '–' };
