'use client';

import { useState, type ReactNode } from 'react';

import type { AuditEntry } from '../../../../signing/audit/audit-entry.ts';
import type { SignatoryView } from '../../../../kiosk-shell/kiosk-api/ceremony.ts';
import { useLanguage } from '../../../_components/language.tsx';
import { evidenceReason } from '../../../_i18n/evidence.ts';
import { formatDate, formatTime } from '../../../_i18n/format.ts';
import { roleName } from '../../../_i18n/messages.ts';
import styles from './manager.module.css';

/** What the signatory does: the trail names the clerk at whose counter it happened, a reader wants to know who acted. */
const OF_SIGNATORY: ReadonlySet<AuditEntry['eventType']> = new Set([
  'review.finished',
  'consent.given',
  'consent.refused',
  'ceremony.declined',
  'capture.started',
  'capture.cleared',
  'capture.questioned',
  'signature.sealed',
  'ceremony.completed',
]);

/** Twenty people and fifty documents leave thousands of entries: earlier ones are shown when asked for. */
const NEWEST = 200;

/** The trail in words: when, what, who. The record itself keeps full precision and is exported whole. */
export function Timeline({
  entries,
  signatories,
}: {
  readonly entries: readonly AuditEntry[];
  readonly signatories: readonly SignatoryView[];
}): ReactNode {
  const { t, language } = useLanguage();
  const [all, setAll] = useState(false);
  const hidden = all ? 0 : Math.max(0, entries.length - NEWEST);
  const actor = (entry: AuditEntry): string | null => {
    const signatory = OF_SIGNATORY.has(entry.eventType)
      ? signatories.find(({ id }) => id === entry.signatoryId)
      : undefined;
    return signatory === undefined ? entry.userName : roleName(t, signatory.role);
  };
  if (entries.length === 0) return <p className={styles['muted']}>{t.manager.timelineEmpty}</p>;
  return (
    <ol className={styles['timeline']}>
      {hidden > 0 && (
        <li>
          <button type="button" className="button quiet" onClick={() => setAll(true)}>
            {t.manager.timelineEarlier(hidden)}
          </button>
        </li>
      )}
      {entries.slice(hidden).map((entry, at) => {
        const index = hidden + at;
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
                {actor(entry) !== null && <span className={styles['muted']}> · {actor(entry)}</span>}
                {typeof entry.extra['reason'] === 'string' && (
                  <span className={styles['muted']}> · {entry.extra['reason']}</span>
                )}
                {typeof entry.extra['level'] === 'string' && (
                  <span className={styles['muted']}> · {entry.extra['level']}</span>
                )}
                {typeof entry.extra['levelReason'] === 'string' && (
                  <span className={styles['muted']}> · {evidenceReason(t.evidence, entry.extra['levelReason'])}</span>
                )}
              </p>
            </div>
          </li>
        );
      })}
    </ol>
  );
}
