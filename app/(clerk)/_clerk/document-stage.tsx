'use client';

import { useEffect, useRef, useState, type ReactNode } from 'react';

import type { DocumentView, PlacementView } from '../../../kiosk-shell/kiosk-api/documents.ts';
import type { TransactionDetail } from '../../../kiosk-shell/kiosk-api/transaction.ts';
import { post } from '../../_components/api.ts';
import { useLanguage } from '../../_components/language.tsx';
import { BoxLayer, type ShownBox } from '../../_components/pdf/boxes.tsx';
import { usePdf } from '../../_components/pdf/pdf-document.ts';
import { PdfNotice } from '../../_components/pdf/pdf-notice.tsx';
import { PdfPage } from '../../_components/pdf/pdf-page.tsx';
import { useSize } from '../../_components/use-size.ts';
import { formatTime } from '../../_i18n/format.ts';
import { roleName } from '../../_i18n/messages.ts';
import type { InkStrokes } from '../../_server/stream-messages.ts';
import styles from './clerk.module.css';
import { PageBar } from './page-bar.tsx';

/** What is being written now, and in which box. */
export interface LiveInk {
  readonly placement: string;
  readonly strokes: InkStrokes;
}

interface Place {
  readonly document: string;
  readonly page: number;
}

/** The page as the customer sees it. While they read or sign it follows them; turning a page here turns theirs. */
export function DocumentStage({
  detail,
  ink,
}: {
  readonly detail: TransactionDetail;
  readonly ink: LiveInk | null;
}): ReactNode {
  const { t } = useLanguage();
  const [local, setLocal] = useState<Place>(() => firstOpenBox(detail));
  const [follow, setFollow] = useState(true);
  const [zoom, setZoom] = useState(1);
  const { ceremony } = detail;
  const theirs: Place | null =
    ceremony === null ? null : (ceremony.capture ?? (ceremony.step === 'review' ? ceremony.looking : null));
  const shown = follow && theirs !== null ? theirs : local;
  const document = detail.documentList.find(({ id }) => id === shown.document) ?? detail.documentList[0];
  const pages = document?.facts.pages.length ?? 1;
  const page = Math.min(shown.page, pages - 1);

  const go = (place: Place): void => {
    setLocal(place);
    // A document the customer does not sign is not before them: it is only looked at here.
    if (ceremony?.step === 'review' && ceremony.shown.some((one) => one.document === place.document)) {
      setFollow(true);
      void post(`/api/ceremonies/${encodeURIComponent(ceremony.id)}/point`, place);
    } else {
      setFollow(false);
    }
  };
  const turn = (by: number): void => {
    if (document !== undefined) go({ document: document.id, page: Math.min(pages - 1, Math.max(0, page + by)) });
  };
  useTurnKeys(turn);
  if (document === undefined) return <main id="content" className={styles['stage']} />;

  return (
    <main id="content" className={styles['stage']}>
      <div className={styles['stageTop']}>
        {detail.documentList.length > 1 ? (
          <>
            <h1 className="visually-hidden">{document.name}</h1>
            <label className={styles['documentChoice']}>
              <span className="visually-hidden">{t.common.documents(detail.documentList.length)}</span>
              <select
                className="input"
                value={document.id}
                onChange={(event) => go({ document: event.target.value, page: 0 })}
              >
                {detail.documentList.map((one, index) => (
                  <option key={one.id} value={one.id}>
                    {index + 1}/{detail.documentList.length} · {one.name}
                  </option>
                ))}
              </select>
            </label>
          </>
        ) : (
          <h1 className={styles['documentName']} title={document.name}>
            {document.name}
          </h1>
        )}
        {theirs !== null && (
          <label className="check">
            <input type="checkbox" checked={follow} onChange={(event) => setFollow(event.target.checked)} />
            {t.clerk.follow}
          </label>
        )}
      </div>
      {document.facts.warnings.length > 0 && (
        <div className={`notice waiting ${styles['warnings']}`} role="note">
          {document.facts.warnings.map(({ code }) => (
            <p key={code}>{t.intake.warnings[code]}</p>
          ))}
        </div>
      )}
      <Sheet detail={detail} document={document} page={page} zoom={zoom} ink={ink} />
      <PageBar
        page={page}
        pages={pages}
        zoom={zoom}
        onTurn={turn}
        onZoom={setZoom}
        note={ceremony?.step === 'review' ? t.clerk.point : null}
      />
    </main>
  );
}

function Sheet({
  detail,
  document,
  page,
  zoom,
  ink,
}: {
  readonly detail: TransactionDetail;
  readonly document: DocumentView;
  readonly page: number;
  readonly zoom: number;
  readonly ink: LiveInk | null;
}): ReactNode {
  const { t, language } = useLanguage();
  const url = `/api/documents/${encodeURIComponent(detail.id)}/${encodeURIComponent(document.id)}/${document.digest}.pdf`;
  const state = usePdf(url, document.digest);
  const [size, measure] = useSize();
  const capture = detail.ceremony?.capture ?? null;
  const next = capture?.placement ?? nextBox(detail);
  const facts = document.facts.pages[page];
  const aspect = facts === undefined ? Math.SQRT2 : facts.height / facts.width;

  const nextHere = document.placements.find((one) => one.id === next && one.page === page)?.id ?? null;

  const boxes = (one: PlacementView): ShownBox => ({
    id: one.id,
    box: one.box,
    label: one.label === '' ? t.common.kind[one.kind] : one.label,
    state: one.signedAt !== null ? 'done' : one.id === next ? 'next' : 'open',
    stateWord:
      one.signedAt !== null
        ? formatTime(language, one.signedAt)
        : `${roleName(t, one.role)}${one.id === next ? `, ${t.clerk.next}` : ''}`,
  });

  return (
    <div className={styles['sheet']} tabIndex={0} role="region" aria-label={t.clerk.following}>
      <div ref={measure} className={styles['sheetInner']}>
        <PdfNotice state={state} className={styles['stageNote']} />
        {state.kind === 'ready' && size !== null && (
          <PdfPage
            pdf={state.pdf}
            index={page}
            width={Math.floor(Math.max(240, size.width - 2) * zoom)}
            aspect={aspect}
            active
            overlay={(viewport) => (
              <BoxLayer
                viewport={viewport}
                reveal={nextHere}
                boxes={document.placements.filter((one) => one.page === page).map(boxes)}
                ink={
                  ink === null || capture === null || ink.placement !== capture.placement
                    ? undefined
                    : {
                        box: ink.placement,
                        strokes: ink.strokes,
                        aspect: capture.aspect ?? capture.box.width / capture.box.height,
                      }
                }
              />
            )}
          />
        )}
      </div>
    </div>
  );
}

function useTurnKeys(turn: (by: 1 | -1) => void): void {
  const latest = useRef(turn);
  useEffect(() => {
    latest.current = turn;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!event.altKey || (event.key !== 'PageDown' && event.key !== 'PageUp')) return;
      event.preventDefault();
      latest.current(event.key === 'PageDown' ? 1 : -1);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}

/** The box whose turn it is, when nobody is signing yet: the first unsigned one of the next signatory. */
function nextBox(detail: TransactionDetail): string | null {
  const turn = detail.signatoryList.find(({ state }) => state === 'active' || state === 'next');
  if (turn === undefined) return null;
  const open = detail.documentList
    .flatMap(({ placements }) => placements)
    .find(
      (one) =>
        one.signatory === turn.id && one.signedAt === null && (one.kind === 'signature' || one.kind === 'initials'),
    );
  return open?.id ?? null;
}

function firstOpenBox(detail: TransactionDetail): Place {
  const next = nextBox(detail);
  for (const { id, placements } of detail.documentList) {
    const box = placements.find((one) => one.id === next);
    if (box !== undefined) return { document: id, page: box.page };
  }
  return { document: detail.documentList[0]?.id ?? '', page: 0 };
}
