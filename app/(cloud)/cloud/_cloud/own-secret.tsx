'use client';

import { useState, type SubmitEvent, type ReactNode } from 'react';

import { post } from '../../../_components/api.ts';
import { LanguageSwitch, useLanguage } from '../../../_components/language.tsx';
import { Mark } from '../../../_components/mark.tsx';
import styles from '../../../_components/plain.module.css';
import { refusalText } from '../../../_i18n/messages.ts';

/** The person's own password instead of one that somebody else chose. */
export function OwnSecret({ name }: { readonly name: string }): ReactNode {
  const { t } = useLanguage();
  const words = t.users;
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const submit = async (event: SubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    if (data.get('next') !== data.get('again')) {
      setProblem(words.different);
      return;
    }
    setBusy(true);
    setProblem(null);
    const answer = await post('/api/cloud/me/secret', { present: data.get('present'), next: data.get('next') });
    if (answer.ok) {
      window.location.assign('/cloud');
      return;
    }
    setBusy(false);
    setProblem(words.refusal[answer.error.code] ?? refusalText(t, answer.error.code));
  };

  return (
    <main className={styles['middle']}>
      <form className={styles['card']} onSubmit={(event) => void submit(event)}>
        <div className={styles['brand']}>
          <Mark />
          <LanguageSwitch />
        </div>
        <h1>{words.ownTitle}</h1>
        <p>{words.ownText}</p>
        <input type="hidden" name="username" autoComplete="username" value={name} readOnly />
        {(['present', 'next', 'again'] as const).map((field) => (
          <div className="field" key={field}>
            <label htmlFor={field}>{words[field]}</label>
            <input
              className="input"
              id={field}
              name={field}
              type="password"
              autoComplete={field === 'present' ? 'current-password' : 'new-password'}
              required
              autoFocus={field === 'present'}
              maxLength={200}
            />
          </div>
        ))}
        <div role="alert">
          {problem !== null && (
            <p className="notice stop">
              <span>{problem}</span>
            </p>
          )}
        </div>
        <button className="button primary" type="submit" disabled={busy}>
          {busy ? t.common.loading : words.ownGo}
        </button>
      </form>
    </main>
  );
}
