'use client';

import type { ReactNode } from 'react';

import { useLanguage } from '../../../_components/language.tsx';
import type { CaptureView } from '../../../../kiosk-shell/kiosk-api/capture.ts';
import styles from './customer.module.css';

/** Nothing, a dot or a short stroke: kindly asked once. */
export function DoubtQuestion({
  doubt,
  busy,
  onAnswer,
}: {
  readonly doubt: NonNullable<CaptureView['doubt']>;
  readonly busy: boolean;
  readonly onAnswer: (keep: boolean) => void;
}): ReactNode {
  const { t } = useLanguage();
  return (
    <div className={styles['doubt']} role="alertdialog" aria-labelledby="doubt-title" aria-describedby="doubt-text">
      <div>
        <h2 id="doubt-title">{t.customer.doubt[doubt].title}</h2>
        <p id="doubt-text">{t.customer.doubt[doubt].text}</p>
      </div>
      <div className={styles['answers']}>
        <button type="button" className={`button ${styles['answer']}`} disabled={busy} onClick={() => onAnswer(false)}>
          {t.customer.again}
        </button>
        {doubt !== 'blank' && (
          <button type="button" className={`button ${styles['answer']}`} disabled={busy} onClick={() => onAnswer(true)}>
            {t.customer.keep}
          </button>
        )}
      </div>
    </div>
  );
}
