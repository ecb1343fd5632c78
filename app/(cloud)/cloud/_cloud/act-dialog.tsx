'use client';

import { useState, type ReactNode, type SubmitEvent } from 'react';

import type { Answer } from '../../../_components/api.ts';
import { Dialog } from '../../../_components/dialog.tsx';
import dialogStyles from '../../../_components/dialog.module.css';
import { useLanguage } from '../../../_components/language.tsx';
import { consoleRefusal } from '../../../_i18n/messages.ts';

/** A question before an act: what will happen, what has to be filled in, and one button that says it. */
export function ActDialog({
  title,
  text,
  go,
  danger = false,
  run,
  onDone,
  onClose,
  children,
}: {
  readonly title: string;
  readonly text: string;
  readonly go: string;
  readonly danger?: boolean;
  readonly run: (form: FormData) => Promise<Answer<unknown>>;
  readonly onDone: () => void;
  readonly onClose: () => void;
  /** Fields of the form. */
  readonly children?: ReactNode;
}): ReactNode {
  const { t } = useLanguage();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const submit = async (event: SubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    const answer = await run(new FormData(event.currentTarget));
    setBusy(false);
    if (answer.ok) onDone();
    else setProblem(consoleRefusal(t, answer.error.code));
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{text}</p>
      <form className={dialogStyles['form']} onSubmit={(event) => void submit(event)}>
        {children}
        {problem !== null && (
          <div className="notice stop" role="alert">
            <p>{problem}</p>
          </div>
        )}
        <div className={dialogStyles['buttons']}>
          <button type="button" className="button" onClick={onClose}>
            {t.common.back}
          </button>
          <button type="submit" className={`button ${danger ? 'danger' : 'primary'}`} disabled={busy}>
            {go}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** One line to fill in. */
export function Field({
  label,
  name,
  type = 'text',
  value,
  required = true,
  most = 100,
}: {
  readonly label: string;
  readonly name: string;
  readonly type?: 'text' | 'number' | 'date' | 'password';
  readonly value?: string | number;
  readonly required?: boolean;
  /** Characters at most. */
  readonly most?: number;
}): ReactNode {
  return (
    <div className="field">
      <label htmlFor={name}>{label}</label>
      <input
        className="input"
        id={name}
        name={name}
        type={type}
        defaultValue={value}
        required={required}
        maxLength={most}
        autoComplete={type === 'password' ? 'new-password' : 'off'}
      />
    </div>
  );
}

/** Why; kept where others read it later. */
export function ReasonField({ required = true }: { readonly required?: boolean }): ReactNode {
  const { t } = useLanguage();
  return (
    <div className="field">
      <label htmlFor="reason">{t.console.reason}</label>
      <textarea className="input" id="reason" name="reason" required={required} minLength={3} maxLength={500} />
    </div>
  );
}

/** A choice of one. */
export function ChoiceField({
  label,
  name,
  options,
}: {
  readonly label: string;
  readonly name: string;
  readonly options: readonly (readonly [value: string, word: string])[];
}): ReactNode {
  return (
    <div className="field">
      <label htmlFor={name}>{label}</label>
      <select className="input" id={name} name={name}>
        {options.map(([value, word]) => (
          <option key={value} value={value}>
            {word}
          </option>
        ))}
      </select>
    </div>
  );
}

/** What stands in a field, without spaces around it. */
export function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
}
