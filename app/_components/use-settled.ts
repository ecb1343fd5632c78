'use client';

import { useCallback, useEffect, useRef } from 'react';

/** Nobody reads a question in less: a second tap meant for the button that was here before is not an answer. */
const TOO_SOON_MS = 600;

/** Whether what is asked has been before somebody long enough to be answered; `question` says what is asked. */
export function useSettled(question: string | null): () => boolean {
  const since = useRef(Infinity);
  useEffect(() => {
    since.current = performance.now();
  }, [question]);
  return useCallback(() => performance.now() - since.current >= TOO_SOON_MS, []);
}
