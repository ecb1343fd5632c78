'use client';

import { useId, useState, type ReactNode, type SubmitEvent } from 'react';

import { post, type Refused } from '../../../_components/api.ts';
import { Dialog } from '../../../_components/dialog.tsx';
import styles from '../../../_components/dialog.module.css';
import { download } from '../../../_components/download.ts';
import { useLanguage } from '../../../_components/language.tsx';
import { refusalText } from '../../../_i18n/messages.ts';

const BASES = ['consent-withdrawn', 'authority-order', 'retention-over'] as const;
const ASKERS = ['signatory', 'authority', 'tenant'] as const;

/** Who asks and why, a last question, and afterwards the proof: the only thing left to save. */
export function DestroyDialog({
  digest,
  onClose,
  onGone,
}: {
  readonly digest: string;
  readonly onClose: () => void;
  /** Closed after it was done. */
  readonly onGone: () => void;
}): ReactNode {
  const { t } = useLanguage();
  const words = t.dataSubject;
  const [proofs, setProofs] = useState<readonly string[] | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const own = useId();

  const wordsFor = (refused: Refused & { readonly reason?: string }): string =>
    refused.code === 'held' ? words.held(refused.reason ?? '') : refusalText(t, refused.code);
  const destroy = async (event: SubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setProblem(null);
    const answer = await post<{ readonly proofs: readonly string[] }>(`/api/cloud/packages/${digest}/destruction`, {
      askedBy: form.get('askedBy'),
      reference: form.get('reference'),
      basis: form.get('basis'),
    });
    setBusy(false);
    if (answer.ok) setProofs(answer.value.proofs);
    else setProblem(wordsFor(answer.error));
  };

  if (proofs !== null) {
    return (
      <Dialog title={words.destroyedTitle} onClose={onGone}>
        <p role="status">{words.destroyed}</p>
        <div className={styles['buttons']}>
          <button type="button" className="button" onClick={onGone}>
            {t.common.back}
          </button>
          {proofs.map((jws, at) => (
            <button
              key={jws}
              type="button"
              className="button primary"
              onClick={() => void download(new Response(jws), `${digest.slice(0, 12)}-${at + 1}.proof.jws`)}
            >
              {proofs.length === 1 ? words.saveProof : `${words.saveProof} ${at + 1}`}
            </button>
          ))}
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title={words.destroyTitle} onClose={onClose}>
      <p>{words.goes}</p>
      <p>{words.stays}</p>
      <form className={styles['form']} onSubmit={(event) => void destroy(event)}>
        <div className="field">
          <label htmlFor={`${own}-basis`}>{t.erasure.basis}</label>
          <select className="input" id={`${own}-basis`} name="basis" autoFocus>
            {BASES.map((basis) => (
              <option key={basis} value={basis}>
                {t.erasure.bases[basis]}
              </option>
            ))}
          </select>
        </div>
        <div className="field">
          <label htmlFor={`${own}-asker`}>{t.erasure.askedBy}</label>
          <select className="input" id={`${own}-asker`} name="askedBy">
            {ASKERS.map((asker) => (
              <option key={asker} value={asker}>
                {t.erasure.asker[asker]}
              </option>
            ))}
          </select>
        </div>
        <div className="field">
          <label htmlFor={`${own}-reference`}>{t.erasure.reference}</label>
          <input
            className="input"
            id={`${own}-reference`}
            name="reference"
            required
            maxLength={500}
            aria-describedby={`${own}-hint`}
          />
          <small id={`${own}-hint`}>{t.erasure.referenceHint}</small>
        </div>
        <label className="check" htmlFor={`${own}-sure`}>
          <input id={`${own}-sure`} type="checkbox" required />
          <span>{words.sureBox}</span>
        </label>
        {busy && <p role="status">{words.destroying}</p>}
        {problem !== null && (
          <div className="notice stop" role="alert">
            <p>{problem}</p>
          </div>
        )}
        <div className={styles['buttons']}>
          <button type="button" className="button" disabled={busy} onClick={onClose}>
            {t.common.cancel}
          </button>
          <button type="submit" className="button danger" disabled={busy}>
            {words.destroyGo}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
