'use client';

import type { ReactNode } from 'react';

import { useLanguage } from '../../../_components/language.tsx';
import type { DisplayView } from '../../../../kiosk-shell/kiosk-api/display.ts';
import { noticeOf } from '../../../../signing/ceremony/notices.ts';
import styles from './customer.module.css';
import { DeclineButton } from './decline-button.tsx';
import { useConsentAnswer } from './use-consent-answer.ts';

/** Its own question on one plain screen; No is as large as Yes, far from it, and leads on just the same. */
export function ConsentScreen({ view }: { readonly view: Extract<DisplayView, { kind: 'consent' }> }): ReactNode {
  const { t, language } = useLanguage();
  const { answer, busy, problem } = useConsentAnswer(view.ceremony);
  const notice = noticeOf(language, view, view.noticeVersion);
  if (notice === null) throw new Error('the kiosk asks for a notice there never was');

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
        <h2>{notice.question}</h2>
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
        <button
          type="button"
          className={`button ${styles['answer']}`}
          disabled={busy}
          onClick={() => void answer('biometric')}
        >
          {notice.yes}
        </button>
      </div>
    </div>
  );
}
