'use client';

import { useState, type ReactNode } from 'react';

import { useLanguage } from '../../_components/language.tsx';
import { ReasonDialog } from '../../_components/reason-dialog.tsx';

export function CancelButton({ ceremony }: { readonly ceremony: string }): ReactNode {
  const { t } = useLanguage();
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="button quiet" onClick={() => setOpen(true)}>
        {t.clerk.cancelCeremony}
      </button>
      {open && (
        <ReasonDialog
          title={t.clerk.cancelTitle}
          text={t.clerk.cancelText}
          go={t.clerk.cancelGo}
          path={`/api/ceremonies/${encodeURIComponent(ceremony)}/cancel`}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
