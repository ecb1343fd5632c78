'use client';

import Link from 'next/link';
import type { ReactNode } from 'react';

import { useLanguage } from './_components/language.tsx';
import styles from './_components/plain.module.css';

export default function NotFound(): ReactNode {
  const { t } = useLanguage();
  return (
    <main className={styles['middle']}>
      <div className={styles['card']}>
        <h1>{t.common.notFoundTitle}</h1>
        <p>{t.common.notFoundText}</p>
        <Link className="button primary" href="/">
          {t.common.toStart}
        </Link>
      </div>
    </main>
  );
}
