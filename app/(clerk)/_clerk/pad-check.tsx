'use client';

import { useEffect, useRef, useState, type ReactNode } from 'react';

import { post } from '../../_components/api.ts';
import { useLanguage } from '../../_components/language.tsx';
import { useSettled } from '../../_components/use-settled.ts';
import { refusalText } from '../../_i18n/messages.ts';
import styles from './clerk.module.css';

/** More than one pad: ink is taken once the clerk has seen the same word on the one before the customer. */
export function PadCheck({
  ceremony,
  word,
  onProblem,
}: {
  readonly ceremony: string;
  readonly word: string;
  readonly onProblem: (problem: string | null) => void;
}): ReactNode {
  const { t } = useLanguage();
  const [busy, setBusy] = useState(false);
  const yes = useRef<HTMLButtonElement>(null);
  const isSettled = useSettled(word);
  // A second word comes after No, which had the focus.
  useEffect(() => yes.current?.focus(), [word]);
  const answer = async (matches: boolean): Promise<void> => {
    if (busy || !isSettled()) return;
    setBusy(true);
    onProblem(null);
    const answered = await post(`/api/ceremonies/${encodeURIComponent(ceremony)}/pad-check`, { matches });
    setBusy(false);
    if (!answered.ok) onProblem(refusalText(t, answered.error.code));
  };
  return (
    <div className={styles['padCheck']} role="group" aria-labelledby="pad-check">
      <h3 id="pad-check">{t.capture.padCheck.title}</h3>
      <p className={styles['padWord']} aria-live="assertive">
        {word}
      </p>
      <p className={styles['muted']}>{t.capture.padCheck.text}</p>
      <div className={styles['padAnswers']}>
        <button type="button" className="button" aria-disabled={busy} onClick={() => void answer(false)}>
          {t.capture.padCheck.no}
        </button>
        <button
          type="button"
          className="button primary"
          ref={yes}
          aria-disabled={busy}
          onClick={() => void answer(true)}
        >
          {t.capture.padCheck.yes}
        </button>
      </div>
    </div>
  );
}
