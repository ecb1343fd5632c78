'use client';

import { useState, type ReactNode, type SubmitEvent } from 'react';

import type { SignatoryView } from '../../../../kiosk-shell/kiosk-api/ceremony.ts';
import type { ErasureOrder } from '../../../../kiosk-shell/kiosk-api/erasure.ts';
import styles from '../../../_components/dialog.module.css';
import { useLanguage } from '../../../_components/language.tsx';
import { roleName } from '../../../_i18n/messages.ts';

type Basis = ErasureOrder['basis']['kind'];
type AskedBy = ErasureOrder['askedBy'];

/** Who usually stands behind a basis: proposed, and can be changed. */
const USUAL: Readonly<Record<Basis, AskedBy>> = {
  'consent-withdrawn': 'signatory',
  'retention-over': 'retention',
  'authority-order': 'authority',
  other: 'tenant',
};

export function ErasureForm({
  people,
  onDone,
  onClose,
}: {
  readonly people: readonly SignatoryView[];
  readonly onDone: (order: ErasureOrder) => void;
  readonly onClose: () => void;
}): ReactNode {
  const { t } = useLanguage();
  const words = t.erasure;
  const [basis, setBasis] = useState<Basis>('consent-withdrawn');
  const [askedBy, setAskedBy] = useState<AskedBy>(USUAL['consent-withdrawn']);
  const [reference, setReference] = useState('');
  const [other, setOther] = useState('');
  const only = people.length === 1 ? people[0] : undefined;
  const [chosen, setChosen] = useState<readonly string[]>(only === undefined ? [] : [only.id]);

  const done = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    onDone({
      askedBy,
      reference: reference.trim(),
      basis: basis === 'other' ? { kind: basis, text: other.trim() } : { kind: basis },
      signatories: chosen,
    });
  };
  const canGoOn = chosen.length > 0 && reference.trim() !== '' && (basis !== 'other' || other.trim() !== '');

  return (
    <form className={styles['form']} onSubmit={done}>
      <fieldset className={styles['choices']}>
        <legend>{words.whose}</legend>
        {people.map(({ id, role }) => (
          <label className="check" key={id}>
            <input
              type="checkbox"
              checked={chosen.includes(id)}
              onChange={(event) =>
                setChosen(event.target.checked ? [...chosen, id] : chosen.filter((one) => one !== id))
              }
            />
            <span>{roleName(t, role)}</span>
          </label>
        ))}
      </fieldset>
      <div className="field">
        <label htmlFor="erasure-basis">{words.basis}</label>
        <select
          className="input"
          id="erasure-basis"
          value={basis}
          onChange={(event) => {
            const now = event.target.value as Basis;
            setBasis(now);
            setAskedBy(USUAL[now]);
          }}
        >
          {(Object.keys(USUAL) as Basis[]).map((kind) => (
            <option key={kind} value={kind}>
              {words.bases[kind]}
            </option>
          ))}
        </select>
      </div>
      {basis === 'other' && (
        <div className="field">
          <label htmlFor="erasure-other">{words.other}</label>
          <input
            className="input"
            id="erasure-other"
            required
            maxLength={500}
            value={other}
            onChange={(event) => setOther(event.target.value)}
          />
        </div>
      )}
      <div className="field">
        <label htmlFor="erasure-asker">{words.askedBy}</label>
        <select
          className="input"
          id="erasure-asker"
          value={askedBy}
          onChange={(event) => setAskedBy(event.target.value as AskedBy)}
        >
          {Object.values(USUAL).map((who) => (
            <option key={who} value={who}>
              {words.asker[who]}
            </option>
          ))}
        </select>
      </div>
      <div className="field">
        <label htmlFor="erasure-reference">{words.reference}</label>
        <input
          className="input"
          id="erasure-reference"
          required
          maxLength={500}
          aria-describedby="erasure-hint"
          value={reference}
          onChange={(event) => setReference(event.target.value)}
        />
        <small id="erasure-hint">{words.referenceHint}</small>
      </div>
      <div className={styles['buttons']}>
        <button type="button" className="button" onClick={onClose}>
          {t.common.cancel}
        </button>
        <button type="submit" className="button primary" disabled={!canGoOn}>
          {words.goOn}
        </button>
      </div>
    </form>
  );
}
