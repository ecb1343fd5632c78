'use client';

import { useState, type SubmitEvent, type ReactNode } from 'react';

import type { CloudUser, OneTimeSecret } from '../../../../../kiosk-shell/cloud-api.ts';
import type { CloudRole } from '../../../../../signing/access/cloud-roles.ts';
import { post } from '../../../../_components/api.ts';
import { Dialog } from '../../../../_components/dialog.tsx';
import dialogStyles from '../../../../_components/dialog.module.css';
import { useLanguage } from '../../../../_components/language.tsx';
import { refusalText } from '../../../../_i18n/messages.ts';
import { RoleField } from './role-field.tsx';

export type UserAct = 'changeRole' | 'renew' | 'close' | 'unlock';
const PATH = { changeRole: 'role', renew: 'secret', close: 'close', unlock: 'unlock' } as const;

/** One act on one account, said before it is done. */
export function UserDialog({
  act,
  user,
  roles,
  onClose,
  onDone,
}: {
  readonly act: UserAct;
  readonly user: CloudUser;
  readonly roles: readonly CloudRole[];
  readonly onClose: () => void;
  readonly onDone: (made: OneTimeSecret | null) => void;
}): ReactNode {
  const { t } = useLanguage();
  const words = t.users;
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const fitting = roles.filter((role) => (role === 'operator') === (user.tenant === null));

  const submit = async (event: SubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const role = new FormData(event.currentTarget).get('role');
    setBusy(true);
    setProblem(null);
    const path = `/api/cloud/users/${encodeURIComponent(user.id)}/${PATH[act]}`;
    const answer = await post<OneTimeSecret | Record<string, never>>(path, act === 'changeRole' ? { role } : {});
    setBusy(false);
    if (!answer.ok) {
      setProblem(words.refusal[answer.error.code] ?? refusalText(t, answer.error.code));
      return;
    }
    onDone(isSecret(answer.value) ? answer.value : null);
  };

  return (
    <Dialog title={words.act(words[act], user.name)} onClose={onClose}>
      <form className={dialogStyles['form']} onSubmit={(event) => void submit(event)}>
        {act === 'changeRole' && <RoleField roles={fitting} initial={user.role} />}
        {act === 'close' && <p>{words.closeText(user.name)}</p>}
        {act === 'renew' && <p>{words.renewText(user.name)}</p>}
        {problem !== null && (
          <div className="notice stop" role="alert">
            <p>{problem}</p>
          </div>
        )}
        <div className={dialogStyles['buttons']}>
          <button type="button" className="button" onClick={onClose}>
            {t.common.cancel}
          </button>
          <button type="submit" className={act === 'close' ? 'button danger' : 'button primary'} disabled={busy}>
            {words[act]}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function isSecret(value: OneTimeSecret | Record<string, never>): value is OneTimeSecret {
  return 'secret' in value;
}
