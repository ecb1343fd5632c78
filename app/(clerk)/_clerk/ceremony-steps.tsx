'use client';

import type { ReactNode } from 'react';

import type { CeremonyView } from '../../../kiosk-shell/kiosk-api/ceremony.ts';
import type { TransactionDetail } from '../../../kiosk-shell/kiosk-api/transaction.ts';
import { useLanguage } from '../../_components/language.tsx';
import type { Counter } from '../../_components/use-staff-stream.ts';
import { formatTime } from '../../_i18n/format.ts';
import { roleName, type Messages } from '../../_i18n/messages.ts';
import { CaptureStep } from './capture-step.tsx';
import styles from './clerk.module.css';
import { Completeness } from './completeness.tsx';

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
              {step === 'capture' && <Completeness detail={detail} ceremony={ceremony} />}
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
  return (
    <div className={styles['stepBody']}>
      {counter.displays === 0 && (
        <div className="notice waiting" role="alert">
          <p>{t.clerk.customerScreenNone}</p>
        </div>
      )}
      {capture === null ? (
        <p className={styles['stepText']}>
          {step === 'consent' && counter.status.escrow.problem !== null ? t.escrow.awaiting : t.clerk.awaiting[step]}
        </p>
      ) : (
        <CaptureStep detail={detail} ceremony={ceremony} capture={capture} counter={counter} onProblem={onProblem} />
      )}
    </div>
  );
}
