import type { ReactNode } from 'react';

import styles from './plain.module.css';

/** The product's name with its sign: a line of writing above a ruled line. */
export function Mark(): ReactNode {
  return (
    <span className={styles['mark']}>
      <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
        <rect width="32" height="32" rx="7" fill="#1d4e89" />
        <path
          d="M6 21c4-1 5-11 8-11 2 0 0 7 2 7s2-4 4-4 1 4 3 4 3-1 3-1"
          fill="none"
          stroke="#fff"
          strokeWidth="2.4"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
        <path d="M6 26h20" stroke="#8db9f0" strokeWidth="1.6" strokeLinecap="round" />
      </svg>
      Countersign
    </span>
  );
}
