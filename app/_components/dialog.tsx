'use client';

import { useEffect, useId, useRef, type ReactNode } from 'react';

import styles from './dialog.module.css';

/** A question in front of everything: the browser's own modal dialog keeps focus inside and closes on Escape. */
export function Dialog({
  title,
  onClose,
  children,
  className,
}: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly className?: string | undefined;
}): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const element = dialog.current;
    if (element !== null && !element.open) element.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={className}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div className={styles['body']}>
        <h2 id={heading}>{title}</h2>
        {children}
      </div>
    </dialog>
  );
}
