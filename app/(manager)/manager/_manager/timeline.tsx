'use client';

import type { ReactNode } from 'react';

import type { AuditEntry } from '../../../../signing/audit/audit-entry.ts';
import { useLanguage } from '../../../_components/language.tsx';
import { formatDate, formatTime } from '../../../_i18n/format.ts';
import styles from './manager.module.css';

/** The trail in words: when, what, who. The record itself keeps full precision and is exported whole. */
export function Timeline({ entries }: { readonly entries: readonly AuditEntry[] }): ReactNode {
  const { t, language } = useLanguage();
  if (entries.length === 0) return <p className={styles['muted']}>{t.manager.timelineEmpty}</p>;
  return (
    <ol className={styles['timeline']}>
      {entries.map((entry, index) => {
        const day = formatDate(language, entry.time);
        const before = entries[index - 1];
        return (
          <li key={entry.eventId}>
            {(before === undefined || formatDate(language, before.time) !== day) && (
              <p className={styles['day']}>{day}</p>
            )}
            <div className={styles['event']} data-success={entry.success}>
              <time className="tabular" dateTime={entry.time} title={entry.time}>
                {formatTime(language, entry.time)}
              </time>
              <p>
                {t.manager.events[entry.eventType]}
                {!entry.success && ` (${t.manager.notDone})`}
                {entry.userName !== null && <span className={styles['muted']}> · {entry.userName}</span>}
                {typeof entry.extra['reason'] === 'string' && (
                  <span className={styles['muted']}> · {entry.extra['reason']}</span>
                )}
              </p>
            </div>
          </li>
        );
      })}
    </ol>
  );
}
