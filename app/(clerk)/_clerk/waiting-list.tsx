'use client';

import type { ReactNode, RefObject } from 'react';

import type { TransactionSummary } from '../../../kiosk-shell/kiosk-api/transaction.ts';
import { useLanguage } from '../../_components/language.tsx';
import { Sign } from '../../_components/sign.tsx';
import type { Counter } from '../../_components/use-staff-stream.ts';
import { formatAge } from '../../_i18n/format.ts';
import { refusalText, type Messages } from '../../_i18n/messages.ts';
import styles from './clerk.module.css';
import { CustomerScreenBox } from './customer-screen-box.tsx';
import type { Intake, RefusedFiles } from './use-intake.ts';

const FINISHED_SHOWN = 8;

/** What waits for somebody comes first; what is finished stays in reach for a while. */
export function WaitingList({
  transactions,
  chosen,
  now,
  intake,
  fileInput,
  counter,
  onChoose,
}: {
  readonly transactions: readonly TransactionSummary[];
  readonly chosen: string | null;
  readonly now: number;
  readonly intake: Intake;
  readonly fileInput: RefObject<HTMLInputElement | null>;
  readonly counter: Counter;
  readonly onChoose: (id: string) => void;
}): ReactNode {
  const { t } = useLanguage();
  const waiting = transactions.filter(isWaiting);
  const finished = transactions.filter((one) => !isWaiting(one)).slice(0, FINISHED_SHOWN);
  return (
    <nav className={styles['list']} aria-label={t.clerk.waiting}>
      <div className={styles['lists']}>
        <h2 className={styles['listTitle']}>
          {t.clerk.waiting} <span className="tabular">{waiting.length}</span>
        </h2>
        {waiting.length === 0 && <p className={styles['muted']}>{t.clerk.nothingWaiting}</p>}
        <Entries list={waiting} chosen={chosen} now={now} onChoose={onChoose} />
        {finished.length > 0 && <h2 className={styles['listTitle']}>{t.clerk.finished}</h2>}
        <Entries list={finished} chosen={chosen} now={now} onChoose={onChoose} />
      </div>
      <div className={styles['drop']}>
        {intake.refused !== null && (
          <div className="notice stop" role="alert">
            <p>
              <strong>{notTaken(t, intake.refused)}.</strong>{' '}
              {t.intake.documentRefusal[intake.refused.code] ?? refusalText(t, intake.refused.code)}
            </p>
            <button type="button" className="button" onClick={intake.dismiss}>
              {t.common.close}
            </button>
          </div>
        )}
        <input ref={fileInput} type="file" accept="application/pdf,.pdf" multiple hidden onChange={intake.onChosen} />
        <button type="button" className={styles['dropButton']} disabled={intake.busy} onClick={intake.choose}>
          <span aria-live="polite">{intake.busy ? t.intake.takingIn : t.intake.dropHere}</span>
          <span className={styles['muted']}>
            {t.intake.chooseFile} <kbd>Ctrl O</kbd>
          </span>
        </button>
        <CustomerScreenBox counter={counter} />
      </div>
    </nav>
  );
}

function Entries({
  list,
  chosen,
  now,
  onChoose,
}: {
  readonly list: readonly TransactionSummary[];
  readonly chosen: string | null;
  readonly now: number;
  readonly onChoose: (id: string) => void;
}): ReactNode {
  const { t, language } = useLanguage();
  return (
    <ul>
      {list.map((one) => (
        <li key={one.id}>
          <button
            type="button"
            className={styles['entry']}
            aria-current={one.id === chosen ? 'true' : undefined}
            onClick={() => onChoose(one.id)}
          >
            <span className={styles['entryName']} title={one.name}>
              {one.name}
            </span>
            <span className={styles['entryState']}>
              <Sign shape={shapeOf(one)} />
              <span>{one.fromCloud ? `${stateWord(t, one)} · ${t.jobs.origin}` : stateWord(t, one)}</span>
              <span className={`tabular ${styles['age']}`}>{formatAge(language, one.changedAt, now)}</span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function notTaken(t: Messages, { brought, file }: RefusedFiles): string {
  const [only = ''] = brought;
  return brought.length > 1 ? t.intake.noneTaken(brought.length, file ?? null) : t.intake.notTaken(only);
}

function isWaiting(one: TransactionSummary): boolean {
  return one.state === 'placing' || one.state === 'open' || one.state === 'signing' || one.review === 'returned';
}

function shapeOf(one: TransactionSummary): 'good' | 'wait' | 'bad' | 'off' {
  if (one.review === 'returned') return 'bad';
  if (one.state === 'complete') return 'good';
  if (one.state === 'declined' || one.state === 'voided') return 'off';
  return 'wait';
}

function stateWord(t: Messages, one: TransactionSummary): string {
  if (one.review === 'returned') return t.clerk.returned;
  if (one.signatories > 1 && one.signatoriesDone > 0 && one.state !== 'complete') {
    return t.clerk.signedOf(one.signatoriesDone, one.signatories);
  }
  return t.clerk.state[one.state];
}
