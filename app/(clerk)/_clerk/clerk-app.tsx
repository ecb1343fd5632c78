'use client';

import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';

import type { CounterStatus } from '../../../kiosk-shell/kiosk-api/counter.ts';
import type { Staff } from '../../../kiosk-shell/kiosk-api/staff.ts';
import type { TransactionDetail, TransactionSummary } from '../../../kiosk-shell/kiosk-api/transaction.ts';
import { get } from '../../_components/api.ts';
import { useLanguage } from '../../_components/language.tsx';
import { StatusStrip } from '../../_components/status-strip.tsx';
import { useNow } from '../../_components/use-now.ts';
import { useStaffStream } from '../../_components/use-staff-stream.ts';
import styles from './clerk.module.css';
import { DocumentStage, type LiveInk } from './document-stage.tsx';
import { PlacingEditor } from './placing-editor.tsx';
import { SigningPanel } from './signing-panel.tsx';
import { useIntake } from './use-intake.ts';
import { WaitingList } from './waiting-list.tsx';

export function ClerkApp({
  staff,
  counter: initialCounter,
  transactions: initialTransactions,
  chosen,
  now: initialNow,
}: {
  readonly staff: Staff;
  readonly counter: CounterStatus;
  readonly transactions: readonly TransactionSummary[];
  readonly chosen: TransactionDetail | null;
  readonly now: number;
}): ReactNode {
  const { t } = useLanguage();
  const now = useNow(initialNow);
  const [transactions, setTransactions] = useState(initialTransactions);
  const [detail, setDetail] = useState(chosen);
  const [ink, setInk] = useState<LiveInk | null>(null);
  const wanted = useRef(chosen?.id ?? null);
  /** Grows with each view the stream pushed: an answer asked for before one of them is older than what is shown. */
  const pushed = useRef(0);

  const choose = useCallback((id: string, known?: TransactionDetail) => {
    wanted.current = id;
    window.history.replaceState(null, '', `/?t=${encodeURIComponent(id)}`);
    setInk(null);
    if (known !== undefined) {
      setDetail(known);
      return;
    }
    const before = pushed.current;
    void get<TransactionDetail>(`/api/transactions/${encodeURIComponent(id)}`).then((answer) => {
      if (answer.ok && wanted.current === id && pushed.current === before) setDetail(answer.value);
    });
  }, []);

  const refresh = useRefresh(setTransactions);
  const counter = useStaffStream(initialCounter, (message) => {
    switch (message.type) {
      case 'hello':
        refresh();
        if (wanted.current !== null) choose(wanted.current);
        break;
      case 'transactions':
        refresh();
        break;
      case 'transaction':
        refresh();
        if (message.detail.id === wanted.current) {
          pushed.current += 1;
          setDetail(message.detail);
        }
        break;
      case 'live':
        setInk((old) => ({
          placement: message.placement,
          strokes: [...(message.reset || old?.placement !== message.placement ? [] : old.strokes), ...message.strokes],
        }));
        break;
      case 'counter':
      case 'displays':
      case 'shows':
      case 'signed-out':
        break;
    }
  });

  const fileInput = useRef<HTMLInputElement>(null);
  const intake = useIntake(fileInput, (taken) => {
    choose(taken.id, taken);
    refresh();
  });

  return (
    <div className={styles['app']} {...intake.dropTarget}>
      <StatusStrip staff={staff} counter={counter} now={now} here="clerk" />
      <div className={styles['columns']}>
        <WaitingList
          transactions={transactions}
          chosen={detail?.id ?? null}
          now={now}
          intake={intake}
          fileInput={fileInput}
          counter={counter}
          onChoose={choose}
        />
        {detail === null ? (
          <main id="content" className={styles['nothing']}>
            <h1 className="visually-hidden">{t.clerk.title}</h1>
            <p>{t.clerk.nothingChosen}</p>
          </main>
        ) : detail.state === 'placing' ? (
          <PlacingEditor key={detail.id} detail={detail} onPlaced={(placed) => choose(placed.id, placed)} />
        ) : (
          <>
            <DocumentStage key={`stage ${detail.id}`} detail={detail} ink={ink} />
            <SigningPanel key={`panel ${detail.id}`} detail={detail} counter={counter} now={now} />
          </>
        )}
      </div>
      {intake.dragging && (
        <div className={styles['dropOverlay']} aria-hidden="true">
          <p>{t.intake.dropAnywhere}</p>
        </div>
      )}
    </div>
  );
}

/** Reads the list again, at most a few times a second however many steps happen. */
function useRefresh(show: (list: readonly TransactionSummary[]) => void): () => void {
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const asked = useRef(0);
  useEffect(
    () => () => {
      if (timer.current !== null) clearTimeout(timer.current);
    },
    [],
  );
  return useCallback(() => {
    timer.current ??= setTimeout(() => {
      timer.current = null;
      asked.current += 1;
      const mine = asked.current;
      void get<readonly TransactionSummary[]>('/api/transactions?limit=100', true).then((answer) => {
        if (answer.ok && asked.current === mine) show(answer.value);
      });
    }, 150);
  }, [show]);
}
