'use client';

import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { PDFDocumentProxy, PDFPageProxy, PageViewport } from 'pdfjs-dist';

import { useLanguage } from '../language.tsx';
import styles from './pdf.module.css';

/** Sharp on dense screens, but a huge page must not eat the memory of a counter machine. */
const MAX_CANVAS_PIXELS = 16_000_000;

/**
 * One page at `width` CSS pixels, rendered by pdf.js with its annotations (signatures included). While `active` is false
 * only its empty sheet is kept, so that a document of 500 pages stays light. `overlay` draws over it.
 */
export function PdfPage({
  pdf,
  index,
  width,
  active,
  aspect,
  onRendered,
  overlay,
}: {
  readonly pdf: PDFDocumentProxy;
  /** 0-based. */
  readonly index: number;
  readonly width: number;
  readonly active: boolean;
  /** Height / width until the page is known. */
  readonly aspect: number;
  /** `there` is false once the picture of the page has been let go. */
  readonly onRendered?: ((index: number, there: boolean) => void) | undefined;
  readonly overlay?: ((viewport: PageViewport) => ReactNode) | undefined;
}): ReactNode {
  const { t } = useLanguage();
  const page = usePage(pdf, index, active);
  const viewport = page?.getViewport({ scale: width / page.getViewport({ scale: 1 }).width });
  return (
    <div
      className={styles['page']}
      style={{ width, height: viewport?.height ?? width * aspect }}
      role="group"
      aria-label={t.common.pageLabel(index + 1, pdf.numPages)}
    >
      {page !== null && active && <PageCanvas page={page} width={width} index={index} onRendered={onRendered} />}
      {page !== null && active && <PageText page={page} />}
      {viewport !== undefined && active && overlay?.(viewport)}
    </div>
  );
}

function usePage(pdf: PDFDocumentProxy, index: number, active: boolean): PDFPageProxy | null {
  const [state, setState] = useState<{ pdf: PDFDocumentProxy; index: number; page: PDFPageProxy } | null>(null);
  useEffect(() => {
    if (!active) return;
    let current = true;
    pdf
      .getPage(index + 1)
      .then((page) => {
        if (current) setState({ pdf, index, page });
      })
      .catch(() => undefined);
    return () => {
      current = false;
    };
  }, [pdf, index, active]);
  return state?.pdf === pdf && state.index === index ? state.page : null;
}

function PageCanvas({
  page,
  width,
  index,
  onRendered,
}: {
  readonly page: PDFPageProxy;
  readonly width: number;
  readonly index: number;
  readonly onRendered: ((index: number, there: boolean) => void) | undefined;
}): ReactNode {
  const host = useRef<HTMLDivElement>(null);
  const rendered = useRef(onRendered);
  useEffect(() => {
    rendered.current = onRendered;
  });
  useEffect(() => {
    const place = host.current;
    if (place === null) return;
    // A canvas of its own for each rendering: pdf.js forbids two on one, and the old one stays until the new is ready.
    const canvas = document.createElement('canvas');
    const base = page.getViewport({ scale: 1 });
    const wanted = (width / base.width) * window.devicePixelRatio;
    const limit = Math.sqrt(MAX_CANVAS_PIXELS / (base.width * base.height));
    const viewport = page.getViewport({ scale: Math.min(wanted, limit) });
    canvas.width = Math.floor(viewport.width);
    canvas.height = Math.floor(viewport.height);
    const task = page.render({ canvas, viewport });
    let current = true;
    task.promise
      .then(() => {
        if (!current) return;
        place.replaceChildren(canvas);
        rendered.current?.(index, true);
      })
      .catch(() => undefined);
    return () => {
      current = false;
      rendered.current?.(index, false);
      task.cancel();
    };
  }, [page, width, index]);
  useEffect(
    () => () => {
      // Of 500 pages pdf.js would otherwise keep every picture and font it has met.
      page.cleanup();
    },
    [page],
  );
  return <div ref={host} className={styles['canvas']} aria-hidden="true" />;
}

/** The words of the page for a screen reader; a canvas says nothing. */
function PageText({ page }: { readonly page: PDFPageProxy }): ReactNode {
  const [text, setText] = useState('');
  useEffect(() => {
    let current = true;
    page
      .getTextContent()
      .then(({ items }) => {
        const words = items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join('');
        if (current) setText(words);
      })
      .catch(() => undefined);
    return () => {
      current = false;
    };
  }, [page]);
  return <p className="visually-hidden">{text}</p>;
}
