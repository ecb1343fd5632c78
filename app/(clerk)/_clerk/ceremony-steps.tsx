'use client';

import { useState, type ReactNode } from 'react';

import type { CeremonyView, TransactionDetail } from '../../../kiosk-shell/kiosk-api.ts';
import { post } from '../../_components/api.ts';
import { useLanguage } from '../../_components/language.tsx';
import type { Counter } from '../../_components/use-staff-stream.ts';
import { formatTime } from '../../_i18n/format.ts';
import { refusalText, roleName, type Messages } from '../../_i18n/messages.ts';
import styles from './clerk.module.css';

const STEPS = ['identity', 'review', 'consent', 'capture'] as const;
type Step = (typeof STEPS)[number];

/** The whole state of the ceremony: what is done, by whom and when, and what is awaited from which person. */
export function CeremonySteps({
  detail,
  ceremony,
  counter,
  onProblem,
  children,
}: {
  readonly detail: TransactionDetail;
  readonly ceremony: CeremonyView;
  readonly counter: Counter;
  readonly onProblem: (problem: string | null) => void;
  /** The form of the step that is the clerk's. */
  readonly children: ReactNode;
}): ReactNode {
  const { t, language } = useLanguage();
  const at = position(ceremony);
  const running = at !== STEPS.length && isRunning(ceremony);
  return (
    <section className={styles['ceremony']}>
      <h2 className={styles['listTitle']}>{roleName(t, ceremony.signatory.role)}</h2>
      <ol className={styles['steps']}>
        {STEPS.map((step, index) => {
          const state = index < at ? 'done' : index === at && running ? 'now' : 'todo';
          return (
            <li
              key={step}
              className={styles['step']}
              data-state={state}
              aria-current={state === 'now' ? 'step' : undefined}
            >
              <p className={styles['stepTitle']}>
                <span className={styles['stepSign']} aria-hidden="true">
                  {state === 'done' ? '✓' : state === 'now' ? '●' : '○'}
                </span>
                {state === 'done' ? t.clerk.step[step] : t.clerk.stepTodo[step]}
                <span className={`tabular ${styles['stepFact']}`}>
                  {step === 'identity' && ceremony.identity !== null && formatTime(language, ceremony.identity.at)}
                  {step === 'review' && index <= at && ceremony.shown.length > 0 && readCount(t, ceremony)}
                </span>
              </p>
              {state === 'done' && <Done step={step} ceremony={ceremony} />}
              {state === 'now' && (
                <>
                  <Awaiting detail={detail} ceremony={ceremony} counter={counter} step={step} onProblem={onProblem} />
                  {children}
                </>
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
}

/** How many steps are behind; one that ended early keeps what was done until then, and no more. */
function position(ceremony: CeremonyView): number {
  switch (ceremony.step) {
    case 'identity':
      return 0;
    case 'review':
      return 1;
    case 'consent':
      return 2;
    case 'capture':
    case 'questioned':
      return 3;
    case 'completed':
      return STEPS.length;
    case 'declined':
    case 'cancelled':
      if (ceremony.consent !== null) return 3;
      if (ceremony.identity === null) return 0;
      return ceremony.shown.length > 0 && ceremony.shown.every((one) => one.pagesSeen.length >= one.pageCount) ? 2 : 1;
  }
}

export function isRunning({ step }: CeremonyView): boolean {
  return step !== 'completed' && step !== 'declined' && step !== 'cancelled';
}

function readCount(t: Messages, ceremony: CeremonyView): string {
  const seen = ceremony.shown.reduce((sum, one) => sum + one.pagesSeen.length, 0);
  return t.clerk.stepOf(
    seen,
    ceremony.shown.reduce((sum, one) => sum + one.pageCount, 0),
  );
}

function Done({ step, ceremony }: { readonly step: Step; readonly ceremony: CeremonyView }): ReactNode {
  const { t } = useLanguage();
  const { identity, consent } = ceremony;
  if (step === 'identity' && identity !== null) {
    const kinds: Readonly<Record<string, string>> = t.clerk.documentKinds;
    return (
      <p className={styles['stepText']}>
        {t.clerk.identityOf(identity.name, kinds[identity.documentKind] ?? identity.documentKind)} …
        {identity.numberEnding}, {t.clerk.by(identity.clerk)}
      </p>
    );
  }
  if (step === 'consent' && consent !== null) {
    return <p className={styles['stepText']}>{t.clerk.consentAnswer[consent]}</p>;
  }
  return null;
}

function Awaiting({
  detail,
  ceremony,
  counter,
  step,
  onProblem,
}: {
  readonly detail: TransactionDetail;
  readonly ceremony: CeremonyView;
  readonly counter: Counter;
  readonly step: Step;
  readonly onProblem: (problem: string | null) => void;
}): ReactNode {
  const { t } = useLanguage();
  const { capture } = ceremony;
  if (step === 'identity') return null;
  const problem = capture === null || capture.problem === null ? null : problemText(t, capture.problem);
  return (
    <div className={styles['stepBody']}>
      {counter.displays === 0 && (
        <div className="notice waiting" role="alert">
          <p>{t.clerk.customerScreenNone}</p>
        </div>
      )}
      {problem === null ? (
        <p className={styles['stepText']}>
          {capture?.sealing === true
            ? t.clerk.awaiting.sealing
            : t.clerk.awaiting[ceremony.step === 'questioned' ? 'questioned' : step]}
        </p>
      ) : (
        <div className="notice stop" role="alert">
          <p>{problem}</p>
        </div>
      )}
      {capture !== null && (
        <>
          <p className={styles['stepText']}>
            {t.clerk.signingField(fieldName(t, detail, capture), capture.index + 1, capture.count)}
            {capture.cleared > 0 && ` · ${t.clerk.cleared(capture.cleared)}`}
          </p>
          {capture.doubt !== null && <p className={styles['stepText']}>{t.clerk.doubt[capture.doubt]}</p>}
          <DeviceChoice ceremony={ceremony} counter={counter} onProblem={onProblem} />
        </>
      )}
    </div>
  );
}

function fieldName(
  t: Messages,
  detail: TransactionDetail,
  capture: { readonly label: string; readonly placement: string },
): string {
  if (capture.label !== '') return capture.label;
  const found = detail.documentList.flatMap(({ placements }) => placements).find(({ id }) => id === capture.placement);
  return t.common.kind[found?.kind ?? 'signature'];
}

type Device = { readonly kind: 'pad'; readonly id: string } | { readonly kind: 'surface' };

/** Pad or the customer's own screen: named, so that nobody signs on the wrong one. */
function DeviceChoice({
  ceremony,
  counter,
  onProblem,
}: {
  readonly ceremony: CeremonyView;
  readonly counter: Counter;
  readonly onProblem: (problem: string | null) => void;
}): ReactNode {
  const { t } = useLanguage();
  const [pending, setPending] = useState<Device | null>(null);
  const { capture } = ceremony;
  if (capture === null) return null;
  const device = pending ?? capture.device;
  const choose = async (chosen: Device): Promise<void> => {
    onProblem(null);
    setPending(chosen);
    const answer = await post(`/api/ceremonies/${encodeURIComponent(ceremony.id)}/device`, { device: chosen });
    setPending(null);
    if (!answer.ok) onProblem(refusalText(t, answer.error.code));
  };
  return (
    <fieldset className={styles['devices']} disabled={capture.sealing}>
      <legend>{t.clerk.device}</legend>
      {counter.status.pads.map((pad) => {
        const usable = pad.state === 'ready' || pad.state === 'busy';
        const current = device.kind === 'pad' && device.id === pad.id;
        return (
          <label key={pad.id} className="check">
            <input
              type="radio"
              name="device"
              checked={current}
              disabled={!usable && !current}
              onChange={() => void choose({ kind: 'pad', id: pad.id })}
            />
            <span>
              {t.clerk.devicePad(pad.model)}
              {!usable && <span className={styles['muted']}> · {t.clerk.devicePadUnavailable}</span>}
            </span>
            {current && usable && capture.problem !== null && (
              <button type="button" className="button" onClick={() => void choose({ kind: 'pad', id: pad.id })}>
                {t.common.tryAgain}
              </button>
            )}
          </label>
        );
      })}
      <label className="check">
        <input
          type="radio"
          name="device"
          checked={device.kind === 'surface'}
          onChange={() => void choose({ kind: 'surface' })}
        />
        {t.clerk.deviceSurface}
      </label>
    </fieldset>
  );
}

function problemText(t: Messages, code: string): string {
  const words: Readonly<Record<string, string>> = t.clerk.padProblem;
  return words[code] ?? t.clerk.sealProblem;
}
