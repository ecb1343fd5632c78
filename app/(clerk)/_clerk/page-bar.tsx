'use client';

import type { ReactNode } from 'react';

import { useLanguage } from '../../_components/language.tsx';
import styles from './clerk.module.css';

const STEP = 1.25;

/** ‹ 3 of 4 ›   100 %. */
export function PageBar({
  page,
  pages,
  zoom,
  onTurn,
  onZoom,
  note,
}: {
  readonly page: number;
  readonly pages: number;
  readonly zoom: number;
  readonly onTurn: (by: 1 | -1) => void;
  readonly onZoom: (zoom: number) => void;
  readonly note: string | null;
}): ReactNode {
  const { t } = useLanguage();
  return (
    <div className={styles['pageBar']}>
      <button
        type="button"
        className="button square"
        aria-label={t.common.previousPage}
        disabled={page === 0}
        onClick={() => onTurn(-1)}
      >
        ‹
      </button>
      <span className="tabular" aria-live="polite">
        {t.common.pageOf(page + 1, pages)}
      </span>
      <button
        type="button"
        className="button square"
        aria-label={t.common.nextPage}
        disabled={page >= pages - 1}
        onClick={() => onTurn(1)}
      >
        ›
      </button>
      <kbd>Alt PgUp/PgDn</kbd>
      <span className={styles['gap']} />
      {note !== null && <span className={styles['muted']}>☞ {note}</span>}
      <button
        type="button"
        className="button square"
        aria-label={t.common.zoomOut}
        disabled={zoom <= 0.6}
        onClick={() => onZoom(zoom / STEP)}
      >
        −
      </button>
      <span className="tabular">{Math.round(zoom * 100)} %</span>
      <button
        type="button"
        className="button square"
        aria-label={t.common.zoomIn}
        disabled={zoom >= 3}
        onClick={() => onZoom(zoom * STEP)}
      >
        +
      </button>
    </div>
  );
}
