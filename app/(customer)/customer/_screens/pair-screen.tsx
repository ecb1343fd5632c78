'use client';

import { useState, type SubmitEvent, type ReactNode } from 'react';

import { post } from '../../../_components/api.ts';
import { LanguageSwitch, useLanguage } from '../../../_components/language.tsx';
import { Mark } from '../../../_components/mark.tsx';
import plain from '../../../_components/plain.module.css';
import { refusalText } from '../../../_i18n/messages.ts';
import styles from './customer.module.css';

/** A device that is not yet a customer's screen: the clerk's code makes it one. */
export function PairScreen({ onPaired }: { readonly onPaired: () => void }): ReactNode {
  const { t } = useLanguage();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const submit = async (event: SubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const code = new FormData(event.currentTarget).get('code');
    setBusy(true);
    const result = await post('/api/display/redeem', { code });
    setBusy(false);
    if (result.ok) {
      onPaired();
      return;
    }
    setProblem(result.error.code === 'offline' ? refusalText(t, 'offline') : t.customer.pairWrong);
  };

  return (
    <main className={plain['middle']}>
      <form className={plain['card']} onSubmit={(event) => void submit(event)}>
        <div className={plain['brand']}>
          <Mark />
          <LanguageSwitch />
        </div>
        <h1>{t.customer.pairTitle}</h1>
        <p>{t.customer.pairText}</p>
        <div className="field">
          <label htmlFor="code">{t.customer.pairCode}</label>
          <input
            className={`input ${styles['codeInput']}`}
            id="code"
            name="code"
            required
            minLength={4}
            maxLength={20}
            autoComplete="off"
            autoFocus
          />
        </div>
        <div role="alert">{problem !== null && <p className="notice stop">{problem}</p>}</div>
        <button className="button primary" type="submit" disabled={busy}>
          {t.customer.pairGo}
        </button>
      </form>
    </main>
  );
}
