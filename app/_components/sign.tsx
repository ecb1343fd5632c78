import type { ReactNode } from 'react';

import styles from './staff.module.css';

export type Shape = 'good' | 'wait' | 'bad' | 'off';

/** A state is a word and a shape; colour only helps. */
export function Sign({ shape }: { readonly shape: Shape }): ReactNode {
  return (
    <svg className={styles['sign']} data-shape={shape} viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
      {shape === 'good' && <circle cx="8" cy="8" r="6" />}
      {shape === 'wait' && <circle cx="8" cy="8" r="5" fill="none" strokeWidth="3" />}
      {shape === 'bad' && <path d="M8 1.5 15 14.5H1Z" />}
      {shape === 'off' && <circle cx="8" cy="8" r="5.5" fill="none" strokeWidth="1.5" strokeDasharray="2.5 2.5" />}
    </svg>
  );
}
