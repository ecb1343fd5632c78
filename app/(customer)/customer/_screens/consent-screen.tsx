'use client';

import { useState, type ReactNode } from 'react';

import { post } from '../../../_components/api.ts';
import { useLanguage } from '../../../_components/language.tsx';
import { refusalText } from '../../../_i18n/messages.ts';
import type { DisplayView } from '../../../../kiosk-shell/kiosk-api/display.ts';
import { noticeOf } from '../../../../signing/ceremony/notices.ts';
import styles from './customer.module.css';
import { DeclineButton } from './decline-button.tsx';
import { useSettled } from '../../../_components/use-settled.ts';

/** Its own question on one plain screen; No is as large as Yes, far from it, and leads on just the same. */
export function ConsentScreen({ view }: { readonly view: Extract<DisplayView, { kind: 'consent' }> }): ReactNode {
  const { t, language } = useLanguage();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const isSettled = useSettled(view.ceremony);
  const notice = noticeOf(language, view, view.noticeVersion);
  if (notice === null) throw new Error('the kiosk asks for a notice there never was');

  const answer = async (given: 'biometric' | 'picture-only'): Promise<void> => {
    if (!isSettled()) return;
    setBusy(true);
    setProblem(null);
    const result = await post('/api/display/acts/consent', { ceremony: view.ceremony, answer: given, language });
    if (result.ok) return;
    setBusy(false);
    setProblem(refusalText(t, result.error.code));
  };

  return (
    <div className={`${styles['step']} ${styles['ask']}`}>
      <div className={styles['consent']} tabIndex={0} role="region" aria-labelledby="notice-title">
        <p className={styles['lead']}>{t.customer.consentLead}</p>
        <h1 id="notice-title">{notice.title}</h1>
        {notice.paragraphs.map((paragraph) => (
          <p key={paragraph}>{paragraph}</p>
        ))}
      </div>
      <div className={styles['question']}>
        {problem !== null && (
          <div className="notice stop" role="alert">
            <p>{problem}</p>
          </div>
        )}
        {view.recordable ? (
          <h2>{notice.question}</h2>
        ) : (
          <div className="notice waiting" role="status">
            <p>{t.customer.notRecordable}</p>
          </div>
        )}
      </div>
      <div className={styles['answers']}>
        <button
          type="button"
          className={`button ${styles['answer']}`}
          disabled={busy}
          onClick={() => void answer('picture-only')}
        >
          {notice.no}
        </button>
        <DeclineButton ceremony={view.ceremony} />
        {view.recordable && (
          <button
            type="button"
            className={`button ${styles['answer']}`}
            disabled={busy}
            onClick={() => void answer('biometric')}
          >
            {notice.yes}
          </button>
        )}
      </div>
    </div>
  );
}
