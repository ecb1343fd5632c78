'use client';

import type { ReactNode } from 'react';

import { useLanguage } from '../../../_components/language.tsx';
import type { DisplayView } from '../../../../kiosk-shell/kiosk-api/display.ts';
import styles from './customer.module.css';

/** Between customers: the branch and a greeting, nothing personal. */
export function IdleScreen({ view }: { readonly view: Extract<DisplayView, { kind: 'idle' }> }): ReactNode {
  const { t } = useLanguage();
  return (
    <div className={styles['idle']}>
      <Landscape />
      <div className={styles['greeting']}>
        <p className={styles['branch']}>{view.branch}</p>
        <h1>{t.customer.greeting}</h1>
        <p>{t.customer.idleText}</p>
      </div>
    </div>
  );
}

/** One sentence, nothing to do. */
export function MessageScreen({
  words,
}: {
  readonly words: 'moment' | 'identity' | 'pad' | 'next' | 'declined';
}): ReactNode {
  const { t } = useLanguage();
  const { title, text } =
    words === 'declined'
      ? { title: t.customer.declinedTitle, text: t.customer.declinedText }
      : words === 'moment'
        ? { title: t.customer.moment, text: '' }
        : t.customer.hold[words];
  return (
    <div className={styles['message']} role="status">
      {words !== 'declined' && <Dots />}
      <h1>{title}</h1>
      {text !== '' && <p>{text}</p>}
    </div>
  );
}

export function Dots(): ReactNode {
  return (
    <svg className={`pulse ${styles['dots']}`} viewBox="0 0 72 16" width="72" height="16" aria-hidden="true">
      <circle cx="8" cy="8" r="6" />
      <circle cx="36" cy="8" r="6" />
      <circle cx="64" cy="8" r="6" />
    </svg>
  );
}

/** Stands for the branch's own picture until a tenant sets one: hills and water. */
function Landscape(): ReactNode {
  return (
    <svg className={styles['landscape']} viewBox="0 0 1200 480" preserveAspectRatio="none" aria-hidden="true">
      <path
        d="M0 330 L170 190 L260 262 L420 96 L560 250 L690 160 L860 300 L1010 200 L1200 320 V480 H0 Z"
        opacity=".16"
      />
      <path d="M0 372 C220 300 380 352 560 340 S940 300 1200 364 V480 H0 Z" opacity=".26" />
      <path d="M0 420 H1200 V480 H0 Z" opacity=".4" />
    </svg>
  );
}
