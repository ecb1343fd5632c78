'use client';

import type { ReactNode } from 'react';

import {
  BASELINE_LEVELS,
  type Check,
  type VerificationReport,
} from '../../signing/verification/verification-report.ts';
import { SIGNATURE_AREAS } from '../../signing/report/report-overview.ts';
import { etsiText, sentenceOf } from '../../signing/report/report-page.ts';
import type { ReportArea } from '../../signing/report/report-words.ts';
import { REPORT_WORDS } from '../../signing/report/words.ts';
import { wordsOfReport, wordsOfSignature } from '../../signing/verification/etsi-words.ts';
import type { Messages } from '../_i18n/messages.ts';
import { useLanguage } from './language.tsx';
import styles from './report.module.css';

/** "2 signatures, sealed, bound to what was shown, level B-B": one line, and only what holds. */
export function Verdict({ report }: { readonly report: VerificationReport }): ReactNode {
  const { t } = useLanguage();
  const good = report.verdict === 'passed';
  const open = report.verdict === 'indeterminate';
  const words = wordsOfReport(report);
  return (
    <p className={`notice ${good ? 'sealed' : open ? 'waiting' : 'stop'}`}>
      <strong>
        {good ? '✓ ' : '△ '}
        {verdictLine(t, report)}
      </strong>
      {words !== null && <span className={styles['why']}>EN 319 102-1: {etsiText(words)}</span>}
    </p>
  );
}

function verdictLine(t: Messages, report: VerificationReport): string {
  const all = report.documents.flatMap(({ signatures }) => signatures);
  if (all.length === 0) return t.manager.verdictNone;
  // A document time-stamp has no level of its own, and is bound to nothing that was shown.
  const signatures = all.filter(({ kind }) => kind === 'signature');
  const holds = (pick: (one: (typeof all)[number]) => Check): boolean =>
    signatures.length > 0 && signatures.every((one) => pick(one).outcome === 'passed');
  const ranks = signatures.map(({ level }) => BASELINE_LEVELS.indexOf(level));
  const lowest = BASELINE_LEVELS[Math.min(...ranks)] ?? 'not-baseline';
  const parts = [
    counted(t, all),
    ...(holds(({ integrity }) => integrity) ? [t.manager.verdictSealed] : []),
    ...(holds(({ binding }) => binding) ? [t.manager.verdictBound] : []),
    ...(lowest === 'not-baseline' ? [] : [t.manager.verdictLevel(lowest)]),
  ];
  const said = parts.join(', ');
  return report.verdict === 'failed' ? `${t.manager.verdictBad}. ${said}` : said;
}

/** "2 signatures, 1 time-stamp". */
function counted(t: Messages, all: VerificationReport['documents'][number]['signatures']): string {
  const stamps = all.filter(({ kind }) => kind === 'document-timestamp').length;
  const signatures = t.manager.verdictSignatures(all.length - stamps);
  return stamps === 0 ? signatures : `${signatures}, ${t.manager.verdictStamps(stamps)}`;
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
  const { t, language } = useLanguage();
  const { facts, levels, changes, time } = REPORT_WORDS[language];
  const holding = report.container.filter(({ outcome }) => outcome === 'passed').length;
  const other = report.container.filter(({ outcome }) => outcome !== 'passed');
  return (
    <div className={styles['report']}>
      {report.documents.map((document) => (
        <details key={document.digest} open={document.verdict === 'failed'}>
          <summary>
            {names[document.digest] ?? document.name} · {counted(t, document.signatures)}
          </summary>
          <dl className={styles['checks']}>
            <Line area="structure" check={document.structure} />
          </dl>
          {document.signatures.map((one) => (
            <div key={`${one.fieldName} ${one.revision}`}>
              <h3>{one.signerName ?? one.fieldName}</h3>
              <dl className={styles['checks']}>
                <Fact label={facts.indication} value={etsiText(wordsOfSignature(one))} />
                {one.timestamp.time !== null && (
                  <Fact label={facts.provedTime} value={time(new Date(one.timestamp.time))} />
                )}
                {one.kind === 'signature' && <Fact label={facts.level} value={levels[one.level]} />}
                <Fact label={facts.later} value={changes[one.laterChanges.level]} />
                {SIGNATURE_AREAS.filter((area) => one[area].outcome !== 'absent' || !QUIET.has(area)).map((area) => (
                  <Line key={area} area={area} check={one[area]} />
                ))}
              </dl>
            </div>
          ))}
        </details>
      ))}
      <dl className={styles['checks']}>
        {holding > 0 && (
          <>
            <dt>{REPORT_WORDS[language].areas.container}</dt>
            <dd data-outcome="passed">✓ {t.manager.checksHold(holding)}</dd>
          </>
        )}
        {other.map((check, index) => (
          <Line key={`${check.code} ${index}`} area="container" check={check} />
        ))}
        {(report.kind === 'package' || report.audit.outcome !== 'absent') && <Line area="audit" check={report.audit} />}
      </dl>
    </div>
  );
}

/** Of these nothing is said where they are not there: an escrow key is never given here. */
const QUIET: ReadonlySet<ReportArea> = new Set(['opened']);

function Fact({ label, value }: { readonly label: string; readonly value: string }): ReactNode {
  return (
    <>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </>
  );
}

function Line({ area, check }: { readonly area: ReportArea; readonly check: Check }): ReactNode {
  const { language } = useLanguage();
  const words = REPORT_WORDS[language];
  const { sentence, sentenceLanguage } = sentenceOf(language, area, check);
  return (
    <>
      <dt>{words.areas[area]}</dt>
      <dd data-outcome={check.outcome}>
        <OutcomeSign outcome={check.outcome} /> {words.outcomes[check.outcome]}
        {check.outcome !== 'passed' && check.outcome !== 'absent' && (
          <span lang={sentenceLanguage} className={styles['why']}>
            {sentence}
          </span>
        )}
      </dd>
    </>
  );
}

/** Beside the word, for who does not see its colour. */
export function OutcomeSign({ outcome }: { readonly outcome: Check['outcome'] }): ReactNode {
  return <span aria-hidden="true">{SIGNS[outcome]}</span>;
}

const SIGNS: Readonly<Record<Check['outcome'], string>> = { passed: '✓', failed: '△', indeterminate: '○', absent: '–' };
