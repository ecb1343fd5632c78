'use client';

import { useState, type ReactNode } from 'react';

import { useLanguage } from '../../../_components/language.tsx';
import styles from './cloud.module.css';
import { DestroyDialog } from './destroy-dialog.tsx';
import { SubjectExportDialog } from './subject-export-dialog.tsx';

/** What a person may ask for about their own data: all of it, or its end. */
export function DataSubject({ digest, onGone }: { readonly digest: string; readonly onGone: () => void }): ReactNode {
  const { t } = useLanguage();
  const words = t.dataSubject;
  const [open, setOpen] = useState<'export' | 'destroy' | null>(null);
  const close = (): void => setOpen(null);
  return (
    <section className={styles['evidence']} aria-labelledby="data-subject">
      <h2 id="data-subject">{words.title}</h2>
      <p className={styles['muted']}>{words.text}</p>
      <div className={styles['acts']}>
        <button type="button" className="button" onClick={() => setOpen('export')}>
          {words.export}
        </button>
        <button type="button" className="button" onClick={() => setOpen('destroy')}>
          {words.destroy}
        </button>
      </div>
      {open === 'export' && <SubjectExportDialog digest={digest} onClose={close} />}
      {open === 'destroy' && <DestroyDialog digest={digest} onClose={close} onGone={onGone} />}
    </section>
  );
}
