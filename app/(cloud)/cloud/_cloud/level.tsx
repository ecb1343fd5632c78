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

/** Each document with its level, and in words why it is no higher; those of which the same is to be said together. */
export function Levels({ documents }: { readonly documents: Documents }): ReactNode {
  const { t } = useLanguage();
  if (documents.length === 0) return null;
  const groups = [
    ...Map.groupBy([...documents.entries()], ([, { level, reason, detail }]) => `${level} ${reason} ${detail}`),
  ].flatMap(([key, [found, ...more]]) =>
    found === undefined ? [] : [[key, { index: found[0], first: found[1], count: more.length + 1 }] as const],
  );
  return (
    <>
      <h2>{t.manager.cloudLevel.title}</h2>
      {groups.map(([key, { first, index, count }]) => (
        <div key={key}>
          <p>
            {count > 1
              ? `${t.common.documents(count)}: ${first.level}`
              : t.manager.cloudLevel.document(index + 1, first.level)}
          </p>
          {first.reason !== null && (
            <div className="notice waiting">
              <p>{t.manager.cloudLevel.lower}</p>
              <p lang="en" className={styles['muted']}>
                {first.detail}
              </p>
            </div>
          )}
        </div>
      ))}
    </>
  );
}
