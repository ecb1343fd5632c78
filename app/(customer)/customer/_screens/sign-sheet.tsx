'use client';

import { useEffect, useRef, type ReactNode, type RefObject } from 'react';

import { useLanguage } from '../../../_components/language.tsx';
import type { SurfaceInk } from '../../../../kiosk-shell/kiosk-api/capture.ts';
import type { Strokes } from '../../../_components/drawn-ink.tsx';
import styles from './customer.module.css';
import { InkLayer } from './ink-layer.tsx';
import { createMirror } from './mirror.ts';
import { SheetDrawing } from './sheet-drawing.ts';
import { fitIntoBox } from './surface-ink.ts';
import { SurfaceRecorder, type SheetNow } from './surface-recorder.ts';

export interface SheetHandle {
  ink(): SurfaceInk | null;
  clear(): void;
}

/**
 * The wide sheet to sign on. Every sample the browser delivers is recorded as it is (`pointerrawupdate` where there is
 * one, else coalesced events; predicted ones never); what is drawn is drawn from the same samples.
 */
export function SignSheet({
  ceremony,
  aspect,
  handle,
  kept,
  onInk,
}: {
  readonly ceremony: string;
  /** Width / height of the box in the document: the clerk's mirror is laid out for it. */
  readonly aspect: number;
  readonly handle: RefObject<SheetHandle | null>;
  /** Strokes taken on another device before. */
  readonly kept: Strokes | null;
  readonly onInk: (hasInk: boolean) => void;
}): ReactNode {
  const { t } = useLanguage();
  const canvas = useRef<HTMLCanvasElement>(null);
  const tell = useRef(onInk);
  useEffect(() => {
    tell.current = onInk;
  });

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    return attach(element, ceremony, aspect, handle, (hasInk) => tell.current(hasInk));
  }, [ceremony, aspect, handle]);

  return (
    <div className={styles['sheetRoom']}>
      <div className={styles['sheet']}>
        <div className={styles['baseline']} aria-hidden="true" />
        {kept !== null && <InkLayer strokes={kept} />}
        <canvas ref={canvas} className={styles['canvas']} role="img" aria-label={t.customer.signSheet} />
      </div>
    </div>
  );
}

/** The sheet as it lies now. Pinching enlarges what a CSS pixel is on the glass, as zooming the browser does. */
function sheetNow(element: HTMLElement): SheetNow {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { left, top, width, height, ratio: window.devicePixelRatio * (window.visualViewport?.scale ?? 1) };
}

function attach(
  element: HTMLCanvasElement,
  ceremony: string,
  aspect: number,
  handle: RefObject<SheetHandle | null>,
  onInk: (hasInk: boolean) => void,
): () => void {
  const mirror = createMirror(ceremony);
  const recorder = new SurfaceRecorder();
  const sheet = element.parentElement ?? element;
  const room = sheet.parentElement ?? sheet;
  const drawing = new SheetDrawing(element);

  /** A sheet with ink keeps its shape whatever the room becomes: turned or resized, the ink is smaller but the same. */
  const shape = (): void => {
    const { aspect: kept } = recorder;
    const border = sheet.offsetWidth - element.clientWidth;
    const width = kept === null ? 0 : Math.min(room.clientWidth - border, (room.clientHeight - border) * kept);
    sheet.style.width = kept === null ? '' : `${width + border}px`;
    sheet.style.height = kept === null ? '' : `${width / kept + border}px`;
  };

  const start = (event: PointerEvent): void => {
    const now = sheetNow(element);
    const taken = recorder.down(event, now);
    // What is not recorded is not drawn either: a palm, a second finger, another button.
    if (taken === 'refused') return;
    if (taken === 'anew') {
      drawing.clear();
      mirror.reset();
    }
    event.preventDefault();
    element.setPointerCapture(event.pointerId);
    const [x, y] = [event.clientX - now.left, event.clientY - now.top];
    drawing.begin({ x, y });
    mirror.begin(place(x, y, now));
    onInk(true);
  };
  const move = (event: PointerEvent): void => {
    const now = sheetNow(element);
    const all = event.getCoalescedEvents();
    const written = recorder.move(all.length > 0 ? all : [event], now);
    drawing.add(written);
    for (const { x, y } of written) mirror.add(place(x, y, now));
  };
  const place = (x: number, y: number, now: SheetNow): readonly [number, number] => fitIntoBox({ x, y }, now, aspect);
  const end = (event: PointerEvent): void => {
    recorder.up(event, sheetNow(element));
    drawing.end();
  };
  const cancel = (event: PointerEvent): void => {
    recorder.cancel(event.pointerId, event.timeStamp);
    drawing.end();
  };

  const moves = 'onpointerrawupdate' in window ? 'pointerrawupdate' : 'pointermove';
  const onMove = (event: Event): void => move(event as PointerEvent);
  const noMenu = (event: Event): void => event.preventDefault();
  element.addEventListener('pointerdown', start);
  element.addEventListener(moves, onMove);
  element.addEventListener('pointerup', end);
  element.addEventListener('pointercancel', cancel);
  element.addEventListener('contextmenu', noMenu);
  const resize = new ResizeObserver(() => {
    shape();
    drawing.fit();
  });
  resize.observe(element);
  resize.observe(room);
  handle.current = {
    ink: () => recorder.ink(),
    clear: () => {
      recorder.clear();
      drawing.clear();
      shape();
      mirror.reset();
      onInk(false);
    },
  };
  return () => {
    resize.disconnect();
    mirror.stop();
    handle.current = null;
    element.removeEventListener('pointerdown', start);
    element.removeEventListener(moves, onMove);
    element.removeEventListener('pointerup', end);
    element.removeEventListener('pointercancel', cancel);
    element.removeEventListener('contextmenu', noMenu);
  };
}
