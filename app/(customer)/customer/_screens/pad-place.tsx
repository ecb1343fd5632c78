'use client';

import type { ReactNode } from 'react';

import { useLanguage } from '../../../_components/language.tsx';
import type { CaptureView } from '../../../../kiosk-shell/kiosk-api/capture.ts';
import styles from './customer.module.css';
import { Dots } from './message-screen.tsx';

/** While a pad with a screen of its own is signed on: which one, and what is to be done there. */
export function PadPlace({ capture, model }: { readonly capture: CaptureView; readonly model: string }): ReactNode {
  const { t } = useLanguage();
  const isGone = capture.problem === 'unplugged' || capture.problem === 'failed';
  const isReady = capture.taking || capture.problem !== null;
  return (
    <div className={styles['onPad']}>
      <PadPicture />
      <p>{t.customer.onPadNamed(model)}</p>
      {isGone ? null : isReady ? (
        <p className={styles['lead']}>{t.customer.onPadHint}</p>
      ) : (
        <>
          <Dots />
          <p className={styles['lead']} role="status">
            {capture.padCheck === null ? t.customer.padDrawing : t.customer.padCheck}
          </p>
        </>
      )}
    </div>
  );
}

function PadPicture(): ReactNode {
  return (
    <svg className={styles['padPicture']} viewBox="0 0 240 150" aria-hidden="true">
      <rect x="10" y="16" width="190" height="118" rx="12" />
      <rect x="26" y="30" width="158" height="76" rx="4" className={styles['padScreen']} />
      <path d="M42 88c18-6 24-40 38-40 10 0 2 26 12 26s10-14 20-14 6 16 16 16 18-6 24-6" className={styles['padInk']} />
      <path d="M160 82 L218 20 L226 28 L168 90 L157 93 Z" className={styles['padPen']} />
    </svg>
  );
}
