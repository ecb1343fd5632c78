'use client';

import { useCallback, useRef, useState, type ReactNode } from 'react';

import { post } from '../../../_components/api.ts';
import { useLanguage } from '../../../_components/language.tsx';
import { refusalText } from '../../../_i18n/messages.ts';
import type { DisplayView } from '../../../../kiosk-shell/kiosk-api/display.ts';
import styles from './customer.module.css';
import { DeclineButton } from './decline-button.tsx';
import { DocumentReader } from './document-reader.tsx';

/** Beyond so many, documents are not only turned but chosen. */
const FEW_DOCUMENTS = 3;

type Review = Extract<DisplayView, { kind: 'review' }>;

/** The very revision that will be signed, all of it; "I have read it" appears where reading ends, not before. */
export function ReviewScreen({ view }: { readonly view: Review }): ReactNode {
  const { t } = useLanguage();
  const [index, setIndex] = useState(0);
  const [pointed, setPointed] = useState(view.pointer);
  const [seenHere, setSeenHere] = useState<Readonly<Record<string, ReadonlySet<number>>>>({});
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const flush = useRef<(() => Promise<void>) | null>(null);
  const register = useCallback((next: (() => Promise<void>) | null) => {
    flush.current = next;
  }, []);

  // The clerk points at another document: follow (adjusting state while rendering, as React advises over an effect).
  if (view.pointer !== null && view.pointer !== pointed && !samePlace(view.pointer, pointed)) {
    setPointed(view.pointer);
    const at = view.documents.findIndex(({ id }) => id === view.pointer?.document);
    if (at >= 0 && at !== index) setIndex(at);
  }

  const document = view.documents[index];
  if (document === undefined) return null;
  const seenOf = (id: string): ReadonlySet<number> => new Set([...(view.pagesSeen[id] ?? []), ...(seenHere[id] ?? [])]);
  const left = (one: { readonly id: string; readonly pages: number }): number => one.pages - seenOf(one.id).size;
  const leftAll = view.documents.reduce((sum, one) => sum + Math.max(0, left(one)), 0);

  const finish = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    await flush.current?.();
    const result = await post('/api/display/acts/finish-review', { ceremony: view.ceremony });
    if (result.ok) return;
    setBusy(false);
    setProblem(refusalText(t, result.error.code));
  };

  const turnTo = (next: number): void => {
    void flush.current?.();
    setIndex(next);
  };
  const unread = [...view.documents.keys()].filter((at) => at !== index && left(view.documents[at] ?? document) > 0);
  // Onwards first: a document skipped on the way is offered again at the end.
  const nextUnread = unread.find((at) => at > index) ?? unread[0] ?? -1;
  return (
    <DocumentReader
      key={document.id}
      ceremony={view.ceremony}
      document={document}
      known={seenOf(document.id)}
      pointer={pointed?.document === document.id ? pointed : null}
      onSeen={(page) => setSeenHere((old) => ({ ...old, [document.id]: new Set([...(old[document.id] ?? []), page]) }))}
      heading={
        <div className={styles['heading']}>
          <p className={styles['lead']}>{t.customer.asks(view.tenant)}</p>
          <h1 className={styles['ellipsis']} title={document.name}>
            {document.name}
          </h1>
        </div>
      }
      turns={
        view.documents.length > 1 && (
          <nav className={styles['turns']} aria-label={t.customer.documentOf(index + 1, view.documents.length)}>
            <button
              type="button"
              className={`button ${styles['tool']}`}
              aria-label={t.customer.previousDocument}
              disabled={index === 0}
              onClick={() => turnTo(index - 1)}
            >
              ‹
            </button>
            {view.documents.length > FEW_DOCUMENTS ? (
              <select
                className={`input ${styles['documentJump']}`}
                aria-label={t.customer.documentOf(index + 1, view.documents.length)}
                value={index}
                onChange={(event) => turnTo(Number(event.target.value))}
              >
                {view.documents.map((one, at) => (
                  <option key={one.id} value={at}>
                    {t.common.pageOf(at + 1, view.documents.length)}
                    {left(one) <= 0 ? ' ✓' : ''} · {one.name}
                  </option>
                ))}
              </select>
            ) : (
              <span>{t.customer.documentOf(index + 1, view.documents.length)}</span>
            )}
            <button
              type="button"
              className={`button ${styles['tool']}`}
              aria-label={t.customer.nextDocument}
              disabled={index === view.documents.length - 1}
              onClick={() => turnTo(index + 1)}
            >
              ›
            </button>
          </nav>
        )
      }
      decline={<DeclineButton ceremony={view.ceremony} />}
      problem={problem}
      register={register}
      action={
        leftAll === 0 ? (
          <button
            type="button"
            className={`button primary ${styles['action']}`}
            disabled={busy}
            onClick={() => void finish()}
          >
            {t.customer.haveRead}
          </button>
        ) : left(document) <= 0 && nextUnread >= 0 ? (
          <button type="button" className={`button primary ${styles['action']}`} onClick={() => turnTo(nextUnread)}>
            {t.customer.nextDocument}
          </button>
        ) : null
      }
    />
  );
}

function samePlace(a: Review['pointer'], b: Review['pointer']): boolean {
  return a?.document === b?.document && a?.page === b?.page;
}
