'use client';

import { useState, type ReactNode } from 'react';

import type { CloudKiosk } from '../../../../kiosk-shell/cloud-api.ts';
import { post } from '../../../_components/api.ts';
import { Dialog } from '../../../_components/dialog.tsx';
import { useLanguage } from '../../../_components/language.tsx';
import { formatDateTime } from '../../../_i18n/format.ts';
import { ActDialog, Field, textOf } from './act-dialog.tsx';
import styles from './console.module.css';

interface Made {
  readonly code: string;
  readonly expiresAt: string;
}

/** Asks which kiosk it is to be, then shows its code: once, large, with what to do. */
export function NewKiosk({
  kiosks,
  tenant,
  onClose,
}: {
  readonly kiosks: readonly CloudKiosk[];
  /** Of whoever asks; null: of any company, which has to be named. */
  readonly tenant: string | null;
  readonly onClose: () => void;
}): ReactNode {
  const { t, language } = useLanguage();
  const words = t.console;
  const [made, setMade] = useState<Made | null>(null);
  const known = kiosks[0];
  if (made !== null) {
    return (
      <Dialog title={words.codeTitle} onClose={onClose}>
        <p className={styles['code']}>{made.code}</p>
        <ol className={styles['steps']}>
          {words.codeSteps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
        <p className={styles['command']}>{`npm run enrol -- --cloud ${window.location.origin} --code ${made.code}`}</p>
        <p>{words.codeUntil(formatDateTime(language, made.expiresAt))}</p>
        <div>
          <button type="button" className="button primary" onClick={onClose}>
            {words.codeDone}
          </button>
        </div>
      </Dialog>
    );
  }
  return (
    <ActDialog
      title={words.newKiosk}
      text={words.newKioskText}
      go={words.makeCode}
      run={async (form) => {
        const answer = await post<Made>('/api/cloud/enrolment-codes', {
          tenant: tenant ?? textOf(form, 'tenant'),
          branch: { id: textOf(form, 'branch'), name: textOf(form, 'branchName') },
          kiosk: textOf(form, 'kiosk'),
        });
        if (answer.ok) setMade(answer.value);
        return answer;
      }}
      onDone={() => undefined}
      onClose={onClose}
    >
      {tenant === null && <Field label={words.tenant} name="tenant" value={known?.tenant ?? ''} />}
      <Field label={words.branchId} name="branch" value={known?.branch ?? ''} most={63} />
      <Field label={words.branchName} name="branchName" value={known?.branch ?? ''} most={63} />
      <Field label={words.kioskName} name="kiosk" most={63} />
    </ActDialog>
  );
}
