'use client';

import { useId, useState, type ReactNode } from 'react';

import type { CloudRole } from '../../../../../signing/access/cloud-roles.ts';
import { useLanguage } from '../../../../_components/language.tsx';
import styles from './users.module.css';

/** A role to choose, with what it means below. */
export function RoleField({
  roles,
  initial,
}: {
  readonly roles: readonly CloudRole[];
  readonly initial?: CloudRole;
}): ReactNode {
  const { t } = useLanguage();
  const field = useId();
  const [role, setRole] = useState(initial ?? roles[0]);
  return (
    <div className="field">
      <label htmlFor={field}>{t.users.columns.role}</label>
      <select
        className="input"
        id={field}
        name="role"
        value={role}
        aria-describedby={`${field}-text`}
        onChange={(event) => setRole(roles.find((one) => one === event.target.value))}
      >
        {roles.map((one) => (
          <option key={one} value={one}>
            {t.users.role[one]}
          </option>
        ))}
      </select>
      <p id={`${field}-text`} className={styles['muted']}>
        {role !== undefined && t.users.roleText[role]}
      </p>
    </div>
  );
}
