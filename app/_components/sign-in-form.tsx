'use client';

import { useState, type SubmitEvent, type ReactNode } from 'react';

import { post, type Refused } from './api.ts';
import { LanguageSwitch, useLanguage } from './language.tsx';
import { Mark } from './mark.tsx';
import styles from './plain.module.css';
import { refusalText, type Messages } from '../_i18n/messages.ts';

/** Name and PIN; `door` is the route that opens the session, `to` where each role goes then. */
export function SignInForm({
  door,
  to,
  subtitle,
}: {
  readonly door: '/api/sign-in' | '/api/cloud/sign-in';
  readonly to: Readonly<Record<string, string>>;
  readonly subtitle: 'counter' | 'cloud';
}): ReactNode {
  const { t } = useLanguage();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const submit = async (event: SubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    setBusy(true);
    setProblem(null);
    const answer = await post<{ staff: { role: string } }>(door, {
      name: data.get('name'),
      secret: data.get('secret'),
    });
    if (answer.ok) {
      // A full load: nothing of the signed-out page, its caches included, is carried into the session.
      window.location.assign(to[answer.value.staff.role] ?? '/');
      return;
    }
    setBusy(false);
    setProblem(signInProblem(t, answer.error));
    const secret = form.elements.namedItem('secret');
    if (secret instanceof HTMLInputElement) {
      secret.value = '';
      secret.focus();
    }
  };

  return (
    <main className={styles['middle']}>
      <form className={styles['card']} onSubmit={(event) => void submit(event)}>
        <div className={styles['brand']}>
          <Mark />
          <LanguageSwitch />
        </div>
        <h1>
          {t.common.signInTitle} · {subtitle === 'cloud' ? t.manager.cloudSubtitle : t.clerk.title}
        </h1>
        <div className="field">
          <label htmlFor="name">{t.common.signInName}</label>
          <input className="input" id="name" name="name" autoComplete="username" required autoFocus maxLength={100} />
        </div>
        <div className="field">
          <label htmlFor="secret">{t.common.signInSecret}</label>
          <input
            className="input"
            id="secret"
            name="secret"
            type="password"
            autoComplete="current-password"
            required
            maxLength={200}
          />
        </div>
        <div role="alert">
          {problem !== null && (
            <p className="notice stop">
              <span>{problem}</span>
            </p>
          )}
        </div>
        <button className="button primary" type="submit" disabled={busy}>
          {busy ? t.common.loading : t.common.signInGo}
        </button>
      </form>
    </main>
  );
}

function signInProblem(t: Messages, refused: Refused): string {
  if (refused.code === 'wrong-credentials' || refused.code === 'invalid') return t.common.signInWrong;
  if (refused.code === 'secret-ended') return t.common.signInSecretEnded;
  if (refused.code !== 'locked' || refused.until === undefined) return refusalText(t, refused.code);
  return t.common.signInLocked(Math.max(1, Math.ceil((Date.parse(refused.until) - Date.now()) / 60_000)));
}
