'use client';

import { useEffect, useRef, useState, type RefObject } from 'react';

import { bandsInView, isCovered } from './page-coverage.ts';

/** Fast enough to notice a page that is only passed by, slow enough to cost nothing. */
const TICK_MS = 200;
/** Reading time is handed in while it passes, so that a cut connection costs seconds, not the page. */
const REPORT_MS = 4_000;

export interface Reading {
  /** 0-based page most in view. */
  readonly page: number;
  /** Pages seen on this screen, beside what the server already knows. */
  readonly seen: ReadonlySet<number>;
}

/**
 * Watches which pages of the scroller (its elements with `data-page`) are before the customer, rendered and long enough.
 * @param report A page with the milliseconds it was looked at since the last report; the first comes when it counts as seen.
 */
export function useReading(
  scroller: RefObject<HTMLElement | null>,
  rendered: RefObject<ReadonlySet<number>>,
  known: ReadonlySet<number>,
  report: (page: number, dwellMs: number) => Promise<unknown>,
  /** Given what hands in the time not yet reported, to be called before the document is left; stable. */
  register: (flush: (() => Promise<void>) | null) => void,
): Reading {
  const [reading, setReading] = useState<Reading>({ page: 0, seen: new Set() });
  const handler = useRef(report);
  const alreadyKnown = useRef(known);
  useEffect(() => {
    handler.current = report;
    alreadyKnown.current = known;
  });

  useEffect(() => {
    const pages = new Map<number, { bits: number; waiting: number }>();
    const tick = (): void => {
      const view = scroller.current;
      if (view === null || document.visibilityState !== 'visible') return;
      const frame = view.getBoundingClientRect();
      let best = { page: -1, part: 0 };
      const fresh: number[] = [];
      for (const element of view.querySelectorAll<HTMLElement>('[data-page]')) {
        const box = element.getBoundingClientRect();
        const shown = Math.min(box.bottom, frame.bottom) - Math.max(box.top, frame.top);
        if (shown <= 0) continue;
        const page = Number(element.dataset['page']);
        if (shown > best.part) best = { page, part: shown };
        if (!rendered.current.has(page)) continue;
        const state = pages.get(page) ?? { bits: 0, waiting: 0 };
        pages.set(page, state);
        const counted = isCovered(state.bits) || alreadyKnown.current.has(page);
        state.bits |= bandsInView(
          { top: box.top, height: box.height },
          { top: frame.top - 1, height: frame.height + 2 },
        );
        if (shown >= Math.min(box.height, frame.height) * 0.5) state.waiting += TICK_MS;
        const counts = isCovered(state.bits) || counted;
        if (counts && (!counted || state.waiting >= REPORT_MS)) {
          void handler.current(page, state.waiting);
          state.waiting = 0;
          if (!counted) fresh.push(page);
        }
      }
      setReading((old) =>
        fresh.length === 0 && (best.page === -1 || best.page === old.page)
          ? old
          : { page: best.page === -1 ? old.page : best.page, seen: new Set([...old.seen, ...fresh]) },
      );
    };
    const timer = setInterval(tick, TICK_MS);
    register(async () => {
      const open = [...pages].filter(
        ([page, state]) => state.waiting > 0 && (isCovered(state.bits) || alreadyKnown.current.has(page)),
      );
      await Promise.all(
        open.map(([page, state]) => {
          const { waiting } = state;
          state.waiting = 0;
          return handler.current(page, waiting);
        }),
      );
    });
    return () => {
      clearInterval(timer);
      register(null);
    };
  }, [scroller, rendered, register]);

  return reading;
}
