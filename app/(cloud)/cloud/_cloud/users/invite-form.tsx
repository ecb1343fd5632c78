'use client';

import { useState, type SubmitEvent, type ReactNode } from 'react';

import type { OneTimeSecret } from '../../../../../kiosk-shell/cloud-api.ts';
import type { CloudRole } from '../../../../../signing/access/cloud-roles.ts';
import { post } from '../../../../_components/api.ts';
import { useLanguage } from '../../../../_components/language.tsx';
import { refusalText } from '../../../../_i18n/messages.ts';
import { RoleField } from './role-field.tsx';
import styles from './users.module.css';

export function InviteForm({
  roles,
  choosesTenant,
  onMade,
}: {
  readonly roles: readonly CloudRole[];
  readonly choosesTenant: boolean;
  readonly onMade: (name: string, made: OneTimeSecret) => void;
}): ReactNode {
  const { t } = useLanguage();
  const words = t.users;
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const submit = async (event: SubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget;
    const { name, role, tenant } = Object.fromEntries(new FormData(form));
    setBusy(true);
    setProblem(null);
    const wanted = { name, role, tenant: tenant === undefined || tenant === '' ? null : tenant };
    const answer = await post<OneTimeSecret>('/api/cloud/users', wanted);
    setBusy(false);
    if (!answer.ok) {
      setProblem(words.refusal[answer.error.code] ?? refusalText(t, answer.error.code));
      return;
    }
    form.reset();
    onMade(typeof name === 'string' ? name : '', answer.value);
  };

  return (
    <form className={styles['invite']} aria-labelledby="invite" onSubmit={(event) => void submit(event)}>
      <h2 id="invite">{words.invite}</h2>
      <p className={styles['muted']}>{words.inviteText}</p>
      <div className={styles['fields']}>
        <div className="field">
          <label htmlFor="new-name">{words.columns.name}</label>
          <input className="input" id="new-name" name="name" required maxLength={100} autoComplete="off" />
        </div>
        <RoleField roles={roles} />
        {choosesTenant && (
          <div className="field">
            <label htmlFor="new-tenant">{words.tenant}</label>
            <input
              className="input"
              id="new-tenant"
              name="tenant"
              maxLength={100}
              autoComplete="off"
              aria-describedby="new-tenant-text"
            />
            <p id="new-tenant-text" className={styles['muted']}>
              {words.tenantText}
            </p>
          </div>
        )}
        <button type="submit" className="button primary" disabled={busy}>
          {words.inviteGo}
        </button>
      </div>
      {problem !== null && (
        <div className="notice stop" role="alert">
          <p>{problem}</p>
        </div>
      )}
    </form>
  );
}
