'use client';

import { useState, type ReactNode } from 'react';

import { useLanguage } from '../../../_components/language.tsx';
import { PageTurns } from '../../../_components/pdf/page-turns.tsx';
import { usePdf } from '../../../_components/pdf/pdf-document.ts';
import { PdfNotice } from '../../../_components/pdf/pdf-notice.tsx';
import { PdfPage } from '../../../_components/pdf/pdf-page.tsx';
import { useSize } from '../../../_components/use-size.ts';
import styles from './cloud.module.css';

/** A document of a package as it can be downloaded: its number from 1, and the digest of its bytes. */
export interface Previewed {
  readonly number: number;
  readonly name: string;
  readonly digest: string;
}

/** Folded until somebody wants to see it: opening a document is written down. */
export function PackagePreview({
  of,
  documents,
}: {
  /** Digest of the package. */
  readonly of: string;
  readonly documents: readonly Previewed[];
}): ReactNode {
  const { t } = useLanguage();
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState(0);
  const document = documents[chosen];
  if (document === undefined) return null;
  return (
    <details className={styles['preview']} open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t.console.preview}</summary>
      {open && (
        <div className={styles['previewed']}>
          {documents.length > 1 && (
            <select
              className="input"
              aria-label={t.common.documents(documents.length)}
              value={chosen}
              onChange={(event) => setChosen(Number(event.target.value))}
            >
              {documents.map(({ number, name }, index) => (
                <option key={number} value={index}>
                  {name}
                </option>
              ))}
            </select>
          )}
          <Pages
            key={document.number}
            url={`/api/cloud/packages/${of}/documents/${String(document.number)}`}
            digest={document.digest}
          />
        </div>
      )}
    </details>
  );
}

function Pages({ url, digest }: { readonly url: string; readonly digest: string }): ReactNode {
  const state = usePdf(url, digest);
  const [page, setPage] = useState(0);
  const [size, measure] = useSize();
  return (
    <>
      {state.kind === 'ready' && (
        <div className={styles['turns']}>
          <PageTurns page={page} pages={state.pdf.numPages} onTurn={(by) => setPage(page + by)} />
        </div>
      )}
      <div ref={measure}>
        <PdfNotice state={state} className={styles['muted']} />
        {state.kind === 'ready' && size !== null && (
          <PdfPage pdf={state.pdf} index={page} width={Math.floor(size.width)} aspect={Math.SQRT2} active />
        )}
      </div>
    </>
  );
}
