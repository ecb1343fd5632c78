'use client';

import type { PageViewport } from 'pdfjs-dist';
import { useEffect, useRef, type ReactNode } from 'react';

import type { PlacementBox } from '../../../signing/documents/placement.ts';
import type { InkStrokes } from '../../_server/stream-messages.ts';
import { DrawnInk } from '../drawn-ink.tsx';
import styles from './pdf.module.css';

export interface ScreenBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A box of the page (default user space, unrotated) where it lies on screen: crop, rotation and scale are the viewport's. */
export function onScreen(viewport: PageViewport, box: PlacementBox): ScreenBox {
  const [x1, y1] = viewport.convertToViewportPoint(box.x, box.y) as [number, number];
  const [x2, y2] = viewport.convertToViewportPoint(box.x + box.width, box.y + box.height) as [number, number];
  return { left: Math.min(x1, x2), top: Math.min(y1, y2), width: Math.abs(x2 - x1), height: Math.abs(y2 - y1) };
}

/** The other way: where a box drawn on screen lies on the page. */
export function onPage(viewport: PageViewport, box: ScreenBox): PlacementBox {
  const [x1, y1] = viewport.convertToPdfPoint(box.left, box.top) as [number, number];
  const [x2, y2] = viewport.convertToPdfPoint(box.left + box.width, box.top + box.height) as [number, number];
  return { x: Math.min(x1, x2), y: Math.min(y1, y2), width: Math.abs(x2 - x1), height: Math.abs(y2 - y1) };
}

export interface ShownBox {
  readonly id: string;
  readonly box: PlacementBox;
  readonly label: string;
  readonly state: 'open' | 'next' | 'done';
  readonly stateWord: string;
}

/** Boxes over a page; live ink appears in the one being signed. */
export function BoxLayer({
  viewport,
  boxes,
  ink,
  reveal,
}: {
  readonly viewport: PageViewport;
  readonly boxes: readonly ShownBox[];
  readonly ink?: { readonly box: string; readonly strokes: InkStrokes; readonly aspect: number } | undefined;
  /** The box to bring into view when it appears. */
  readonly reveal?: string | null;
}): ReactNode {
  return (
    <div className={styles['boxLayer']}>
      {boxes.map((one) => (
        <div key={one.id} className={styles['box']} data-state={one.state} style={onScreen(viewport, one.box)}>
          {one.id === reveal && <Reveal key={`${viewport.width} ${ink?.box ?? ''}`} />}
          <span className={styles['tag']}>
            {one.state === 'done' ? `✓ ${one.stateWord}` : [one.label, one.stateWord].filter(Boolean).join(' · ')}
          </span>
          {ink?.box === one.id && <DrawnInk strokes={ink.strokes} aspect={ink.aspect} className={styles['ink']} />}
        </div>
      ))}
    </div>
  );
}

/** Scrolls to where it stands: only there is it known that the page is laid out. */
function Reveal(): ReactNode {
  const place = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    place.current?.scrollIntoView({ block: 'center' });
  }, []);
  return <span ref={place} className={styles['reveal']} />;
}
