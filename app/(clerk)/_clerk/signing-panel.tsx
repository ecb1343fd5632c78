'use client';

import { useState, type ReactNode } from 'react';

import type { CeremonyView, SignatoryView } from '../../../kiosk-shell/kiosk-api/ceremony.ts';
import type { TransactionDetail } from '../../../kiosk-shell/kiosk-api/transaction.ts';
import { post } from '../../_components/api.ts';
import { ConfigurationNotice, configurationLeft } from '../../_components/configuration-notice.tsx';
import { EscrowNotice, escrowLeft } from '../../_components/escrow-notice.tsx';
import { useLanguage } from '../../_components/language.tsx';
import { isClosed, OpeningNotice } from '../../_components/opening-notice.tsx';
import type { Counter } from '../../_components/use-staff-stream.ts';
import { refusalText, roleName, voidedBecause } from '../../_i18n/messages.ts';
import { CancelButton } from './cancel-button.tsx';
import { CeremonySteps, isRunning } from './ceremony-steps.tsx';
import styles from './clerk.module.css';
import { DocumentTypeLine, DocumentTypes } from './document-types.tsx';
import { JobNote } from './job-note.tsx';
import { IDENTITY_FORM, IdentityForm } from './identity-form.tsx';
import { PrimaryButton, usePrimaryKey } from './primary-button.tsx';
import { SignatoryList } from './signatory-list.tsx';
import { readyToSign } from './turns.ts';

/** Who signs and in what order, where the ceremony stands, and the one thing to do next. */
export function SigningPanel({
  detail,
  counter,
  now,
}: {
  readonly detail: TransactionDetail;
  readonly counter: Counter;
  readonly now: number;
}): ReactNode {
  const { t } = useLanguage();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [picked, setPicked] = useState<string | null>(null);
  const { ceremony } = detail;
  const ready = readyToSign(detail.signatoryList);
  const turn = ready.find(({ id }) => id === picked) ?? ready[0];

  const act = async (path: string, body?: unknown): Promise<void> => {
    setBusy(true);
    setProblem(null);
    const answer = await post(path, body);
    setBusy(false);
    if (!answer.ok) setProblem(refusalText(t, answer.error.code));
  };
  const { configuration, escrow } = counter.status;
  // Said before the customer sits down; the button says what it then begins.
  const pictureOnly = escrowLeft(escrow, now) === 'unable';
  const primary = primaryOf(detail, turn, counter);
  usePrimaryKey();

  return (
    <aside className={styles['panel']} aria-label={t.clerk.signatories}>
      <div className={styles['panelScroll']}>
        <Returned detail={detail} />
        {primary === 'begin' && <OpeningNotice status={counter.status} now={now} />}
        {primary === 'begin' && <ConfigurationNotice configuration={configuration} now={now} />}
        {(primary === 'begin' || (ceremony !== null && BEFORE_CONSENT.has(ceremony.step))) && (
          <EscrowNotice escrow={escrow} now={now} ahead={false} />
        )}
        <DocumentTypes
          detail={detail}
          busy={busy}
          onChoose={(document, type) =>
            void act(`/api/transactions/${encodeURIComponent(detail.id)}/type`, { document, type })
          }
        />
        <section className={styles['turnList']}>
          <h2 className={styles['listTitle']}>{t.clerk.signatories}</h2>
          {primary === 'begin' && ready.length > 1 && <p>{t.clerk.chooseSignatory}</p>}
          <SignatoryList
            signatories={detail.signatoryList}
            picked={primary === 'begin' && ready.length > 1 ? (turn?.id ?? null) : null}
            onPick={setPicked}
          />
        </section>
        {ceremony !== null && (
          <CeremonySteps detail={detail} ceremony={ceremony} counter={counter} onProblem={setProblem}>
            {ceremony.step === 'identity' && (
              <IdentityForm
                detail={detail}
                ceremony={ceremony}
                onSubmit={(body) => void act(`/api/ceremonies/${encodeURIComponent(ceremony.id)}/identity`, body)}
              />
            )}
          </CeremonySteps>
        )}
        {detail.job !== null && (
          <JobNote
            job={detail.job}
            now={now}
            busy={busy}
            onGiveBack={() => void act(`/api/transactions/${encodeURIComponent(detail.id)}/give-back`)}
          />
        )}
        <Outcome detail={detail} counter={counter} />
        <DocumentTypeLine detail={detail} />
      </div>
      <div className={styles['panelFoot']}>
        {problem !== null && (
          <div className="notice stop" role="alert">
            <p>{problem}</p>
          </div>
        )}
        {ceremony !== null && isRunning(ceremony) && <CancelButton ceremony={ceremony.id} />}
        {primary === 'begin' && turn !== undefined && (
          <PrimaryButton
            busy={busy || configurationLeft(configuration, now) === 'ended' || isClosed(counter.status, now)}
            onClick={() => void act('/api/ceremonies', { transaction: detail.id, signatory: turn.id, pictureOnly })}
          >
            {(pictureOnly ? t.escrow : t.clerk).begin(roleName(t, turn.role))}
          </PrimaryButton>
        )}
        {primary === 'identity' && (
          <PrimaryButton busy={busy} form={IDENTITY_FORM}>
            {t.clerk.confirmIdentity}
          </PrimaryButton>
        )}
        {primary === 'dismiss' && (
          <PrimaryButton busy={busy} onClick={() => void act('/api/counter/dismiss')}>
            {t.clerk.dismiss}
          </PrimaryButton>
        )}
        {primary === 'wait' && (
          <p className={styles['waitingFor']} role="status">
            <span className={`pulse ${styles['waitingDot']}`} aria-hidden="true" />
            {t.clerk.awaitingCustomer}
          </p>
        )}
      </div>
    </aside>
  );
}

const BEFORE_CONSENT: ReadonlySet<CeremonyView['step']> = new Set(['identity', 'review', 'consent']);

type Primary = 'begin' | 'identity' | 'dismiss' | 'wait' | 'none';

function primaryOf(detail: TransactionDetail, turn: SignatoryView | undefined, counter: Counter): Primary {
  const { ceremony } = detail;
  if (ceremony !== null && isRunning(ceremony)) return ceremony.step === 'identity' ? 'identity' : 'wait';
  const farewell = counter.shows === 'done' || counter.shows === 'declined';
  if (turn !== undefined && (detail.state === 'open' || detail.state === 'signing')) return 'begin';
  return farewell && (detail.state === 'complete' || detail.state === 'declined') ? 'dismiss' : 'none';
}

function Returned({ detail }: { readonly detail: TransactionDetail }): ReactNode {
  const { t } = useLanguage();
  if (detail.review !== 'returned' || detail.returnedReason === null) return null;
  return (
    <div className="notice waiting" role="note">
      <p>
        <strong>{t.clerk.returned}.</strong> {detail.returnedReason}
      </p>
    </div>
  );
}

/** How a transaction ended, and where its package is. */
function Outcome({ detail, counter }: { readonly detail: TransactionDetail; readonly counter: Counter }): ReactNode {
  const { t } = useLanguage();
  switch (detail.state) {
    case 'complete':
      return (
        <div className="notice sealed" role="status">
          <p>
            {t.clerk.allSigned} {t.clerk.packageIs(t.clerk.delivery[detail.delivery])}
          </p>
          {counter.status.cloud.state === 'down' && detail.delivery === 'waiting' && (
            <p className={styles['muted']}>{t.clerk.sentByItself}</p>
          )}
        </div>
      );
    case 'declined':
      return (
        <div className="notice waiting" role="status">
          <p>{t.clerk.declinedText}</p>
        </div>
      );
    case 'voided':
      return (
        <div className="notice waiting" role="status">
          <p>
            {t.clerk.voidedText} {voidedBecause(t, detail)}
          </p>
        </div>
      );
    case 'placing':
    case 'open':
    case 'signing':
      return null;
  }
}
