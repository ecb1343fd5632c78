'use client';

import { useEffect, useState, type ChangeEvent, type DragEvent, type RefObject } from 'react';

import type { TransactionDetail } from '../../../kiosk-shell/kiosk-api/transaction.ts';
import { postForm, type Refused } from '../../_components/api.ts';

/** `file` of `brought` is the one to blame; without it the reason is not in one file. */
export interface RefusedFiles extends Refused {
  readonly brought: readonly string[];
}

export interface Intake {
  readonly busy: boolean;
  readonly refused: RefusedFiles | null;
  readonly dragging: boolean;
  readonly choose: () => void;
  readonly onChosen: (event: ChangeEvent<HTMLInputElement>) => void;
  readonly dropTarget: {
    readonly onDragEnter: (event: DragEvent) => void;
    readonly onDragOver: (event: DragEvent) => void;
    readonly onDragLeave: (event: DragEvent) => void;
    readonly onDrop: (event: DragEvent) => void;
  };
  readonly dismiss: () => void;
}

/** PDFs come in by dropping them anywhere, by the button, or with Ctrl+O. What is dropped together is one transaction. */
export function useIntake(
  input: RefObject<HTMLInputElement | null>,
  onTaken: (detail: TransactionDetail) => void,
): Intake {
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<RefusedFiles | null>(null);
  const [depth, setDepth] = useState(0);

  useEffect(() => {
    const open = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'o') return;
      event.preventDefault();
      input.current?.click();
    };
    window.addEventListener('keydown', open);
    return () => window.removeEventListener('keydown', open);
  }, [input]);

  const take = async (files: readonly File[]): Promise<void> => {
    if (files.length === 0 || busy) return;
    const form = new FormData();
    for (const file of files) form.append('file', file, file.name);
    setBusy(true);
    setRefused(null);
    const answer = await postForm<TransactionDetail>('/api/intake', form);
    setBusy(false);
    if (answer.ok) onTaken(answer.value);
    else setRefused({ ...answer.error, brought: files.map(({ name }) => name) });
  };
  const hasFiles = (event: DragEvent): boolean => event.dataTransfer.types.includes('Files');

  return {
    busy,
    refused,
    dragging: depth > 0,
    choose: () => input.current?.click(),
    dismiss: () => setRefused(null),
    onChosen: (event) => {
      void take([...(event.target.files ?? [])]);
      event.target.value = '';
    },
    dropTarget: {
      onDragEnter: (event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setDepth((old) => old + 1);
      },
      onDragOver: (event) => {
        if (hasFiles(event)) event.preventDefault();
      },
      onDragLeave: (event) => {
        if (hasFiles(event)) setDepth((old) => Math.max(0, old - 1));
      },
      onDrop: (event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setDepth(0);
        void take([...event.dataTransfer.files]);
      },
    },
  };
}
