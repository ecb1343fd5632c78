'use client';

import type { ReactNode } from 'react';

import { useLanguage } from '../language.tsx';

/** ‹ 3 of 4 ›. `page` counts from 0. */
export function PageTurns({
  page,
  pages,
  onTurn,
}: {
  readonly page: number;
  readonly pages: number;
  readonly onTurn: (by: 1 | -1) => void;
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
    </>
  );
}
