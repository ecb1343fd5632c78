'use client';

import type { ReactNode } from 'react';

import type { ReceivedPackage } from '../../../../kiosk-shell/cloud-api.ts';
import { useLanguage } from '../../../_components/language.tsx';
import { Sign } from '../../../_components/sign.tsx';
import styles from './cloud.module.css';

type Documents = ReceivedPackage['longTerm'];

/** Lowest first, as the standard counts them (EN 319 142-1). */
const LEVELS = ['not-baseline', 'B-B', 'B-T', 'B-LT', 'B-LTA'] as const;

/** The lowest level in a package, and whether something keeps it from being higher. */
export function Level({ documents }: { readonly documents: Documents }): ReactNode {
  const { t } = useLanguage();
  const lowest = LEVELS.find((level) => documents.some((one) => one.level === level));
  if (lowest === undefined) return <span className={styles['muted']}>{t.manager.cloudLevel.waiting}</span>;
  const isKept = documents.some(({ reason }) => reason !== null);
  return (
    <>
      <Sign shape={isKept ? 'wait' : 'good'} /> {lowest}
    </>
  );
}

/** Each document with its level, and in words why it is no higher. */
export function Levels({ documents }: { readonly documents: Documents }): ReactNode {
  const { t } = useLanguage();
  if (documents.length === 0) return null;
  return (
    <>
      <h2>{t.manager.cloudLevel.title}</h2>
      {documents.map(({ document, level, reason, detail }, index) => (
        <div key={document}>
          <p>{t.manager.cloudLevel.document(index + 1, level)}</p>
          {reason !== null && (
            <div className="notice waiting">
              <p>{t.manager.cloudLevel.lower}</p>
              <p lang="en" className={styles['muted']}>
                {detail}
              </p>
            </div>
          )}
        </div>
      ))}
    </>
  );
}
