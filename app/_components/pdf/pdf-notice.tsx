'use client';

import type { ReactNode } from 'react';

import { useLanguage } from '../language.tsx';
import type { PdfState } from './pdf-document.ts';

/** What staff read instead of pages that are not there; nothing once they are. `className` is for the waiting line. */
export function PdfNotice({
  state,
  className,
}: {
  readonly state: PdfState;
  readonly className: string | undefined;
}): ReactNode {
  const { t } = useLanguage();
  switch (state.kind) {
    case 'loading':
      return <p className={className}>{t.common.documentLoading}</p>;
    case 'failed':
    case 'wrong':
      return (
        <div className="notice stop" role="alert">
          <p>{state.kind === 'failed' ? t.common.documentFailed : t.common.documentWrong}</p>
        </div>
      );
    case 'ready':
      return null;
  }
}
