'use client';

import { useState, type ReactNode } from 'react';

import { Dialog } from '../../../_components/dialog.tsx';
import { useLanguage } from '../../../_components/language.tsx';
import { LANGUAGE_NAMES, LANGUAGES, type Language } from '../../../_i18n/languages.ts';
import styles from './customer.module.css';

/** Steps of text size: 22 px and two larger. */
const SIZES = [1, 1.2, 1.44] as const;
export type TextSize = 0 | 1 | 2;

/** What is on every screen of the customer: who asks, and top right language, text size and help. */
export function Frame({
  lost,
  tenant,
  language,
  size,
  onLanguage,
  onSize,
  children,
}: {
  readonly lost: boolean;
  readonly tenant: string | null;
  readonly language: Language;
  readonly size: TextSize;
  readonly onLanguage: (language: Language) => void;
  readonly onSize: (size: TextSize) => void;
  readonly children: ReactNode;
}): ReactNode {
  const { t } = useLanguage();
  const [help, setHelp] = useState(false);
  return (
    <div className={styles['frame']} style={{ fontSize: `${22 * SIZES[size]}px` }}>
      <header className={styles['header']}>
        <p className={styles['tenant']} title={tenant ?? undefined}>
          {tenant ?? ''}
        </p>
        <div className={styles['tools']}>
          <div className={`segmented ${styles['big']}`} role="group" aria-label={t.common.language}>
            {LANGUAGES.map((one) => (
              <button
                key={one}
                type="button"
                lang={one}
                aria-pressed={one === language}
                onClick={() => onLanguage(one)}
              >
                {one.toUpperCase()} <span className="visually-hidden">{LANGUAGE_NAMES[one]}</span>
              </button>
            ))}
          </div>
          <div className={`segmented ${styles['big']}`} role="group" aria-label={t.customer.textSize}>
            <button type="button" disabled={size === 0} onClick={() => onSize(size === 2 ? 1 : 0)}>
              A− <span className="visually-hidden">{t.customer.textSmaller}</span>
            </button>
            <button type="button" disabled={size === 2} onClick={() => onSize(size === 0 ? 1 : 2)}>
              A+ <span className="visually-hidden">{t.customer.textLarger}</span>
            </button>
          </div>
          <button
            type="button"
            className={`button ${styles['tool']}`}
            aria-label={t.customer.help}
            onClick={() => setHelp(true)}
          >
            ?
          </button>
        </div>
      </header>
      {lost && (
        <div className={`notice waiting ${styles['lost']}`} role="status">
          <p>
            <strong>{t.common.lostTitle}.</strong> {t.common.lostText}
          </p>
        </div>
      )}
      <main className={styles['main']}>{children}</main>
      {help && (
        <Dialog title={t.customer.helpTitle} onClose={() => setHelp(false)} className={styles['dialog']}>
          <p>{t.customer.helpText}</p>
          <button type="button" className={`button primary ${styles['action']}`} onClick={() => setHelp(false)}>
            {t.customer.helpClose}
          </button>
        </Dialog>
      )}
    </div>
  );
}
