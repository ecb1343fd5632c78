'use client';

import type { ReactNode } from 'react';

import { useLanguage } from '../../../_components/language.tsx';
import type { DisplayView } from '../../../../kiosk-shell/kiosk-api/display.ts';
import styles from './customer.module.css';

/** More copies than so many are one button until somebody opens it: the short code stays in sight. */
const FEW = 3;

/** A tick, one sentence, the copy. Shown only after the signature is durable. */
export function DoneScreen({ view }: { readonly view: Extract<DisplayView, { kind: 'done' }> }): ReactNode {
  const { t } = useLanguage();
  const copies = view.documents.map((document) => (
    <a
      key={document.id}
      className={`button ${styles['action']}`}
      href={`/api/display/copy/${encodeURIComponent(view.ceremony)}/${encodeURIComponent(document.id)}`}
      download
    >
      <span className={styles['ellipsis']}>{t.customer.copyDownload(document.name)}</span>
    </a>
  ));
  return (
    <div className={styles['done']}>
      <svg className={styles['tick']} viewBox="0 0 64 64" width="88" height="88" aria-hidden="true">
        <circle cx="32" cy="32" r="30" />
        <path d="M19 33l9 9 18-20" />
      </svg>
      <div role="status">
        <h1>{t.customer.doneTitle}</h1>
        <p>
          {t.customer.doneText(view.tenant)} {view.biometric ? t.customer.recorded : t.customer.pictureKept}
        </p>
      </div>
      <section className={styles['copies']} aria-label={t.customer.copyTitle}>
        {view.documents.length <= FEW ? (
          copies
        ) : (
          <details className={styles['copyGroup']}>
            <summary className={`button ${styles['action']}`}>{t.customer.copiesOf(view.documents.length)}</summary>
            <div className={styles['copyList']}>{copies}</div>
          </details>
        )}
        <div className={styles['code']}>
          <p className={styles['codeLabel']}>{t.customer.shortCode}</p>
          <p className={styles['codeValue']}>{view.shortCode}</p>
          <p className={styles['small']}>{t.customer.shortCodeText}</p>
        </div>
      </section>
      <p className={styles['small']}>
        <strong>{t.customer.nextTitle}.</strong> {t.customer.nextText}
      </p>
    </div>
  );
}
