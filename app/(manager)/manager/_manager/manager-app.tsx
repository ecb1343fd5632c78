'use client';

import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';

import type { CounterStatus } from '../../../../kiosk-shell/kiosk-api/counter.ts';
import type { Staff } from '../../../../kiosk-shell/kiosk-api/staff.ts';
import type { TransactionDetail, TransactionSummary } from '../../../../kiosk-shell/kiosk-api/transaction.ts';
import { get } from '../../../_components/api.ts';
import { useLanguage } from '../../../_components/language.tsx';
import { EscrowNotice } from '../../../_components/escrow-notice.tsx';
import { OpeningNotice } from '../../../_components/opening-notice.tsx';
import { StatusStrip } from '../../../_components/status-strip.tsx';
import { useNow } from '../../../_components/use-now.ts';
import { useStaffStream } from '../../../_components/use-staff-stream.ts';
import styles from './manager.module.css';
import { Queue, NO_FILTER, type Filter } from './queue.tsx';
import { TransactionPage } from './transaction-page.tsx';

/** How long a burst of steps or typing is gathered before the list is read again. */
const GATHER_MS = 200;

export function ManagerApp({
  staff,
  counter: initialCounter,
  transactions: initialTransactions,
  chosen: initialChosen,
  now: initialNow,
}: {
  readonly staff: Staff;
  readonly counter: CounterStatus;
  readonly transactions: readonly TransactionSummary[];
  readonly chosen: string | null;
  readonly now: number;
}): ReactNode {
  const { t } = useLanguage();
  const now = useNow(initialNow);
  const [transactions, setTransactions] = useState(initialTransactions);
  const [filter, setFilter] = useState<Filter>(NO_FILTER);
  const [chosen, setChosen] = useState(initialChosen);
  const [detail, setDetail] = useState<TransactionDetail | null>(null);
  const wanted = useRef(initialChosen);
  /** Grows with each view the stream pushed: an answer asked for before one of them is older than what is shown. */
  const pushed = useRef(0);
  const asked = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);

  const refresh = useCallback((by: Filter, background: boolean) => {
    if (timer.current !== null) clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      const query = new URLSearchParams({ ...by, limit: '200' });
      asked.current += 1;
      const mine = asked.current;
      void get<readonly TransactionSummary[]>(`/api/transactions?${query.toString()}`, background).then((answer) => {
        if (answer.ok && asked.current === mine) setTransactions(answer.value);
      });
    }, GATHER_MS);
  }, []);
  useEffect(
    () => () => {
      if (timer.current !== null) clearTimeout(timer.current);
    },
    [],
  );
  const load = (id: string): void => {
    const before = pushed.current;
    void get<TransactionDetail>(`/api/transactions/${encodeURIComponent(id)}`).then((answer) => {
      if (answer.ok && wanted.current === id && pushed.current === before) setDetail(answer.value);
    });
  };
  const choose = (id: string): void => {
    wanted.current = id;
    setChosen(id);
    setDetail(null);
    window.history.replaceState(null, '', `/manager?t=${encodeURIComponent(id)}`);
    load(id);
  };
  const counter = useStaffStream(initialCounter, (message) => {
    if (message.type === 'hello' || message.type === 'transactions' || message.type === 'transaction') {
      refresh(filter, true);
    }
    if (message.type === 'hello' && wanted.current !== null) load(wanted.current);
    if (message.type === 'transaction' && message.detail.id === wanted.current) {
      pushed.current += 1;
      setDetail(message.detail);
    }
  });

  return (
    <div className={styles['app']}>
      <StatusStrip staff={staff} counter={counter} now={now} here="manager" />
      <div className={styles['columns']}>
        <Queue
          transactions={transactions}
          filter={filter}
          chosen={chosen}
          now={now}
          notice={
            <>
              <OpeningNotice status={counter.status} now={now} />
              <EscrowNotice escrow={counter.status.escrow} now={now} ahead />
            </>
          }
          onFilter={(next) => {
            setFilter(next);
            refresh(next, false);
          }}
          onChoose={choose}
        />
        {detail === null ? (
          <main id="content" className={styles['nothing']}>
            <p>{chosen === null ? t.manager.choose : t.common.loading}</p>
          </main>
        ) : (
          <TransactionPage key={detail.id} detail={detail} />
        )}
      </div>
    </div>
  );
}
