'use client';

import type { ReactNode } from 'react';

import { useLanguage } from '../../../_components/language.tsx';
import { consoleRefusal } from '../../../_i18n/messages.ts';
import styles from './console.module.css';
import type { Read } from './use-read.ts';

/** What was read, or that it is being read, or why it could not be. */
export function Loaded<T>({
  read,
  children,
}: {
  readonly read: Read<T>;
  readonly children: (value: T) => ReactNode;
}): ReactNode {
  const { t } = useLanguage();
  return (
    <>
      {read.problem !== null && (
        <div className="notice waiting" role="alert">
          <p>{read.value === null ? consoleRefusal(t, read.problem) : t.common.lostText}</p>
          <div>
            <button type="button" className="button" onClick={read.again}>
              {t.common.tryAgain}
            </button>
          </div>
        </div>
      )}
      {read.value === null && read.problem === null && (
        <p className={styles['muted']} role="status">
          {t.common.loading}
        </p>
      )}
      {read.value !== null && children(read.value)}
    </>
  );
}
