'use client';

import type { ReactNode } from 'react';

import { useLanguage } from './_components/language.tsx';
import styles from './_components/plain.module.css';

export default function Failed({ reset }: { readonly reset: () => void }): ReactNode {
  const { t } = useLanguage();
  return (
    <main className={styles['middle']}>
      <div className={styles['card']} role="alert">
        <h1>{t.common.failedTitle}</h1>
        <p>{t.common.failedText}</p>
        <button type="button" className="button primary" onClick={reset}>
          {t.common.tryAgain}
        </button>
      </div>
    </main>
  );
}
