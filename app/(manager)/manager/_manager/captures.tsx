'use client';

import type { ReactNode } from 'react';

import type { DocumentView, PlacementView } from '../../../../kiosk-shell/kiosk-api/documents.ts';
import type { TransactionDetail } from '../../../../kiosk-shell/kiosk-api/transaction.ts';
import { useLanguage } from '../../../_components/language.tsx';
import { formatNumber } from '../../../_i18n/format.ts';
import { roleName } from '../../../_i18n/messages.ts';
import styles from './manager.module.css';

/** How good each capture is; of several documents one group each, closed when there are more than a few. */
export function Captures({ detail }: { readonly detail: TransactionDetail }): ReactNode {
  const { t } = useLanguage();
  const groups = detail.documentList
    .map((document) => ({ document, signed: signedIn(document) }))
    .filter(({ signed }) => signed.length > 0);
  const all = groups.flatMap(({ signed }) => signed);
  if (all.length === 0) return null;
  return (
    <section className={styles['section']} aria-labelledby="captures">
      <h2 id="captures">{t.manager.completeness}</h2>
      {all.length <= FEW ? (
        <CaptureRows captures={all} />
      ) : (
        groups.map(({ document, signed }) => (
          <details key={document.id} className={styles['captureGroup']}>
            <summary>
              {document.name} · {t.manager.verdictSignatures(signed.length)}
            </summary>
            <CaptureRows captures={signed} />
          </details>
        ))
      )}
    </section>
  );
}

const FEW = 10;

function signedIn({ placements }: DocumentView): readonly PlacementView[] {
  return placements.filter((one) => one.signedAt !== null && (one.kind === 'signature' || one.kind === 'initials'));
}

function CaptureRows({ captures }: { readonly captures: readonly PlacementView[] }): ReactNode {
  const { t, language } = useLanguage();
  const facts = ({ completeness }: PlacementView): string => {
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
    <ul className={styles['captures']}>
      {captures.map((one) => (
        <li key={one.id}>
          <strong>{one.label === '' ? t.common.kind[one.kind] : one.label}</strong>, {roleName(t, one.role)}
          <span className={`tabular ${styles['muted']}`}>{facts(one)}</span>
        </li>
      ))}
    </ul>
  );
}
