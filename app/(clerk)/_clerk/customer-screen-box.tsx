'use client';

import { useState, type ReactNode } from 'react';

import { post } from '../../_components/api.ts';
import { useLanguage } from '../../_components/language.tsx';
import { Sign } from '../../_components/sign.tsx';
import type { Counter } from '../../_components/use-staff-stream.ts';
import { formatTime } from '../../_i18n/format.ts';
import { refusalText } from '../../_i18n/messages.ts';
import styles from './clerk.module.css';

interface PairCode {
  readonly code: string;
  readonly expiresAt: string;
  /** Screens that were open when it was asked for: one more, and it is used up. */
  readonly displays: number;
}

/** The screen beside: is one open, what does it show, and how to get one. */
export function CustomerScreenBox({ counter }: { readonly counter: Counter }): ReactNode {
  const { t, language } = useLanguage();
  const [code, setCode] = useState<PairCode | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const { displays, shows } = counter;

  const open = async (): Promise<void> => {
    setProblem(null);
    // Opened before the answer, or the browser takes it for a pop-up nobody asked for.
    const opened = window.open('about:blank', 'countersign-customer');
    const answer = await post('/api/display/new');
    if (answer.ok) {
      if (opened !== null) opened.location.href = '/customer';
      return;
    }
    opened?.close();
    setProblem(refusalText(t, answer.error.code));
  };
  const askCode = async (): Promise<void> => {
    setProblem(null);
    const answer = await post<Omit<PairCode, 'displays'>>('/api/display/code');
    if (answer.ok) setCode({ ...answer.value, displays });
    else setProblem(refusalText(t, answer.error.code));
  };

  return (
    <section className={styles['screenBox']} aria-label={t.clerk.customerScreen}>
      <p className={styles['screenState']}>
        <Sign shape={displays > 0 ? 'good' : 'off'} />
        <span>
          {displays === 0 ? (
            t.clerk.customerScreenNone
          ) : (
            <>
              <strong>{t.clerk.customerScreen}</strong> {t.clerk.customerShows[shows]}
            </>
          )}
        </span>
      </p>
      {displays > 0 && (shows === 'done' || shows === 'declined') && (
        <button type="button" className="button" onClick={() => void post('/api/counter/dismiss')}>
          {t.clerk.dismiss}
        </button>
      )}
      {code !== null && displays <= code.displays && (
        <p className={styles['pairCode']} role="status">
          <span className={styles['pairDigits']}>{code.code}</span>{' '}
          {t.clerk.customerScreenCodeText(formatTime(language, code.expiresAt))}
        </p>
      )}
      {problem !== null && (
        <p className="notice stop" role="alert">
          <span>{problem}</span>
        </p>
      )}
      <div className={styles['screenButtons']}>
        <button type="button" className="button" onClick={() => void open()}>
          {t.clerk.customerScreenOpen}
        </button>
        <button type="button" className="button quiet" onClick={() => void askCode()}>
          {t.clerk.customerScreenCode}
        </button>
      </div>
    </section>
  );
}
