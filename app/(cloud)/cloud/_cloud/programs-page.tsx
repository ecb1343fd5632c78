'use client';

import { useState, type ReactNode } from 'react';

import type { ListedApiKey } from '../../../../kiosk-shell/cloud-api.ts';
import { remove } from '../../../_components/api.ts';
import { useLanguage } from '../../../_components/language.tsx';
import { Sign, type Shape } from '../../../_components/sign.tsx';
import { formatDate, formatDateTime } from '../../../_i18n/format.ts';
import { ActDialog } from './act-dialog.tsx';
import { ConsolePage } from './console-frame.tsx';
import styles from './console.module.css';
import { Loaded } from './loaded.tsx';
import { NewApiKey } from './new-api-key.tsx';
import { useRead } from './use-read.ts';

const SHAPES = { good: 'good', ended: 'off', revoked: 'bad' } as const satisfies Readonly<Record<string, Shape>>;

/** Keys of other programs. @param tenant of whoever looks; null: of all companies */
export function ProgramsPage({ tenant, now }: { readonly tenant: string | null; readonly now: number }): ReactNode {
  const { t, language } = useLanguage();
  const words = t.programs;
  const keys = useRead<readonly ListedApiKey[]>('/api/cloud/api-keys', null);
  const [adding, setAdding] = useState(false);
  const [asked, setAsked] = useState<ListedApiKey | null>(null);
  return (
    <ConsolePage
      title={t.console.nav.programs}
      action={
        <button type="button" className="button primary" onClick={() => setAdding(true)}>
          {words.add}
        </button>
      }
    >
      <p className={styles['muted']}>
        {words.text} <a href="/api/v1/openapi.json">{words.description}</a>
      </p>
      <Loaded read={keys}>
        {(list) =>
          list.length === 0 ? (
            <p className={styles['muted']}>{words.empty}</p>
          ) : (
            <div className={styles['tableBox']} tabIndex={0} role="group" aria-label={t.console.nav.programs}>
              <table className={styles['table']}>
                <thead>
                  <tr>
                    {Object.entries(words.columns).map(([column, word]) => (
                      <th scope="col" key={column}>
                        {word}
                      </th>
                    ))}
                    <th scope="col">
                      <span className="visually-hidden">{t.users.columns.acts}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {list.map((key) => {
                    const state = stateOf(key, now);
                    return (
                      <tr key={key.id}>
                        <td>
                          <strong>{key.name}</strong>
                          {tenant === null && <span className={styles['small']}>{key.tenant}</span>}
                        </td>
                        <td>
                          {key.scopes.map((scope) => (
                            <span className={styles['small']} key={scope}>
                              {words.scope[scope]}
                            </span>
                          ))}
                        </td>
                        <td className="tabular">
                          {key.lastUsedAt === null ? words.never : formatDateTime(language, key.lastUsedAt)}
                        </td>
                        <td className="tabular">{formatDate(language, key.expiresAt)}</td>
                        <td className={styles['state']}>
                          <Sign shape={SHAPES[state]} /> {words.state[state]}
                        </td>
                        <td>
                          {state === 'good' && (
                            <button type="button" className="button" onClick={() => setAsked(key)}>
                              {words.revoke} <span className="visually-hidden">{key.name}</span>
                            </button>
                          )}
                        </td>
                      </tr>
                    );
                  })}
                </tbody>
              </table>
            </div>
          )
        }
      </Loaded>
      {adding && (
        <NewApiKey
          tenant={tenant}
          onClose={() => {
            setAdding(false);
            keys.again();
          }}
        />
      )}
      {asked !== null && (
        <ActDialog
          title={words.revokeTitle(asked.name)}
          text={words.revokeText}
          go={words.revoke}
          danger
          run={() => remove(`/api/cloud/api-keys/${encodeURIComponent(asked.id)}`)}
          onDone={() => {
            setAsked(null);
            keys.again();
          }}
          onClose={() => setAsked(null)}
        />
      )}
    </ConsolePage>
  );
}

function stateOf({ revokedAt, expiresAt }: ListedApiKey, now: number): keyof typeof SHAPES {
  if (revokedAt !== null) return 'revoked';
  return Date.parse(expiresAt) <= now ? 'ended' : 'good';
}
