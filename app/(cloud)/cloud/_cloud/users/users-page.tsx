'use client';

import { useState, type ReactNode } from 'react';

import type { CloudUser, OneTimeSecret } from '../../../../../kiosk-shell/cloud-api.ts';
import type { CloudRole } from '../../../../../signing/access/cloud-roles.ts';
import { get } from '../../../../_components/api.ts';
import { useLanguage } from '../../../../_components/language.tsx';
import { Sign } from '../../../../_components/sign.tsx';
import { ConsolePage } from '../console-frame.tsx';
import { InviteForm } from './invite-form.tsx';
import { SecretDialog } from './secret-dialog.tsx';
import { UserDialog, type UserAct } from './user-dialog.tsx';
import styles from './users.module.css';

const SHAPE = { open: 'good', invited: 'wait', closed: 'bad' } as const;

/** Accounts that this person may see; buttons for those that he may change. `roles` he may give; none: he only reads. */
export function UsersPage({
  users: initial,
  roles,
  choosesTenant,
}: {
  readonly users: readonly CloudUser[];
  readonly roles: readonly CloudRole[];
  readonly choosesTenant: boolean;
}): ReactNode {
  const { t } = useLanguage();
  const words = t.users;
  const [users, setUsers] = useState(initial);
  const [asking, setAsking] = useState<{ act: UserAct; user: CloudUser } | null>(null);
  const [told, setTold] = useState<(OneTimeSecret & { name: string }) | null>(null);
  const reload = async (): Promise<void> => {
    const answer = await get<readonly CloudUser[]>('/api/cloud/users');
    if (answer.ok) setUsers(answer.value);
    else if (answer.error.code === 'signed-out') window.location.assign('/cloud/sign-in');
  };
  const done = (name: string, made: OneTimeSecret | null): void => {
    setAsking(null);
    if (made !== null) setTold({ ...made, name });
    void reload();
  };

  return (
    <>
      <ConsolePage title={words.title}>
        {roles.length > 0 && <InviteForm roles={roles} choosesTenant={choosesTenant} onMade={done} />}
        {users.length === 0 && <p className={styles['muted']}>{words.none}</p>}
        <div className={styles['tableBox']} tabIndex={0} role="group" aria-label={words.title}>
          <table className={styles['table']}>
            <thead>
              <tr>
                {(['name', 'role', ...(choosesTenant ? (['tenant'] as const) : []), 'state', 'acts'] as const).map(
                  (column) => (
                    <th scope="col" key={column}>
                      {words.columns[column]}
                    </th>
                  ),
                )}
              </tr>
            </thead>
            <tbody>
              {users.map((user) => (
                <tr key={user.id}>
                  <td className={styles['name']}>{user.name}</td>
                  <td title={words.roleText[user.role]}>{words.role[user.role]}</td>
                  {choosesTenant && <td>{user.tenant ?? words.whole}</td>}
                  <td>
                    <Sign shape={SHAPE[user.state]} /> {words.state[user.state]}
                    {user.lockedUntil !== null && (
                      <span className={styles['locked']}>{words.locked(user.lockedUntil)}</span>
                    )}
                  </td>
                  <td>
                    {user.changeable && (
                      <div className={styles['acts']}>
                        {actsOf(user).map((act) => (
                          <button
                            key={act}
                            type="button"
                            className="button"
                            aria-label={words.act(words[act], user.name)}
                            onClick={() => setAsking({ act, user })}
                          >
                            {words[act]}
                          </button>
                        ))}
                      </div>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </ConsolePage>
      {asking !== null && (
        <UserDialog
          {...asking}
          roles={roles}
          onClose={() => setAsking(null)}
          onDone={(made) => done(asking.user.name, made)}
        />
      )}
      {told !== null && <SecretDialog told={told} onClose={() => setTold(null)} />}
    </>
  );
}

function actsOf(user: CloudUser): readonly UserAct[] {
  const acts: readonly UserAct[] = ['changeRole', 'renew', 'close'];
  return user.lockedUntil === null ? acts : ['unlock', ...acts];
}
