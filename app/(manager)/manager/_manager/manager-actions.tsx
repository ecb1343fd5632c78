'use client';

import { useState, type ReactNode } from 'react';

import type { TransactionDetail } from '../../../../kiosk-shell/kiosk-api/transaction.ts';
import { post } from '../../../_components/api.ts';
import { download } from '../../../_components/download.ts';
import { useLanguage } from '../../../_components/language.tsx';
import { ReasonDialog } from '../../../_components/reason-dialog.tsx';
import { refusalText, voidedBecause } from '../../../_i18n/messages.ts';
import styles from './manager.module.css';
import { PenData } from './pen-data.tsx';

/** What a manager may do with this transaction now; the server decides again. */
export function ManagerActions({
  detail,
  path,
}: {
  readonly detail: TransactionDetail;
  readonly path: string;
}): ReactNode {
  const { t } = useLanguage();
  const [asking, setAsking] = useState<'return' | 'void' | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const act = async (name: 'approve' | 'retry'): Promise<void> => {
    setProblem(null);
    const answer = await post(`${path}/${name}`);
    if (!answer.ok) setProblem(refusalText(t, answer.error.code));
  };
  const save = async (): Promise<void> => {
    setProblem(null);
    const response = await fetch(`${path}/audit`, { method: 'POST' }).catch(() => null);
    if (response?.ok !== true) {
      setProblem(refusalText(t, response === null ? 'offline' : 'unexpected'));
      return;
    }
    await download(response, 'audit.json');
  };
  const voided = detail.state === 'voided';
  const canRetry = detail.delivery === 'refused' || detail.delivery === 'set-aside' || detail.delivery === 'waiting';
  return (
    <section className={styles['actions']} aria-label={t.manager.actions}>
      {detail.state === 'complete' &&
        (detail.review === 'approved' ? (
          <p className="notice sealed">
            <span>✓ {t.manager.approved}</span>
          </p>
        ) : (
          <button type="button" className="button primary" onClick={() => void act('approve')}>
            {t.manager.approve}
          </button>
        ))}
      {detail.review === 'returned' && detail.returnedReason !== null && (
        <p className="notice waiting">
          <span>
            <strong>{t.clerk.returned}.</strong> {detail.returnedReason}
          </span>
        </p>
      )}
      {voided && (
        <p className="notice waiting">
          <span>
            <strong>{t.clerk.voidedText}</strong> {voidedBecause(t, detail)}
          </span>
        </p>
      )}
      {canRetry && (
        <button type="button" className="button" onClick={() => void act('retry')}>
          {t.manager.retry}
        </button>
      )}
      {!voided && detail.review !== 'returned' && (
        <button type="button" className="button" onClick={() => setAsking('return')}>
          {t.manager.returnIt}
        </button>
      )}
      {!voided && (
        <button type="button" className="button" onClick={() => setAsking('void')}>
          {t.manager.voidIt}
        </button>
      )}
      <button type="button" className="button" onClick={() => void save()}>
        {t.manager.export}
      </button>
      <PenData detail={detail} path={path} />
      {problem !== null && (
        <div className="notice stop" role="alert">
          <p>{problem}</p>
        </div>
      )}
      {asking !== null && (
        <ReasonDialog
          title={asking === 'return' ? t.manager.returnTitle : t.manager.voidTitle}
          text={asking === 'return' ? t.manager.returnText : t.manager.voidText}
          go={asking === 'return' ? t.manager.returnIt : t.manager.voidIt}
          path={`${path}/${asking}`}
          onClose={() => setAsking(null)}
        />
      )}
    </section>
  );
}
