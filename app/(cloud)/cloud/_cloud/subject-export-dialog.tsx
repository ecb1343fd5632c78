'use client';

import { useId, useState, type ReactNode, type SubmitEvent } from 'react';

import { postJson } from '../../../_components/api.ts';
import { Dialog } from '../../../_components/dialog.tsx';
import styles from '../../../_components/dialog.module.css';
import { download } from '../../../_components/download.ts';
import { useLanguage } from '../../../_components/language.tsx';
import { refusalText } from '../../../_i18n/messages.ts';

/** Everything there is as one ZIP, under the number that the request is filed under. */
export function SubjectExportDialog({
  digest,
  onClose,
}: {
  readonly digest: string;
  readonly onClose: () => void;
}): ReactNode {
  const { t } = useLanguage();
  const words = t.dataSubject;
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const field = useId();

  const save = async (event: SubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const reference = new FormData(event.currentTarget).get('reference');
    setBusy(true);
    setProblem(null);
    const response = await postJson(`/api/cloud/packages/${digest}/subject-export`, { reference }).catch(() => null);
    setBusy(false);
    if (response?.ok === true) {
      await download(response, 'export.zip');
      onClose();
    } else {
      const answer = (await response?.json().catch(() => null)) as { readonly code?: string } | null | undefined;
      setProblem(refusalText(t, response === null ? 'offline' : (answer?.code ?? 'unexpected')));
    }
  };

  return (
    <Dialog title={words.exportTitle} onClose={onClose}>
      <p>{words.exportText}</p>
      <form className={styles['form']} onSubmit={(event) => void save(event)}>
        <div className="field">
          <label htmlFor={field}>{t.erasure.reference}</label>
          <input
            className="input"
            id={field}
            name="reference"
            required
            maxLength={500}
            autoFocus
            aria-describedby={`${field}-hint`}
          />
          <small id={`${field}-hint`}>{t.erasure.referenceHint}</small>
        </div>
        {busy && <p role="status">{words.working}</p>}
        {problem !== null && (
          <div className="notice stop" role="alert">
            <p>{problem}</p>
          </div>
        )}
        <div className={styles['buttons']}>
          <button type="button" className="button" disabled={busy} onClick={onClose}>
            {t.common.cancel}
          </button>
          <button type="submit" className="button primary" disabled={busy}>
            {words.exportGo}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
