'use client';

import type { ReactNode } from 'react';

import { useLanguage } from '../language.tsx';

/** Beyond so many, a page is not only turned to but chosen. */
const FEW = 10;

/** ‹ 3 of 4 ›. `page` counts from 0; `onTurn` is told how many pages on, backwards below 0. */
export function PageTurns({
  page,
  pages,
  onTurn,
}: {
  readonly page: number;
  readonly pages: number;
  readonly onTurn: (by: number) => void;
}): ReactNode {
  const { t } = useLanguage();
  return (
    <>
      <button
        type="button"
        className="button square"
        aria-label={t.common.previousPage}
        disabled={page === 0}
        onClick={() => onTurn(-1)}
      >
        ‹
      </button>
      {pages > FEW ? (
        <select
          className="input tabular"
          style={{ width: 'auto' }}
          aria-label={t.common.toPage}
          value={page}
          onChange={(event) => onTurn(Number(event.target.value) - page)}
        >
          {Array.from({ length: pages }, (_, index) => (
            <option key={index} value={index}>
              {t.common.pageOf(index + 1, pages)}
            </option>
          ))}
        </select>
      ) : (
        <span className="tabular" aria-live="polite">
          {t.common.pageOf(page + 1, pages)}
        </span>
      )}
      <button
        type="button"
        className="button square"
        aria-label={t.common.nextPage}
        disabled={page >= pages - 1}
        onClick={() => onTurn(1)}
      >
        ›
      </button>
    </>
  );
}
