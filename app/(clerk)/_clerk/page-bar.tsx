'use client';

import type { ReactNode } from 'react';

import { useLanguage } from '../../_components/language.tsx';
import { PageTurns } from '../../_components/pdf/page-turns.tsx';
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
  readonly onTurn: (by: number) => void;
  readonly onZoom: (zoom: number) => void;
  readonly note: string | null;
}): ReactNode {
  const { t } = useLanguage();
  return (
    <div className={styles['pageBar']}>
      <PageTurns page={page} pages={pages} onTurn={onTurn} />
      <kbd>Alt PgUp/PgDn</kbd>
      <span className={styles['gap']} />
      {note !== null && <span className={styles['muted']}>☞ {note}</span>}
      <span className={styles['zoom']}>
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
      </span>
    </div>
  );
}
