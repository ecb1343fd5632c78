'use client';

import { useId, useState, type ReactNode, type SubmitEvent } from 'react';

import type { ErasureOrder } from '../../../../kiosk-shell/kiosk-api/erasure.ts';
import type { TransactionDetail } from '../../../../kiosk-shell/kiosk-api/transaction.ts';
import { post } from '../../../_components/api.ts';
import { Dialog } from '../../../_components/dialog.tsx';
import styles from '../../../_components/dialog.module.css';
import { useLanguage } from '../../../_components/language.tsx';
import { refusalText, roleName } from '../../../_i18n/messages.ts';
import { ErasureForm } from './erasure-form.tsx';

/** Two steps: who asks for what and why, and then, with what goes and what stays before one's eyes, for good. */
export function ErasureDialog({
  detail,
  path,
  onClose,
}: {
  readonly detail: TransactionDetail;
  readonly path: string;
  readonly onClose: () => void;
}): ReactNode {
  const { t } = useLanguage();
  const words = t.erasure;
  const people = detail.signatoryList.filter(({ id }) => detail.penData.there.includes(id));
  const [order, setOrder] = useState<ErasureOrder | null>(null);
  const [isSure, setIsSure] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const box = useId();

  const erase = async (event: SubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    const answer = await post(`${path}/erase`, order);
    setBusy(false);
    if (answer.ok) onClose();
    else setProblem(refusalText(t, answer.error.code));
  };

  return (
    <Dialog title={order === null ? words.title : words.sureTitle} onClose={onClose}>
      <p>{words.goes}</p>
      <p>{words.stays}</p>
      {order === null ? (
        <ErasureForm people={people} onDone={setOrder} onClose={onClose} />
      ) : (
        <form className={styles['form']} onSubmit={(event) => void erase(event)}>
          <p>
            <strong>
              {words.sure(
                people
                  .filter(({ id }) => order.signatories.includes(id))
                  .map(({ role }) => roleName(t, role))
                  .join(', '),
              )}
            </strong>{' '}
            {order.basis.kind === 'other' ? order.basis.text : words.bases[order.basis.kind]}.{' '}
            {words.facts(words.asker[order.askedBy], order.reference)}
          </p>
          <label className="check" htmlFor={box}>
            <input
              id={box}
              type="checkbox"
              required
              autoFocus
              checked={isSure}
              onChange={(event) => setIsSure(event.target.checked)}
            />
            <span>{words.sureBox}</span>
          </label>
          {busy && <p role="status">{words.working}</p>}
          {problem !== null && (
            <div className="notice stop" role="alert">
              <p>{problem}</p>
            </div>
          )}
          <div className={styles['buttons']}>
            <button type="button" className="button" disabled={busy} onClick={() => setOrder(null)}>
              {t.common.back}
            </button>
            <button type="submit" className="button danger" disabled={busy || !isSure}>
              {words.goFinal}
            </button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
