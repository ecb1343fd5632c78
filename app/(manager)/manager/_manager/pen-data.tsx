'use client';

import { useState, type ReactNode } from 'react';

import type { TransactionDetail } from '../../../../kiosk-shell/kiosk-api/transaction.ts';
import { useLanguage } from '../../../_components/language.tsx';
import { formatDateTime } from '../../../_i18n/format.ts';
import { ErasureDialog } from './erasure-dialog.tsx';
import styles from './manager.module.css';

/** What became of the pen data, and the way to take it out; the server decides again. */
export function PenData({ detail, path }: { readonly detail: TransactionDetail; readonly path: string }): ReactNode {
  const { t, language } = useLanguage();
  const [asking, setAsking] = useState(false);
  const { penData, state, packageDigest } = detail;
  const words = t.erasure;
  const isOver = packageDigest !== null || state === 'voided' || state === 'declined';
  return (
    <>
      {isOver && penData.there.length > 0 && (
        <button type="button" className="button" onClick={() => setAsking(true)}>
          {words.take}
        </button>
      )}
      {penData.inDocument && <p className={styles['muted']}>{words.inDocument}</p>}
      {penData.erasures.map((one) => (
        <div className="notice" key={one.at}>
          <div>
            <p>{words.erased(formatDateTime(language, one.at), one.legalBasis)}</p>
            <p className={styles['muted']}>{words.facts(words.asker[one.askedBy], one.reference)}</p>
          </div>
        </div>
      ))}
      {penData.erasures.length > 0 && packageDigest !== null && (
        <p className={styles['muted']}>{detail.delivery === 'delivered' ? words.cloudDone : words.cloudPending}</p>
      )}
      {asking && <ErasureDialog detail={detail} path={path} onClose={() => setAsking(false)} />}
    </>
  );
}
