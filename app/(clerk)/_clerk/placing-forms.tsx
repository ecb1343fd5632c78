'use client';

import { useId, type ReactNode } from 'react';

import { useLanguage } from '../../_components/language.tsx';
import { roleName } from '../../_i18n/messages.ts';
import styles from './clerk.module.css';
import { KINDS, type Assigned, type Draft } from './placing.ts';

/** Everything of one box that is not its place. */
export function DraftForm({
  draft,
  roles,
  onChange,
  onRemove,
}: {
  readonly draft: Draft;
  /** That may be chosen, the present one among them. */
  readonly roles: readonly string[];
  readonly onChange: (next: Partial<Omit<Draft, 'id' | 'box'>>) => void;
  readonly onRemove: () => void;
}): ReactNode {
  const { t } = useLanguage();
  const id = useId();
  return (
    <form className={styles['draftForm']} onSubmit={(event) => event.preventDefault()}>
      <div className="field">
        <label htmlFor={`${id}kind`}>{t.placing.kind}</label>
        <select
          className="input"
          id={`${id}kind`}
          value={draft.kind}
          onChange={(event) => onChange({ kind: KINDS.find((kind) => kind === event.target.value) ?? draft.kind })}
        >
          {KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {t.common.kind[kind]}
            </option>
          ))}
        </select>
      </div>
      <Person id={id} role={draft.role} roles={roles} order={draft.order} onChange={onChange} />
      <div className="field">
        <label htmlFor={`${id}label`}>{t.placing.label}</label>
        <input
          className="input"
          id={`${id}label`}
          value={draft.label}
          maxLength={200}
          onChange={(event) => onChange({ label: event.target.value })}
        />
      </div>
      <label className="check">
        <input
          type="checkbox"
          checked={draft.required}
          onChange={(event) => onChange({ required: event.target.checked })}
        />
        {t.placing.required}
      </label>
      <button type="button" className="button" onClick={onRemove}>
        {t.placing.remove}
      </button>
    </form>
  );
}

/** Fields the document brings, without a person: the clerk says who. */
export function AssignForm({
  assigned,
  roles,
  nameOf,
  onChange,
}: {
  readonly assigned: readonly Assigned[];
  readonly roles: readonly string[];
  /** Of the document a field is in; null where there is one document only. */
  readonly nameOf: ((document: string) => string) | null;
  readonly onChange: (assigned: readonly Assigned[]) => void;
}): ReactNode {
  const { t } = useLanguage();
  return (
    <section className={styles['draftForm']}>
      <h2>{t.placing.unassigned}</h2>
      <p className={styles['muted']}>{t.placing.unassignedText}</p>
      {assigned.map((one, index) => (
        <fieldset key={`${one.document} ${one.fieldName}`} className={styles['draftForm']}>
          <legend className={styles['entryName']}>
            {one.fieldName}
            {nameOf !== null && <span className={styles['muted']}> · {nameOf(one.document)}</span>}
          </legend>
          <Person
            id={`assign${index}`}
            role={one.role}
            roles={roles}
            order={one.order}
            onChange={(next) => onChange(assigned.map((other, at) => (at === index ? { ...other, ...next } : other)))}
          />
        </fieldset>
      ))}
    </section>
  );
}

function Person({
  id,
  role,
  roles,
  order,
  onChange,
}: {
  readonly id: string;
  readonly role: string;
  readonly roles: readonly string[];
  readonly order: number;
  readonly onChange: (next: { readonly role?: string; readonly order?: number }) => void;
}): ReactNode {
  const { t } = useLanguage();
  return (
    <div className={styles['twoFields']}>
      <div className="field">
        <label htmlFor={`${id}role`}>{t.placing.role}</label>
        <select
          className="input"
          id={`${id}role`}
          value={role}
          onChange={(event) => onChange({ role: event.target.value })}
        >
          {roles.map((one) => (
            <option key={one} value={one}>
              {roleName(t, one)}
            </option>
          ))}
        </select>
      </div>
      <div className="field">
        <label htmlFor={`${id}order`}>{t.placing.order}</label>
        <input
          className="input"
          id={`${id}order`}
          type="number"
          min={1}
          max={99}
          value={order}
          onChange={(event) => {
            const next = Math.round(Number(event.target.value));
            if (next >= 1 && next <= 99) onChange({ order: next });
          }}
        />
      </div>
    </div>
  );
}
