'use client';

import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';

import { post } from '../../../_components/api.ts';
import { useLanguage } from '../../../_components/language.tsx';
import { BoxLayer } from '../../../_components/pdf/boxes.tsx';
import { usePdf } from '../../../_components/pdf/pdf-document.ts';
import { PdfPage } from '../../../_components/pdf/pdf-page.tsx';
import { useSize } from '../../../_components/use-size.ts';
import type { DisplayDocument } from '../../../../kiosk-shell/kiosk-api/display.ts';
import styles from './customer.module.css';
import { Dots } from './message-screen.tsx';
import { useReading } from './use-reading.ts';

/** Portrait A4, until a page says otherwise. */
const A4 = Math.SQRT2;
/** The smallest shows nearly a whole page at once, for those who have hundreds to turn. */
const ZOOMS = [0.7, 1, 1.25, 1.6, 2] as const;
const FIRST_ZOOM = 1;
const READING_WIDTH = 880;
/** Beyond so many, pages are not only scrolled to but chosen. */
const FEW_PAGES = 10;
/** Pages kept rendered on each side of the one being read. */
const NEAR = 2;

/** All pages of one document one below the other, at reading size. */
export function DocumentReader({
  ceremony,
  document,
  known,
  pointer,
  onSeen,
  heading,
  turns,
  decline,
  action,
  problem,
  register,
}: {
  readonly ceremony: string;
  readonly document: DisplayDocument;
  readonly known: ReadonlySet<number>;
  readonly pointer: { readonly page: number } | null;
  readonly onSeen: (page: number) => void;
  readonly heading: ReactNode;
  readonly turns: ReactNode;
  readonly decline: ReactNode;
  /** What to do once it is read; null while pages are left. */
  readonly action: ReactNode;
  readonly problem: string | null;
  readonly register: (flush: (() => Promise<void>) | null) => void;
}): ReactNode {
  const { t } = useLanguage();
  const url = `/api/display/documents/${encodeURIComponent(document.id)}/${document.digest}.pdf`;
  const state = usePdf(url, document.digest);
  const scroller = useRef<HTMLDivElement>(null);
  const rendered = useRef(new Set<number>());
  const [zoom, setZoom] = useState(FIRST_ZOOM);
  const [size, measure] = useSize();

  const reading = useReading(
    scroller,
    rendered,
    known,
    (page, dwellMs) => {
      onSeen(page);
      return post('/api/display/acts/seen', {
        ceremony,
        document: document.id,
        digest: document.digest,
        page,
        dwellMs: Math.round(dwellMs),
      });
    },
    register,
  );

  useEffect(() => {
    void post('/api/display/acts/looking', { ceremony, document: document.id, page: reading.page });
  }, [ceremony, document.id, reading.page]);

  const ready = state.kind === 'ready' && size !== null;
  useEffect(() => {
    if (pointer === null || !ready) return;
    scroller.current?.querySelector(`[data-page="${pointer.page}"]`)?.scrollIntoView({ block: 'start' });
  }, [pointer, ready]);

  const width = Math.floor(Math.min((size?.width ?? 0) - 32, READING_WIDTH) * (ZOOMS[zoom] ?? 1));
  const pages = useMemo(() => Array.from({ length: document.pages }, (_, index) => index), [document.pages]);
  const scrollBy = (direction: 1 | -1): void => {
    const view = scroller.current;
    // Asked here, because what a script asks for goes before what the style says.
    const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    view?.scrollBy({ top: direction * view.clientHeight * 0.85, behavior: still ? 'instant' : 'smooth' });
  };
  const unseen = pages.filter((page) => !known.has(page) && !reading.seen.has(page));
  // Whoever is in the middle of a page reads on; from a page that is seen, the way leads to the next that is not.
  const here = unseen.includes(reading.page);
  const nextUnseen = here ? undefined : (unseen.find((page) => page > reading.page) ?? unseen[0]);
  const goTo = (page: number): void =>
    scroller.current?.querySelector(`[data-page="${page}"]`)?.scrollIntoView({ block: 'start' });

  return (
    <div className={styles['reader']}>
      <div className={styles['readerTop']}>
        {heading}
        {turns}
      </div>
      <div className={styles['scroller']} ref={scroller} tabIndex={0} role="region" aria-label={document.name}>
        <div ref={measure} className={styles['pages']}>
          {state.kind === 'loading' && (
            <div className={styles['message']} role="status">
              <Dots />
              <p>{t.common.documentLoading}</p>
            </div>
          )}
          {(state.kind === 'failed' || state.kind === 'wrong') && (
            <div className={styles['message']} role="alert">
              <p>{state.kind === 'failed' ? t.common.documentFailed : t.common.documentWrong}</p>
            </div>
          )}
          {state.kind === 'ready' &&
            width > 0 &&
            pages.map((page) => (
              <div key={page} data-page={page} className={styles['pageSlot']}>
                <PdfPage
                  pdf={state.pdf}
                  index={page}
                  width={width}
                  aspect={A4}
                  active={Math.abs(page - reading.page) <= NEAR}
                  onRendered={(index, there) => {
                    if (there) rendered.current.add(index);
                    else rendered.current.delete(index);
                  }}
                  overlay={(viewport) => (
                    <BoxLayer
                      viewport={viewport}
                      boxes={document.boxes
                        .filter((box) => box.page === page)
                        .map((box, at) => ({
                          id: String(at),
                          box: box.box,
                          label: box.label,
                          state: 'next',
                          stateWord: '',
                        }))}
                    />
                  )}
                />
                <p className={styles['pageNumber']}>{t.customer.pageOfPages(page + 1, document.pages)}</p>
              </div>
            ))}
          {state.kind === 'ready' && (
            <div className={styles['end']}>
              <p>{t.customer.endOfDocument}</p>
              {unseen.length > 0 && (
                <p>
                  {t.customer.unseen}{' '}
                  {unseen.slice(0, 8).map((page) => (
                    <button
                      key={page}
                      type="button"
                      className={`button ${styles['action']}`}
                      onClick={() => goTo(page)}
                    >
                      {t.customer.goToPage(page + 1)}
                    </button>
                  ))}
                </p>
              )}
            </div>
          )}
        </div>
      </div>
      {problem !== null && (
        <div className="notice stop" role="alert">
          <p>{problem}</p>
        </div>
      )}
      <div className={styles['bar']}>
        {decline}
        <div className={styles['barMiddle']}>
          <div className={`segmented ${styles['big']}`} role="group" aria-label={t.customer.pageSize}>
            <button type="button" aria-label={t.common.zoomOut} disabled={zoom === 0} onClick={() => setZoom(zoom - 1)}>
              −
            </button>
            <button
              type="button"
              aria-label={t.common.zoomIn}
              disabled={zoom === ZOOMS.length - 1}
              onClick={() => setZoom(zoom + 1)}
            >
              +
            </button>
          </div>
          <button
            type="button"
            className={`button ${styles['tool']}`}
            aria-label={t.customer.scrollBack}
            onClick={() => scrollBy(-1)}
          >
            ↑
          </button>
          {document.pages > FEW_PAGES ? (
            <select
              className={`input tabular ${styles['pageJump']}`}
              aria-label={t.common.toPage}
              value={reading.page}
              onChange={(event) => goTo(Number(event.target.value))}
            >
              {pages.map((page) => (
                <option key={page} value={page}>
                  {t.common.pageOf(page + 1, document.pages)}
                  {known.has(page) || reading.seen.has(page) ? ' ✓' : ''}
                </option>
              ))}
            </select>
          ) : (
            <p className={`tabular ${styles['where']}`} aria-live="polite">
              {t.common.pageOf(reading.page + 1, document.pages)}
            </p>
          )}
          <button
            type="button"
            className={`button ${styles['tool']}`}
            aria-label={t.customer.scrollOn}
            onClick={() => scrollBy(1)}
          >
            ↓
          </button>
        </div>
        <div className={styles['barEnd']}>
          {action ??
            (nextUnseen === undefined ? (
              <span className={styles['left']}>{t.customer.readOn(unseen.length)}</span>
            ) : (
              <button type="button" className={`button ${styles['action']}`} onClick={() => goTo(nextUnseen)}>
                {t.customer.toUnseen(unseen.length)}
              </button>
            ))}
        </div>
      </div>
    </div>
  );
}
