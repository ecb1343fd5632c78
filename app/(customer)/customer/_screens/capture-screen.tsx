'use client';

import { useRef, useState, type ReactNode } from 'react';

import { post } from '../../../_components/api.ts';
import { useLanguage } from '../../../_components/language.tsx';
import { refusalText, type Messages } from '../../../_i18n/messages.ts';
import type { DisplayView } from '../../../../kiosk-shell/kiosk-api.ts';
import styles from './customer.module.css';
import { DeclineButton } from './decline-button.tsx';
import { Dots } from './message-screen.tsx';
import { SignSheet, type SheetHandle } from './sign-sheet.tsx';
import { useSettled } from './use-settled.ts';

type Capture = Extract<DisplayView, { kind: 'capture' }>;

export function CaptureScreen({ view }: { readonly view: Capture }): ReactNode {
  const { t } = useLanguage();
  const { capture } = view;
  const [busy, setBusy] = useState(false);
  const [hasInk, setHasInk] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const sheet = useRef<SheetHandle>(null);
  const isSettled = useSettled(capture.doubt);

  const act = async (path: string, body: unknown): Promise<boolean> => {
    setBusy(true);
    setProblem(null);
    const result = await post(path, body);
    setBusy(false);
    if (!result.ok) setProblem(refusalText(t, result.error.code));
    return result.ok;
  };
  const answer = async (keep: boolean): Promise<void> => {
    if (!isSettled()) return;
    if (!keep) sheet.current?.clear();
    await act('/api/display/acts/doubt', { ceremony: view.ceremony, keep });
  };
  const clear = async (): Promise<void> => {
    sheet.current?.clear();
    await act('/api/display/acts/clear', { ceremony: view.ceremony });
  };
  const done = async (): Promise<void> => {
    await act('/api/display/acts/accept', { ceremony: view.ceremony, ink: sheet.current?.ink() ?? null });
  };

  if (capture.sealing) {
    return (
      <div className={styles['message']} role="status">
        <Dots />
        <h1>{t.customer.moment}</h1>
        <p>{t.customer.sealing}</p>
      </div>
    );
  }

  const note = view.biometric ? t.customer.withDynamics : t.customer.pictureOnly;
  const said = capture.problem === null ? problem : problemText(t, capture.problem);
  return (
    <div className={styles['step']}>
      <div className={styles['signTop']}>
        <div className={styles['heading']}>
          <p className={styles['lead']}>
            {capture.count > 1 && `${t.customer.signOf(capture.index + 1, capture.count)} · `}
            {view.document.name}
          </p>
          <h1 className={styles['ellipsis']}>
            {capture.device.kind === 'pad' ? t.customer.onPad : t.customer.signHere}: {capture.label}
          </h1>
        </div>
        {said !== null && (
          <div className="notice stop" role="alert">
            <p>{said}</p>
          </div>
        )}
      </div>
      {capture.device.kind === 'pad' ? (
        <div className={styles['onPad']}>
          <PadPicture />
          <p>{t.customer.onPadNamed(capture.device.model)}</p>
          <p className={styles['lead']}>{t.customer.onPadHint}</p>
        </div>
      ) : (
        <SignSheet
          ceremony={view.ceremony}
          aspect={capture.box.width / capture.box.height}
          handle={sheet}
          onInk={setHasInk}
        />
      )}
      {capture.doubt === null ? (
        <div className={styles['bar']}>
          {capture.device.kind === 'surface' ? (
            <button
              type="button"
              className={`button ${styles['action']} ${styles['endButton']}`}
              disabled={busy || !hasInk}
              onClick={() => void clear()}
            >
              {t.customer.clear}
            </button>
          ) : (
            <span />
          )}
          <div className={styles['signMiddle']}>
            <p className={styles['small']}>{note}</p>
            <DeclineButton ceremony={view.ceremony} />
          </div>
          {capture.device.kind === 'surface' ? (
            <button
              type="button"
              className={`button primary ${styles['action']} ${styles['endButton']}`}
              disabled={busy || !hasInk}
              onClick={() => void done()}
            >
              {t.customer.done}
            </button>
          ) : (
            <span />
          )}
        </div>
      ) : (
        <div className={styles['doubt']} role="alertdialog" aria-labelledby="doubt-title" aria-describedby="doubt-text">
          <div>
            <h2 id="doubt-title">{t.customer.doubt[capture.doubt].title}</h2>
            <p id="doubt-text">{t.customer.doubt[capture.doubt].text}</p>
          </div>
          <div className={styles['answers']}>
            <button
              type="button"
              className={`button ${styles['answer']}`}
              disabled={busy}
              onClick={() => void answer(false)}
            >
              {t.customer.again}
            </button>
            {capture.doubt !== 'blank' && (
              <button
                type="button"
                className={`button ${styles['answer']}`}
                disabled={busy}
                onClick={() => void answer(true)}
              >
                {t.customer.keep}
              </button>
            )}
          </div>
        </div>
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

function problemText(t: Messages, code: string): string {
  switch (code) {
    case 'unplugged':
      return t.customer.padProblem.unplugged;
    case 'failed':
      return t.customer.padProblem.failed;
    case 'cancelled-on-pad':
      return t.customer.padCancelled;
    default:
      return t.customer.sealProblem;
  }
}
