'use client';

import { useCallback, useEffect, useState } from 'react';

import { get } from '../../../_components/api.ts';

/** What a route last answered. `problem` stands beside an earlier value when reading it again failed. */
export interface Read<T> {
  readonly value: T | null;
  readonly problem: string | null;
  /** Reads again now, as somebody asked for it. */
  readonly again: () => void;
}

/** Reads `path` (null: nothing), again every `everyMs` without keeping the session alive (null: only when asked). */
export function useRead<T>(path: string | null, everyMs: number | null): Read<T> {
  const [state, setState] = useState<{
    readonly path: string | null;
    readonly value: T | null;
    readonly problem: string | null;
  }>({ path, value: null, problem: null });
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    if (path === null) return;
    let current = true;
    const read = async (background: boolean): Promise<void> => {
      const answer = await get<T>(path, background);
      if (!current) return;
      if (answer.ok) setState({ path, value: answer.value, problem: null });
      else if (answer.error.code === 'signed-out') window.location.assign('/cloud/sign-in');
      else
        setState((before) => ({ path, value: before.path === path ? before.value : null, problem: answer.error.code }));
    };
    void read(false);
    const timer = everyMs === null ? null : setInterval(() => void read(true), everyMs);
    return () => {
      current = false;
      if (timer !== null) clearInterval(timer);
    };
  }, [path, everyMs, asked]);
  const again = useCallback(() => setAsked((times) => times + 1), []);
  const fits = state.path === path;
  return { value: fits ? state.value : null, problem: fits ? state.problem : null, again };
}
