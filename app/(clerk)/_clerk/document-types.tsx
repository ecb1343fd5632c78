'use client';

import type { ReactNode } from 'react';

import type { TransactionDetail } from '../../../kiosk-shell/kiosk-api.ts';
import { useLanguage } from '../../_components/language.tsx';
import styles from './clerk.module.css';

/** Of what type each document is, and whether what is plugged in may sign it: said before the customer sits down. */
export function DocumentTypes({
  detail,
  busy,
  onChoose,
}: {
  readonly detail: TransactionDetail;
  readonly busy: boolean;
  readonly onChoose: (document: string, type: string) => void;
}): ReactNode {
  const { t, language } = useLanguage();
  const { devices, documentList, ceremony } = detail;
  const before = detail.state === 'open' || detail.state === 'signing';
  // By the first signature the rules have been applied: from then on the type is a fact.
  const changeable = detail.state === 'open' && ceremony === null;
  const told = before && (ceremony === null || ceremony.capture === null) ? devices.problem : null;
  if (devices.types.length === 0 && told === null) return null;
  return (
    <section className={styles['types']}>
      {devices.types.length > 0 &&
        documentList.map(({ id, name, type }) => {
          const label = documentList.length === 1 ? t.clerk.documentType : t.clerk.documentTypeOf(name);
          const chosen = devices.types.find((one) => one.id === type);
          return changeable ? (
            <div key={id} className="field">
              <label htmlFor={`type ${id}`}>{label}</label>
              <select
                className="input"
                id={`type ${id}`}
                value={chosen?.id ?? ''}
                disabled={busy}
                onChange={(event) => onChoose(id, event.target.value)}
              >
                {chosen === undefined && <option value="">{t.clerk.documentTypeNone}</option>}
                {devices.types.map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.name[language]}
                  </option>
                ))}
              </select>
            </div>
          ) : (
            <p key={id} className={styles['muted']}>
              {label}: {chosen?.name[language] ?? t.clerk.documentTypeNone}
            </p>
          );
        })}
      {told !== null && (
        <div className="notice waiting" role="alert">
          <p>{t.clerk.deviceProblem[told]}</p>
        </div>
      )}
    </section>
  );
}
