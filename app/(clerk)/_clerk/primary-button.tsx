'use client';

import { useEffect, useRef, type ReactNode } from 'react';

import styles from './clerk.module.css';

/** Always bottom right; its words are what will happen. */
export function PrimaryButton({
  busy,
  form,
  onClick,
  children,
}: {
  readonly busy: boolean;
  readonly form?: string;
  readonly onClick?: () => void;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <button
      type={form === undefined ? 'button' : 'submit'}
      form={form}
      className={`button primary ${styles['primary']}`}
      data-primary
      disabled={busy}
      onClick={onClick}
    >
      <span>{children}</span> <kbd aria-hidden="true">Ctrl ⏎</kbd>
    </button>
  );
}

/** Ctrl+Enter presses it from anywhere. */
export function usePrimaryKey(): void {
  const last = useRef(0);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.key !== 'Enter' || event.repeat) return;
      // A second press within the same breath would act on a step nobody has looked at yet.
      if (event.timeStamp - last.current < 400 || document.querySelector('dialog[open]') !== null) return;
      last.current = event.timeStamp;
      event.preventDefault();
      document.querySelector<HTMLButtonElement>('button[data-primary]')?.click();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
