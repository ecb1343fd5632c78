'use client';

import { useRef, useState, type ReactNode } from 'react';

import { post } from '../../../_components/api.ts';
import { useLanguage } from '../../../_components/language.tsx';
import { refusalText } from '../../../_i18n/messages.ts';
import type { DisplayView } from '../../../../kiosk-shell/kiosk-api/display.ts';
import { captureNote, captureProblem } from './capture-words.ts';
import styles from './customer.module.css';
import { DeclineButton } from './decline-button.tsx';
import { DoubtQuestion } from './doubt-question.tsx';
import type { Strokes } from '../../../_components/drawn-ink.tsx';
import { Dots } from './message-screen.tsx';
import { PadPlace } from './pad-place.tsx';
import { PadSheet } from './pad-sheet.tsx';
import { SignSheet, type SheetHandle } from './sign-sheet.tsx';
import { useSettled } from '../../../_components/use-settled.ts';

type Capture = Extract<DisplayView, { kind: 'capture' }>;

/** Where to sign, and Clear and Done wherever the thing signed on has none of its own. */
export function CaptureScreen({ view, live }: { readonly view: Capture; readonly live: Strokes }): ReactNode {
  const { t } = useLanguage();
  const { capture, ceremony } = view;
  const { device } = capture;
  const [busy, setBusy] = useState(false);
  const [written, setWritten] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const sheet = useRef<SheetHandle>(null);
  const isSettled = useSettled(capture.doubt);
  const kept = capture.kept?.ink ?? null;
  const hasButtons = device.kind === 'surface' || device.buttons === 'screen';
  const hasInk = written || kept !== null || (device.kind === 'pad' && live.length > 0);

  const act = async (path: string, body: unknown): Promise<void> => {
    setBusy(true);
    setProblem(null);
    const result = await post(path, body);
    setBusy(false);
    if (!result.ok) setProblem(refusalText(t, result.error.code));
  };
  const answer = async (keep: boolean): Promise<void> => {
    if (!isSettled()) return;
    if (!keep) sheet.current?.clear();
    await act('/api/display/acts/doubt', { ceremony, keep });
  };
  const clear = async (): Promise<void> => {
    sheet.current?.clear();
    await act('/api/display/acts/clear', { ceremony });
  };
  const done = (): Promise<void> => act('/api/display/acts/accept', { ceremony, ink: sheet.current?.ink() ?? null });

  if (capture.sealing) {
    return (
      <div className={styles['message']} role="status">
        <Dots />
        <h1>{t.customer.moment}</h1>
        <p>{t.customer.sealing}</p>
      </div>
    );
  }

  const onPad = device.kind === 'pad' && device.shows !== 'computer-screen';
  const said = captureProblem(t, capture) ?? problem;
  const note = captureNote(t, capture);
  return (
    <div className={styles['step']}>
      <div className={styles['signTop']}>
        <div className={styles['heading']}>
          <p className={styles['lead']}>
            {capture.count > 1 && `${t.customer.signOf(capture.index + 1, capture.count)} · `}
            {view.document.name}
          </p>
          <h1 className={styles['ellipsis']}>
            {onPad ? t.customer.onPad : t.customer.signHere}: {capture.label}
          </h1>
        </div>
        {said !== null && (
          <div className="notice stop" role="alert">
            <p>{said}</p>
          </div>
        )}
        {note !== null && (
          <div className="notice waiting" role="status">
            <p>{note}</p>
          </div>
        )}
      </div>
      {device.kind === 'surface' ? (
        <SignSheet
          ceremony={ceremony}
          aspect={capture.box.width / capture.box.height}
          handle={sheet}
          kept={kept}
          onInk={setWritten}
        />
      ) : device.buttons === 'screen' ? (
        <PadSheet
          ceremony={ceremony}
          aspect={onPad ? (capture.aspect ?? null) : null}
          label={onPad ? t.customer.padMirror : t.customer.signSheetPen}
          kept={kept}
          live={live}
          reports={!onPad}
        />
      ) : (
        <PadPlace capture={capture} model={device.model} />
      )}
      {capture.doubt === null ? (
        <div className={styles['bar']}>
          {hasButtons ? (
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
            <p className={styles['small']}>{view.biometric ? t.customer.withDynamics : t.customer.pictureOnly}</p>
            <DeclineButton ceremony={ceremony} />
          </div>
          {hasButtons ? (
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
        <DoubtQuestion doubt={capture.doubt} busy={busy} onAnswer={(keep) => void answer(keep)} />
      )}
    </div>
  );
}
