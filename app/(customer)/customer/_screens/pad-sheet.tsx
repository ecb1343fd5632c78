'use client';

import { useEffect, useRef, type ReactNode } from 'react';

import { post } from '../../../_components/api.ts';
import { areaOnScreen, type ScreenArea } from './area-on-screen.ts';
import type { Strokes } from '../../../_components/drawn-ink.tsx';
import styles from './customer.module.css';
import { InkLayer } from './ink-layer.tsx';

/**
 * The sheet of a pad that shows nothing by itself: what is written on the pad appears here. Where the pad is the screen
 * (a pen display) it is written on here as well, and the pad is told where `here` is.
 */
export function PadSheet({
  ceremony,
  aspect,
  label,
  kept,
  live,
  reports,
}: {
  readonly ceremony: string;
  /** Width / height of the area of the pad; null where the sheet itself is that area. */
  readonly aspect: number | null;
  readonly label: string;
  readonly kept: Strokes | null;
  readonly live: Strokes;
  readonly reports: boolean;
}): ReactNode {
  const sheet = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = sheet.current;
    if (!reports || element === null) return;
    return report(element, ceremony);
  }, [ceremony, reports]);

  const shape = aspect === null ? {} : { aspectRatio: String(aspect), height: 'auto', maxHeight: '100%' };
  return (
    <div className={styles['sheetRoom']}>
      <div ref={sheet} className={styles['sheet']} style={shape} role="img" aria-label={label} data-reports={reports}>
        <div className={styles['baseline']} aria-hidden="true" />
        <InkLayer strokes={kept === null ? live : [...kept, ...live]} />
      </div>
    </div>
  );
}

/** Tells where the sheet lies, again whenever that changes; a window that is moved says so by nothing but its place. */
function report(element: HTMLElement, ceremony: string): () => void {
  let told: ScreenArea | null = null;
  const tell = (): void => {
    const { width, height } = window.screen;
    const place = window.screen as Screen & { readonly availLeft?: number; readonly availTop?: number };
    const left = window.screenX < 0 || window.screenX >= width ? (place.availLeft ?? 0) : 0;
    const top = window.screenY < 0 || window.screenY >= height ? (place.availTop ?? 0) : 0;
    const { screenX, screenY, outerWidth, outerHeight, innerWidth, innerHeight } = window;
    const page = { screenX, screenY, outerWidth, outerHeight, innerWidth, innerHeight };
    const area = areaOnScreen(element.getBoundingClientRect(), { ...page, screen: { width, height, left, top } });
    if (area === null || (told !== null && same(told, area))) return;
    told = area;
    void post('/api/display/acts/sign-area', { ceremony, area });
  };
  const resize = new ResizeObserver(tell);
  resize.observe(element);
  const timer = setInterval(tell, 1_000);
  tell();
  return () => {
    resize.disconnect();
    clearInterval(timer);
  };
}

const same = (one: ScreenArea, other: ScreenArea): boolean =>
  one.x === other.x && one.y === other.y && one.width === other.width && one.height === other.height;
