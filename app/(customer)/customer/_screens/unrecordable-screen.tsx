'use client';

import { useState, type ReactNode } from 'react';

import { Dialog } from '../../../_components/dialog.tsx';
import { useLanguage } from '../../../_components/language.tsx';
import type { DisplayView } from '../../../../kiosk-shell/kiosk-api/display.ts';
import { unrecordableNoticeOf } from '../../../../signing/ceremony/unrecordable-notice.ts';
import styles from './customer.module.css';
import { DeclineButton } from './decline-button.tsx';
import { useConsentAnswer } from './use-consent-answer.ts';

/** In place of the question while the movement of the pen cannot be recorded: what is not possible, and three equal ways on. */
export function UnrecordableScreen({ view }: { readonly view: Extract<DisplayView, { kind: 'consent' }> }): ReactNode {
  const { t, language } = useLanguage();
  const { answer, busy, problem } = useConsentAnswer(view.ceremony);
  const [help, setHelp] = useState(false);
  const { title, paragraphs, question, ways } = unrecordableNoticeOf(language, view);
  return (
    <div className={`${styles['step']} ${styles['ask']}`}>
      <div className={styles['consent']} tabIndex={0} role="region" aria-labelledby="notice-title">
        <p className={styles['lead']}>{t.customer.consentLead}</p>
        <h1 id="notice-title">{title}</h1>
        {paragraphs.map((paragraph) => (
          <p key={paragraph}>{paragraph}</p>
        ))}
      </div>
      <div className={styles['question']}>
        {problem !== null && (
          <div className="notice stop" role="alert">
            <p>{problem}</p>
          </div>
        )}
        <h2>{question}</h2>
      </div>
      <ul className={styles['ways']}>
        <li>
          <DeclineButton ceremony={view.ceremony} className={styles['answer']} />
          <p>{ways.decline.means}</p>
        </li>
        <li>
          <button type="button" className={`button ${styles['answer']}`} onClick={() => setHelp(true)}>
            {ways.help.choose}
          </button>
          <p>{ways.help.means}</p>
        </li>
        <li>
          <button
            type="button"
            className={`button ${styles['answer']}`}
            disabled={busy}
            onClick={() => void answer('picture-only')}
          >
            {ways.picture.choose}
          </button>
          <p>{ways.picture.means}</p>
        </li>
      </ul>
      {help && (
        <Dialog title={t.customer.askedHelpTitle} onClose={() => setHelp(false)} className={styles['dialog']}>
          <p>{t.customer.askedHelpText}</p>
          <button type="button" className={`button primary ${styles['action']}`} onClick={() => setHelp(false)}>
            {t.customer.helpClose}
          </button>
        </Dialog>
      )}
    </div>
  );
}
