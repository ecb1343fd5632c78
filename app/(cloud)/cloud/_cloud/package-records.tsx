'use client';

import { useState, type ReactNode } from 'react';

import type { ReceivedPackage, RetentionView } from '../../../../kiosk-shell/cloud-api.ts';
import { post, postJson } from '../../../_components/api.ts';
import { download } from '../../../_components/download.ts';
import { useLanguage } from '../../../_components/language.tsx';
import { formatDateTime } from '../../../_i18n/format.ts';
import { consoleRefusal } from '../../../_i18n/messages.ts';
import { ActDialog, ReasonField, textOf } from './act-dialog.tsx';
import styles from './cloud.module.css';
import { useMay } from './console-frame.tsx';

/** The record of a transaction as a file, and a legal hold on it. */
export function PackageRecords({
  of,
  holds,
  onHeld,
}: {
  readonly of: ReceivedPackage;
  readonly holds: RetentionView['holds'];
  readonly onHeld: () => void;
}): ReactNode {
  const { t, language } = useLanguage();
  const words = t.console;
  const may = useMay();
  const [problem, setProblem] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  const save = async (format: 'json' | 'csv'): Promise<void> => {
    const answer = await postJson(`/api/cloud/packages/${of.digest}/audit`, { format }).catch(() => null);
    setProblem(answer?.ok === true ? null : answer === null ? 'offline' : 'not-found');
    if (answer?.ok === true) await download(answer, `audit.${format}`);
  };
  return (
    <section className={styles['records']} aria-labelledby="audit">
      <h2 id="audit">{words.auditTitle}</h2>
      <p className={styles['muted']}>{words.auditText}</p>
      <div className={styles['buttons']}>
        <button type="button" className="button" onClick={() => void save('json')}>
          {words.auditJson}
        </button>
        <button type="button" className="button" onClick={() => void save('csv')}>
          {words.auditCsv}
        </button>
        {may('holds.change') && (
          <button type="button" className="button" onClick={() => setAsking(true)}>
            {words.hold}
          </button>
        )}
      </div>
      {problem !== null && (
        <div className="notice stop" role="alert">
          <p>{consoleRefusal(t, problem)}</p>
        </div>
      )}
      {holds.map(({ id, reason, placedAt }) => (
        <div className="notice waiting" key={id}>
          <p>{words.held(reason)}</p>
          <p className={styles['muted']}>{words.holdBy(formatDateTime(language, placedAt))}</p>
        </div>
      ))}
      {asking && (
        <ActDialog
          title={words.holdTitle}
          text={words.holdText}
          go={words.holdPlace}
          run={(form) =>
            post('/api/cloud/retention/holds', {
              ...{ tenant: of.tenant, scope: { package: of.digest }, reason: textOf(form, 'reason'), endsAt: null },
            })
          }
          onDone={() => {
            setAsking(false);
            onHeld();
          }}
          onClose={() => setAsking(false)}
        >
          <ReasonField />
        </ActDialog>
      )}
    </section>
  );
}
