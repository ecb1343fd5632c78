'use client';

import { useEffect, useRef, useState, type ReactNode } from 'react';

import type { CaptureView } from '../../../kiosk-shell/kiosk-api/capture.ts';
import type { CeremonyView } from '../../../kiosk-shell/kiosk-api/ceremony.ts';
import type { TransactionDetail } from '../../../kiosk-shell/kiosk-api/transaction.ts';
import { post } from '../../_components/api.ts';
import { useLanguage } from '../../_components/language.tsx';
import type { Counter } from '../../_components/use-staff-stream.ts';
import { refusalText, type Messages } from '../../_i18n/messages.ts';
import styles from './clerk.module.css';
import { DeviceChoice } from './device-choice.tsx';
import { PadCheck } from './pad-check.tsx';

/** The step in which ink is taken: what is signed, on what, and what keeps it from going on. */
export function CaptureStep({
  detail,
  ceremony,
  capture,
  counter,
  onProblem,
}: {
  readonly detail: TransactionDetail;
  readonly ceremony: CeremonyView;
  readonly capture: CaptureView;
  readonly counter: Counter;
  readonly onProblem: (problem: string | null) => void;
}): ReactNode {
  const { t } = useLanguage();
  const { problem, kept, strokeVoid, doubt, device, completeness } = capture;
  const wasLost = problem === 'unplugged' || problem === 'failed';
  const place = useRef<HTMLDivElement>(null);
  const field = capture.placement;
  // What has just changed is what the clerk has to see: the panel may be scrolled to the steps before.
  useEffect(() => {
    place.current?.scrollIntoView({ block: 'nearest' });
  }, [field, problem, device.kind, doubt]);
  const isChecked = capture.padCheck !== null;
  const wasChecked = useRef(isChecked);
  useEffect(() => {
    // The button that was pressed is gone: whoever goes on with the keyboard goes on from here.
    if (wasChecked.current && !isChecked && document.activeElement === document.body) place.current?.focus();
    wasChecked.current = isChecked;
  }, [isChecked]);
  return (
    <div ref={place} tabIndex={-1} className={styles['stepBody']}>
      {capture.padCheck !== null && (
        <PadCheck ceremony={ceremony.id} word={capture.padCheck.word} onProblem={onProblem} />
      )}
      {problem === null ? (
        capture.padCheck === null && (
          <p className={styles['stepText']} role="status">
            {awaited(t, ceremony, capture)}
          </p>
        )
      ) : (
        <div className="notice stop" role="alert">
          <p>{problemText(t, problem)}</p>
          {wasLost && (
            <p>
              <strong>
                {kept === null ? t.capture.keptNothing(strokeVoid) : t.capture.kept(kept.strokes, strokeVoid)}
              </strong>
            </p>
          )}
        </div>
      )}
      {!wasLost && kept !== null && (
        <div className="notice waiting" role="status">
          <p>{t.capture.kept(kept.strokes, strokeVoid)}</p>
        </div>
      )}
      <p className={styles['stepText']}>
        {t.capture.signingField(fieldName(t, detail, capture), capture.index + 1, capture.count)}
        {capture.cleared > 0 && ` · ${t.capture.cleared(capture.cleared)}`}
      </p>
      {completeness !== null && (
        <p className={styles['stepText']} role="status">
          {t.capture.completenessSoFar(t.capture.completenessWord[completeness])}
        </p>
      )}
      {doubt !== null && <p className={styles['stepText']}>{t.capture.doubt[doubt]}</p>}
      {device.kind === 'pad' && device.buttons === 'screen' && doubt === null && !capture.sealing && (
        <ForCustomer ceremony={ceremony.id} taking={capture.taking} onProblem={onProblem} />
      )}
      {problem !== null && isSealProblem(t, problem) && device.kind === 'pad' && device.buttons === 'pad' && (
        <SealAgain ceremony={ceremony.id} busy={capture.sealing || doubt !== null} onProblem={onProblem} />
      )}
      {wasLost && <p className={styles['stepText']}>{t.capture.keptGoOn}</p>}
      <DeviceChoice ceremony={ceremony.id} capture={capture} counter={counter} onProblem={onProblem} />
    </div>
  );
}

/** The buttons of a pad that has none. */
function ForCustomer({
  ceremony,
  taking,
  onProblem,
}: {
  readonly ceremony: string;
  readonly taking: boolean;
  readonly onProblem: (problem: string | null) => void;
}): ReactNode {
  const { t } = useLanguage();
  const { busy, press } = useFinish(ceremony, onProblem);
  // Not disabled: pressed by a key, the button would lose the focus, and the pad is ready again in a moment.
  const isReady = !busy && taking;
  return (
    <div className={styles['forCustomer']} role="group" aria-label={t.capture.forCustomer}>
      <p className={styles['stepText']}>{t.capture.forCustomer}</p>
      <button type="button" className="button" aria-disabled={!isReady} onClick={() => isReady && void press('clear')}>
        {t.capture.forCustomerClear}
      </button>
      <button type="button" className="button" aria-disabled={!isReady} onClick={() => isReady && void press('done')}>
        {t.capture.forCustomerDone}
      </button>
    </div>
  );
}

/** The ink is still held; a pad takes no second press of its own button once the first has ended the capture. */
function SealAgain({
  ceremony,
  busy,
  onProblem,
}: {
  readonly ceremony: string;
  readonly busy: boolean;
  readonly onProblem: (problem: string | null) => void;
}): ReactNode {
  const { t } = useLanguage();
  const finish = useFinish(ceremony, onProblem);
  return (
    <div className={styles['forCustomer']}>
      <button type="button" className="button" disabled={busy || finish.busy} onClick={() => void finish.press('done')}>
        {t.capture.sealAgain}
      </button>
    </div>
  );
}

function useFinish(
  ceremony: string,
  onProblem: (problem: string | null) => void,
): { readonly busy: boolean; readonly press: (act: 'done' | 'clear') => Promise<void> } {
  const { t } = useLanguage();
  const [busy, setBusy] = useState(false);
  const press = async (act: 'done' | 'clear'): Promise<void> => {
    setBusy(true);
    onProblem(null);
    const answer = await post(`/api/ceremonies/${encodeURIComponent(ceremony)}/finish`, { act });
    setBusy(false);
    if (!answer.ok) onProblem(refusalText(t, answer.error.code));
  };
  return { busy, press };
}

function awaited(t: Messages, ceremony: CeremonyView, capture: CaptureView): string {
  if (capture.sealing) return t.clerk.awaiting.sealing;
  if (ceremony.step === 'questioned') return t.clerk.awaiting.questioned;
  const draws = capture.device.kind === 'pad' && !capture.taking;
  return draws ? t.capture.padDrawing : t.clerk.awaiting.capture;
}

const isSealProblem = (t: Messages, code: string): boolean => !Object.hasOwn(t.capture.padProblem, code);

function problemText(t: Messages, code: string): string {
  const words: Readonly<Record<string, string>> = t.capture.padProblem;
  return words[code] ?? t.capture.sealProblem;
}

function fieldName(t: Messages, detail: TransactionDetail, capture: CaptureView): string {
  if (capture.label !== '') return capture.label;
  const found = detail.documentList.flatMap(({ placements }) => placements).find(({ id }) => id === capture.placement);
  return t.common.kind[found?.kind ?? 'signature'];
}
