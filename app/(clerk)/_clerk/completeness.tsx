'use client';

import type { ReactNode } from 'react';

import type { CeremonyView } from '../../../kiosk-shell/kiosk-api/ceremony.ts';
import type { TransactionDetail } from '../../../kiosk-shell/kiosk-api/transaction.ts';
import { useLanguage } from '../../_components/language.tsx';
import { formatNumber } from '../../_i18n/format.ts';
import styles from './clerk.module.css';

/** Of fifty signatures in a sitting the last ones are what the clerk looks at; the others when asked for. */
const LATEST = 3;

/** Of each signature of this ceremony: one word on its pen data, the figures when asked for. */
export function Completeness({
  detail,
  ceremony,
}: {
  readonly detail: TransactionDetail;
  readonly ceremony: CeremonyView;
}): ReactNode {
  const { t, language } = useLanguage();
  if (ceremony.signed.length === 0) return null;
  const placements = detail.documentList.flatMap((document) => document.placements);
  const earlier = ceremony.signed.slice(0, -LATEST);
  const rows = (signed: CeremonyView['signed']): ReactNode => (
    <ul className={styles['completeness']}>
      {signed.map(({ placement, completeness }) => {
        const found = placements.find(({ id }) => id === placement);
        const name =
          found === undefined || found.label === '' ? t.common.kind[found?.kind ?? 'signature'] : found.label;
        const said = completeness === null ? t.capture.completenessNone : t.capture.completenessWord[completeness.word];
        return (
          <li key={placement}>
            <p>
              ✓ {name} <span className={styles['muted']}>· {t.capture.completeness}:</span> {said}
            </p>
            {completeness !== null && (
              <details>
                <summary>{t.capture.figures}</summary>
                <p className={`tabular ${styles['muted']}`}>
                  {[
                    t.manager.samples(completeness.samples),
                    t.manager.rate(formatNumber(language, completeness.rate)),
                    t.manager.longestGap(formatNumber(language, completeness.longestGapMs)),
                    ...(completeness.lostReports === null ? [] : [t.manager.lost(completeness.lostReports)]),
                  ].join(' · ')}
                </p>
              </details>
            )}
          </li>
        );
      })}
    </ul>
  );
  return (
    <>
      {earlier.length > 0 && (
        <details className={styles['completeness']}>
          <summary>{t.clerk.earlierSigned(earlier.length)}</summary>
          {rows(earlier)}
        </details>
      )}
      {rows(ceremony.signed.slice(-LATEST))}
    </>
  );
}
