'use client';

import { useId, useState, type SubmitEvent, type ReactNode } from 'react';

import { refusalText } from '../_i18n/messages.ts';
import { post } from './api.ts';
import { Dialog } from './dialog.tsx';
import styles from './dialog.module.css';
import { useLanguage } from './language.tsx';

/** An act that needs a reason somebody can read later. */
export function ReasonDialog({
  title,
  text,
  go,
  path,
  onClose,
}: {
  readonly title: string;
  readonly text: string;
  readonly go: string;
  readonly path: string;
  readonly onClose: () => void;
}): ReactNode {
  const { t } = useLanguage();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const field = useId();

  const submit = async (event: SubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const reason = new FormData(event.currentTarget).get('reason');
    setBusy(true);
    setProblem(null);
    const answer = await post(path, { reason });
    setBusy(false);
    if (answer.ok) onClose();
    else setProblem(refusalText(t, answer.error.code));
  };

  return (
    <Dialog title={title} onClose={onClose}>
      <p>{text}</p>
      <form className={styles['form']} onSubmit={(event) => void submit(event)}>
        <div className="field">
          <label htmlFor={field}>{t.manager.reason}</label>
          <textarea className="input" id={field} name="reason" required minLength={3} maxLength={500} autoFocus />
        </div>
        {problem !== null && (
          <div className="notice stop" role="alert">
            <p>{problem}</p>
          </div>
        )}
        <div className={styles['buttons']}>
          <button type="button" className="button" onClick={onClose}>
            {t.common.back}
          </button>
          <button type="submit" className="button danger" disabled={busy}>
            {go}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
