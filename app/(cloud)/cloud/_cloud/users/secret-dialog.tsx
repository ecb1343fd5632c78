'use client';

import type { ReactNode } from 'react';

import type { OneTimeSecret } from '../../../../../kiosk-shell/cloud-api.ts';
import { Dialog } from '../../../../_components/dialog.tsx';
import { useLanguage } from '../../../../_components/language.tsx';
import styles from './users.module.css';

/** The one time that a one-time password is shown. */
export function SecretDialog({
  told,
  onClose,
}: {
  readonly told: OneTimeSecret & { readonly name: string };
  readonly onClose: () => void;
}): ReactNode {
  const { t } = useLanguage();
  return (
    <Dialog title={t.users.secretTitle(told.name)} onClose={onClose}>
      <p className={styles['secret']}>{told.secret}</p>
      <p>{t.users.secretText(told.endsAt)}</p>
      <button type="button" className="button primary" onClick={onClose}>
        {t.users.noted}
      </button>
    </Dialog>
  );
}
