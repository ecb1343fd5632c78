'use client';

import type { ReactNode } from 'react';

import type { ListedBranch } from '../../../../kiosk-shell/cloud-api.ts';
import type { Answer } from '../../../_components/api.ts';
import { useLanguage } from '../../../_components/language.tsx';
import { Sign } from '../../../_components/sign.tsx';
import { ActDialog, ChoiceField, Field, textOf } from './act-dialog.tsx';
import styles from './console.module.css';

type Account = NonNullable<ListedBranch['staff']>[number];

/** What somebody is about to do to the accounts of a branch. */
export type StaffQuestion = { readonly of: ListedBranch } & (
  { readonly kind: 'add' } | { readonly kind: 'close' | 'reopen' | 'secret'; readonly account: Account }
);

export function BranchStaff({
  of,
  onAsk,
}: {
  readonly of: ListedBranch;
  /** Null: who looks may change nothing. */
  readonly onAsk: ((question: StaffQuestion) => void) | null;
}): ReactNode {
  const { t } = useLanguage();
  const words = t.console;
  return (
    <>
      {of.staff === null ? (
        <p className={styles['small']}>{words.staffEnrolled}</p>
      ) : (
        <ul className={styles['rows']} aria-label={words.staffTitle}>
          {of.staff.map((account) => (
            <li key={account.id} className={styles['row']}>
              <p>
                <Sign shape={account.closed ? 'off' : 'good'} /> <strong>{account.name}</strong>{' '}
                <span className={styles['small']}>
                  {words.staffRole[account.role]}
                  {account.closed && `, ${words.staffClosed}`}
                </span>
              </p>
              {onAsk !== null && (
                <div className={styles['buttons']}>
                  {!account.closed && (
                    <button type="button" className="button" onClick={() => onAsk({ of, kind: 'secret', account })}>
                      {words.staffNewSecret} <span className="visually-hidden">{account.name}</span>
                    </button>
                  )}
                  <button
                    type="button"
                    className="button"
                    onClick={() => onAsk({ of, kind: account.closed ? 'reopen' : 'close', account })}
                  >
                    {account.closed ? words.staffReopen : words.staffClose}{' '}
                    <span className="visually-hidden">{account.name}</span>
                  </button>
                </div>
              )}
            </li>
          ))}
        </ul>
      )}
      {onAsk !== null && (
        <div>
          <button type="button" className="button" onClick={() => onAsk({ of, kind: 'add' })}>
            {words.staffAdd} <span className="visually-hidden">{of.branch ?? words.allBranches}</span>
          </button>
        </div>
      )}
    </>
  );
}

export function StaffDialog({
  question,
  run,
  onDone,
  onClose,
}: {
  readonly question: StaffQuestion;
  readonly run: (act: object) => Promise<Answer<unknown>>;
  readonly onDone: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const { t } = useLanguage();
  const words = t.console;
  const common = { onDone, onClose };
  const secret = <Field label={words.staffSecret} name="secret" type="password" most={128} />;
  switch (question.kind) {
    case 'add':
      return (
        <ActDialog
          {...common}
          title={words.staffAdd}
          text={words.staffAddText}
          go={words.staffAdd}
          run={(form) =>
            run({
              ...{ kind: 'add', name: textOf(form, 'name'), role: textOf(form, 'role') },
              secret: textOf(form, 'secret'),
            })
          }
        >
          <Field label={words.staffName} name="name" />
          <ChoiceField
            label={words.staffRoleLabel}
            name="role"
            options={[
              ['manager', words.staffRole.manager],
              ['clerk', words.staffRole.clerk],
            ]}
          />
          {secret}
        </ActDialog>
      );
    case 'secret':
      return (
        <ActDialog
          {...common}
          title={words.staffNewSecretTitle(question.account.name)}
          text={words.staffAddText}
          go={t.common.save}
          run={(form) => run({ kind: 'secret', id: question.account.id, secret: textOf(form, 'secret') })}
        >
          {secret}
        </ActDialog>
      );
    case 'close':
    case 'reopen':
      return (
        <ActDialog
          {...common}
          title={question.kind === 'close' ? words.staffCloseTitle(question.account.name) : question.account.name}
          text={question.kind === 'close' ? words.staffCloseText : words.staffAddText}
          go={question.kind === 'close' ? words.staffClose : words.staffReopen}
          danger={question.kind === 'close'}
          run={() => run({ kind: question.kind, id: question.account.id })}
        />
      );
  }
}
