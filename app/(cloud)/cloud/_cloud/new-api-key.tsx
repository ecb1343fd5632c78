'use client';

import { useState, type ReactNode } from 'react';

import type { ListedApiKey } from '../../../../kiosk-shell/cloud-api.ts';
import { post, type Answer } from '../../../_components/api.ts';
import { Dialog } from '../../../_components/dialog.tsx';
import { useLanguage } from '../../../_components/language.tsx';
import { formatDate } from '../../../_i18n/format.ts';
import { ActDialog, Field, textOf } from './act-dialog.tsx';
import styles from './console.module.css';

interface Made {
  readonly key: string;
  readonly expiresAt: string;
}
type Scope = ListedApiKey['scopes'][number];
/** What a program that hands in and fetches needs. */
const USUAL: readonly Scope[] = ['transactions:write', 'transactions:read', 'documents:read'];
const YEAR_DAYS = 365;

/** Asks what the key is for, then shows it: once. */
export function NewApiKey({
  tenant,
  onClose,
}: {
  /** Of whoever asks; null: of any company, which has to be named. */
  readonly tenant: string | null;
  readonly onClose: () => void;
}): ReactNode {
  const { t, language } = useLanguage();
  const words = t.programs;
  const [made, setMade] = useState<(Made & { readonly name: string }) | null>(null);
  const [copied, setCopied] = useState(false);
  if (made !== null) {
    const copy = (): void => void navigator.clipboard.writeText(made.key).then(() => setCopied(true));
    return (
      <Dialog title={words.madeTitle(made.name)} onClose={onClose}>
        <p className={styles['command']}>{made.key}</p>
        <p>{words.madeText(formatDate(language, made.expiresAt))}</p>
        <div className={styles['buttons']}>
          <button type="button" className="button" onClick={copy}>
            {copied ? words.copied : words.copy}
          </button>
          <button type="button" className="button primary" onClick={onClose}>
            {words.noted}
          </button>
        </div>
      </Dialog>
    );
  }
  const make = async (form: FormData): Promise<Answer<Made>> => {
    const name = textOf(form, 'name');
    const answer = await post<Made>('/api/cloud/api-keys', {
      ...{ tenant: tenant ?? textOf(form, 'tenant'), name },
      ...{ scopes: form.getAll('scope'), days: Number(textOf(form, 'days')) },
    });
    if (answer.ok) setMade({ ...answer.value, name });
    return answer;
  };
  return (
    <ActDialog
      title={words.add}
      text={words.addText}
      go={words.make}
      run={make}
      onDone={() => undefined}
      onClose={onClose}
    >
      {tenant === null && <Field label={t.console.tenant} name="tenant" />}
      <Field label={words.name} name="name" />
      <Field label={words.days} name="days" type="number" value={YEAR_DAYS} />
      <fieldset>
        <legend>{words.scopes}</legend>
        {Object.entries(words.scope).map(([scope, word]) => (
          <label className="check" key={scope}>
            <input type="checkbox" name="scope" value={scope} defaultChecked={USUAL.some((one) => one === scope)} />
            {word}
          </label>
        ))}
      </fieldset>
    </ActDialog>
  );
}
