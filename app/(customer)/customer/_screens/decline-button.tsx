'use client';

import { useState, type ReactNode } from 'react';

import { post } from '../../../_components/api.ts';
import { Dialog } from '../../../_components/dialog.tsx';
import { useLanguage } from '../../../_components/language.tsx';
import { refusalText } from '../../../_i18n/messages.ts';
import styles from './customer.module.css';

/** Saying no to the whole thing is always there, and asked once: a slip must not end it. */
export function DeclineButton({
  ceremony,
  className,
}: {
  readonly ceremony: string;
  /** Where it is one way among equals; else it stands quietly aside. */
  readonly className?: string | undefined;
}): ReactNode {
  const { t } = useLanguage();
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const decline = async (): Promise<void> => {
    setBusy(true);
    const result = await post('/api/display/acts/decline', { ceremony });
    if (result.ok) return;
    setBusy(false);
    setProblem(refusalText(t, result.error.code));
  };

  return (
    <>
      <button
        type="button"
        className={`button ${className ?? `quiet ${styles['action']} ${styles['decline']}`}`}
        onClick={() => setOpen(true)}
      >
        {t.customer.decline}
      </button>
      {open && (
        <Dialog title={t.customer.declineTitle} onClose={() => setOpen(false)} className={styles['dialog']}>
          <p>{t.customer.declineText}</p>
          {problem !== null && (
            <div className="notice stop" role="alert">
              <p>{problem}</p>
            </div>
          )}
          <div className={styles['pair']}>
            <button
              type="button"
              className={`button ${styles['action']}`}
              disabled={busy}
              onClick={() => void decline()}
            >
              {t.customer.declineYes}
            </button>
            <button
              type="button"
              className={`button primary ${styles['action']}`}
              disabled={busy}
              onClick={() => setOpen(false)}
            >
              {t.customer.declineBack}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
