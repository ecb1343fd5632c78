'use client';

import { useState, type ReactNode } from 'react';

import type { JobView } from '../../../kiosk-shell/kiosk-api/transaction.ts';
import { Dialog } from '../../_components/dialog.tsx';
import dialogStyles from '../../_components/dialog.module.css';
import { useLanguage } from '../../_components/language.tsx';
import styles from './clerk.module.css';

/** Where the transaction came from, until when it may be begun, and the way to another counter. */
export function JobNote({
  job,
  now,
  busy,
  onGiveBack,
}: {
  readonly job: JobView;
  readonly now: number;
  readonly busy: boolean;
  readonly onGiveBack: () => void;
}): ReactNode {
  const { t } = useLanguage();
  const [asking, setAsking] = useState(false);
  if (!job.returnable) return null;
  const isOver = Date.parse(job.expiresAt) <= now;
  return (
    <section className={styles['jobNote']}>
      <p className={isOver ? 'notice waiting' : styles['muted']} role="note">
        {(isOver ? t.jobs.over : t.jobs.text)(job.expiresAt)}
      </p>
      <button type="button" className="button" disabled={busy} onClick={() => setAsking(true)}>
        {t.jobs.giveBack}
      </button>
      {asking && (
        <Dialog title={`${t.jobs.giveBack}?`} onClose={() => setAsking(false)}>
          <p>{t.jobs.giveBackText}</p>
          <div className={dialogStyles['buttons']}>
            <button type="button" className="button" autoFocus onClick={() => setAsking(false)}>
              {t.common.back}
            </button>
            <button
              type="button"
              className="button primary"
              onClick={() => {
                setAsking(false);
                onGiveBack();
              }}
            >
              {t.jobs.giveBack}
            </button>
          </div>
        </Dialog>
      )}
    </section>
  );
}
