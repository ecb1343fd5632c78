'use client';

import type { ReactNode } from 'react';

import type { DocumentView } from '../../../kiosk-shell/kiosk-api/documents.ts';
import type { TransactionDetail } from '../../../kiosk-shell/kiosk-api/transaction.ts';
import { useLanguage } from '../../_components/language.tsx';
import styles from './clerk.module.css';

/** More than so many are one line until somebody opens it: what there is to do stays in sight. */
const FEW = 3;

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
  const asked = changeable && devices.types.length > 0;
  if (!asked && told === null) return null;
  const choice = ({ id, name, type }: DocumentView): ReactNode => {
    const chosen = devices.types.find((one) => one.id === type);
    return (
      <div key={id} className="field">
        <label htmlFor={`type ${id}`}>
          {documentList.length === 1 ? t.intake.documentType : t.intake.documentTypeOf(name)}
        </label>
        <select
          className="input"
          id={`type ${id}`}
          value={chosen?.id ?? ''}
          disabled={busy}
          onChange={(event) => onChoose(id, event.target.value)}
        >
          {chosen === undefined && <option value="">{t.intake.documentTypeNone}</option>}
          {devices.types.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name[language]}
            </option>
          ))}
        </select>
      </div>
    );
  };
  return (
    <section className={styles['types']}>
      {asked && documentList.length > FEW && (
        <details className={styles['turnGroup']}>
          <summary>{t.intake.documentTypes(documentList.length)}</summary>
          {documentList.map(choice)}
        </details>
      )}
      {asked && documentList.length <= FEW && documentList.map(choice)}
      {told !== null && (
        <div className="notice waiting" role="alert">
          <p>{t.capture.deviceProblem[told]}</p>
        </div>
      )}
    </section>
  );
}

/** The same once it can no longer be changed: one line, below what there is to do. */
export function DocumentTypeLine({ detail }: { readonly detail: TransactionDetail }): ReactNode {
  const { t, language } = useLanguage();
  const { types } = detail.devices;
  if (types.length === 0 || (detail.state === 'open' && detail.ceremony === null)) return null;
  const names = detail.documentList.map(
    ({ type }) => types.find(({ id }) => id === type)?.name[language] ?? t.intake.documentTypeNone,
  );
  return (
    <p className={`${styles['types']} ${styles['muted']}`}>
      {t.intake.documentType}: {[...new Set(names)].join(', ')}
    </p>
  );
}
