'use client';

import { useState, type ReactNode } from 'react';

import type { NewPlacement, TransactionDetail } from '../../../kiosk-shell/kiosk-api.ts';
import { post } from '../../_components/api.ts';
import { useLanguage } from '../../_components/language.tsx';
import { refusalText } from '../../_i18n/messages.ts';

/** Where is to be signed, and by whom: for documents that do not say so themselves. */
export function PlacingEditor({
  detail,
  onPlaced,
}: {
  readonly detail: TransactionDetail;
  readonly onPlaced: (detail: TransactionDetail) => void;
}): ReactNode {
  const { t } = useLanguage();
  const [placements] = useState<readonly NewPlacement[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const save = async (): Promise<void> => {
    const answer = await post<TransactionDetail>(`/api/transactions/${encodeURIComponent(detail.id)}/place`, {
      documents: detail.documentList.map(({ id }) => ({ document: id, placements, assigned: [] })),
    });
    if (answer.ok) onPlaced(answer.value);
    else setProblem(refusalText(t, answer.error.code));
  };
  return (
    <main id="content">
      {problem}
      <button type="button" onClick={() => void save()}>
        {t.clerk.place.save}
      </button>
    </main>
  );
}
