'use client';

import { useState, type ReactNode } from 'react';

import type { DocumentView } from '../../../../kiosk-shell/kiosk-api/documents.ts';
import type { TransactionDetail } from '../../../../kiosk-shell/kiosk-api/transaction.ts';
import { useLanguage } from '../../../_components/language.tsx';
import { PageTurns } from '../../../_components/pdf/page-turns.tsx';
import { usePdf } from '../../../_components/pdf/pdf-document.ts';
import { PdfNotice } from '../../../_components/pdf/pdf-notice.tsx';
import { PdfPage } from '../../../_components/pdf/pdf-page.tsx';
import { useSize } from '../../../_components/use-size.ts';
import { deliveryCode } from '../../../_i18n/format.ts';
import styles from './manager.module.css';

/** The newest revision, a page at a time. */
export function Preview({ detail }: { readonly detail: TransactionDetail }): ReactNode {
  const { t } = useLanguage();
  const [chosen, setChosen] = useState(0);
  const document = detail.documentList[chosen];
  if (document === undefined) return null;
  return (
    <>
      {detail.documentList.length > 1 && (
        <select
          className="input"
          aria-label={t.common.documents(detail.documentList.length)}
          value={chosen}
          onChange={(event) => setChosen(Number(event.target.value))}
        >
          {detail.documentList.map((one, index) => (
            <option key={one.id} value={index}>
              {one.name}
            </option>
          ))}
        </select>
      )}
      <Pages key={document.id} transaction={detail.id} document={document} />
      <dl className={styles['digest']}>
        <dt>{t.manager.digest}</dt>
        <dd>{document.digest}</dd>
        {detail.packageDigest !== null && (
          <>
            <dt>{t.manager.package}</dt>
            <dd>{detail.packageDigest}</dd>
            {detail.trace !== null && (
              <>
                <dt>{t.manager.deliveryCode}</dt>
                <dd>{deliveryCode(detail.trace)}</dd>
              </>
            )}
          </>
        )}
      </dl>
    </>
  );
}

function Pages({
  transaction,
  document,
}: {
  readonly transaction: string;
  readonly document: DocumentView;
}): ReactNode {
  const [page, setPage] = useState(() => document.placements.find(({ signedAt }) => signedAt !== null)?.page ?? 0);
  const url = `/api/documents/${encodeURIComponent(transaction)}/${encodeURIComponent(document.id)}/${document.digest}.pdf`;
  const state = usePdf(url, document.digest);
  const [size, measure] = useSize();
  const pages = document.facts.pages.length;
  const facts = document.facts.pages[page];
  return (
    <div className={styles['preview']}>
      <div className={styles['turns']}>
        <PageTurns page={page} pages={pages} onTurn={(by) => setPage(page + by)} />
      </div>
      <div ref={measure}>
        <PdfNotice state={state} className={styles['muted']} />
        {state.kind === 'ready' && size !== null && (
          <PdfPage
            pdf={state.pdf}
            index={page}
            width={Math.floor(Math.min(size.width, 760))}
            aspect={facts === undefined ? Math.SQRT2 : facts.height / facts.width}
            active
          />
        )}
      </div>
    </div>
  );
}
