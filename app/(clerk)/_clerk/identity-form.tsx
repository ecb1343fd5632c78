'use client';

import type { SubmitEvent, ReactNode } from 'react';

import type { CeremonyView, IdentityInput } from '../../../kiosk-shell/kiosk-api/ceremony.ts';
import type { PlacementView } from '../../../kiosk-shell/kiosk-api/documents.ts';
import type { TransactionDetail } from '../../../kiosk-shell/kiosk-api/transaction.ts';
import { useLanguage } from '../../_components/language.tsx';
import styles from './clerk.module.css';

/** The primary button lies outside the form and submits it by this name. */
export const IDENTITY_FORM = 'identity';

const KINDS: readonly IdentityInput['documentKind'][] = [
  'identity-card',
  'passport',
  'driving-licence',
  'residence-permit',
  'staff-account',
];
const VALUE = 'value:';

export interface IdentityBody {
  readonly input: IdentityInput;
  readonly values: Readonly<Record<string, string | boolean>>;
}

/** The least the law allows, asked in the order a clerk reads it off the document. */
export function IdentityForm({
  detail,
  ceremony,
  onSubmit,
}: {
  readonly detail: TransactionDetail;
  readonly ceremony: CeremonyView;
  readonly onSubmit: (body: IdentityBody) => void;
}): ReactNode {
  const { t } = useLanguage();
  const toFill = detail.documentList
    .flatMap(({ placements }) => placements)
    .filter(
      (one) =>
        one.signatory === ceremony.signatory.id &&
        one.signedAt === null &&
        (one.kind === 'text' || one.kind === 'checkbox'),
    );

  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    onSubmit(readForm(new FormData(event.currentTarget), toFill));
  };

  return (
    <form id={IDENTITY_FORM} className={styles['identity']} onSubmit={submit} autoComplete="off">
      <h3>{t.clerk.identityTitle}</h3>
      <div className="field">
        <label htmlFor="documentKind">{t.clerk.documentKind}</label>
        <select
          className="input"
          id="documentKind"
          name="documentKind"
          defaultValue={ceremony.signatory.role === 'clerk' ? 'staff-account' : 'identity-card'}
          autoFocus
        >
          {KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {t.clerk.documentKinds[kind]}
            </option>
          ))}
        </select>
      </div>
      <div className="field">
        <label htmlFor="name">{t.clerk.nameAsRead}</label>
        <input className="input" id="name" name="name" required maxLength={200} />
      </div>
      <div className={styles['twoFields']}>
        <div className="field">
          <label htmlFor="numberEnding">{t.clerk.numberEnding}</label>
          <input
            className="input"
            id="numberEnding"
            name="numberEnding"
            required
            minLength={3}
            maxLength={4}
            placeholder={t.clerk.numberEndingHint}
          />
        </div>
        <div className="field">
          <label htmlFor="expiry">{t.clerk.expiry}</label>
          <input className="input" id="expiry" name="expiry" type="date" required />
        </div>
      </div>
      <label className="check">
        <input type="checkbox" name="picturesCompared" required />
        {t.clerk.picturesCompared}
      </label>
      {toFill.length > 0 && <h3>{t.clerk.fillIn}</h3>}
      {toFill.map((one) => (
        <Value key={one.id} one={one} />
      ))}
    </form>
  );
}

function Value({ one }: { readonly one: PlacementView }): ReactNode {
  const { t } = useLanguage();
  const name = `${VALUE}${one.id}`;
  const label = one.label === '' ? t.common.kind[one.kind] : one.label;
  if (one.kind === 'checkbox') {
    return (
      <label className="check">
        <input type="checkbox" name={name} required={one.required} />
        {label}
      </label>
    );
  }
  return (
    <div className="field">
      <label htmlFor={name}>{label}</label>
      <input className="input" id={name} name={name} required={one.required} maxLength={1000} />
    </div>
  );
}

function readForm(form: FormData, toFill: readonly PlacementView[]): IdentityBody {
  const text = (name: string): string => {
    const value = form.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  const kind = KINDS.find((one) => one === text('documentKind')) ?? 'identity-card';
  return {
    input: {
      documentKind: kind,
      numberEnding: text('numberEnding'),
      expiry: text('expiry'),
      name: text('name'),
      picturesCompared: form.get('picturesCompared') !== null,
    },
    values: Object.fromEntries(
      toFill
        .map((one): [string, string | boolean] => {
          const name = `${VALUE}${one.id}`;
          return [one.id, one.kind === 'checkbox' ? form.get(name) !== null : text(name)];
        })
        .filter(([, value]) => value !== ''),
    ),
  };
}
