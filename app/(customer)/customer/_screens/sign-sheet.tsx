'use client';

import SignaturePad from 'signature_pad';
import { useEffect, useRef, type ReactNode, type RefObject } from 'react';

import { useLanguage } from '../../../_components/language.tsx';
import type { SurfaceInk } from '../../../../kiosk-shell/kiosk-api.ts';
import styles from './customer.module.css';
import { createMirror } from './mirror.ts';
import { encodeSurfaceInk, fitIntoBox, type PointerSample, type Sheet } from './surface-ink.ts';

const INK = '#17202b';
const LINE_WIDTH = 3.5;
/** A palm beside the pen is not ink: what began is what writes. */
const BETTER: Readonly<Record<string, number>> = { mouse: 0, touch: 1, pen: 2 };

export interface SheetHandle {
  ink(): SurfaceInk | null;
  clear(): void;
}

/**
 * The wide sheet to sign on. Every sample the browser delivers is kept as it is (`pointerrawupdate` where there is one,
 * else coalesced events); signature_pad draws beside that and is asked for nothing.
 */
export function SignSheet({
  ceremony,
  aspect,
  handle,
  onInk,
}: {
  readonly ceremony: string;
  /** Width / height of the box in the document: the clerk's mirror is laid out for it. */
  readonly aspect: number;
  readonly handle: RefObject<SheetHandle | null>;
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
    <div className={styles['sheet']}>
      <div className={styles['baseline']} aria-hidden="true" />
      <canvas ref={canvas} className={styles['canvas']} role="img" aria-label={t.customer.signSheet} />
    </div>
  );
}

function attach(
  element: HTMLCanvasElement,
  ceremony: string,
  aspect: number,
  handle: RefObject<SheetHandle | null>,
  onInk: (hasInk: boolean) => void,
): () => void {
  const mirror = createMirror(ceremony);
  let samples: PointerSample[] = [];
  /** The sheet's size when the first stroke began: later resizes draw it anew, they never move recorded ink. */
  let sheet: Sheet | null = null;
  let active: number | null = null;
  /** The size the picture was last laid out for. */
  let drawn = { width: element.clientWidth, height: element.clientHeight };

  /** What was drawn, laid out for the size the sheet has now; recorded ink is never touched. */
  const fit = (): void => {
    const ratio = window.devicePixelRatio;
    const [x, y] = [element.clientWidth / drawn.width, element.clientHeight / drawn.height];
    const strokes = drawing.toData().map((stroke) => ({
      ...stroke,
      points: stroke.points.map((point) => ({ ...point, x: point.x * x, y: point.y * y })),
    }));
    drawn = { width: element.clientWidth, height: element.clientHeight };
    element.width = Math.round(drawn.width * ratio);
    element.height = Math.round(drawn.height * ratio);
    element.getContext('2d')?.scale(ratio, ratio);
    drawing.fromData(strokes);
  };

  const record = (event: PointerEvent, tip: boolean): void => {
    if (sheet === null) return;
    const frame = element.getBoundingClientRect();
    const all = event.getCoalescedEvents();
    for (const one of all.length > 0 ? all : [event]) {
      const sample = {
        x: (one.clientX - frame.left) * (sheet.width / frame.width),
        y: (one.clientY - frame.top) * (sheet.height / frame.height),
        tip,
        at: one.timeStamp,
        pressure: one.pressure,
        tiltX: one.tiltX,
        tiltY: one.tiltY,
        twist: one.twist,
      };
      const last = samples.at(-1);
      // pointerrawupdate and pointerup may repeat the same instant: a sample is kept once.
      if (
        last !== undefined &&
        last.at === sample.at &&
        last.tip === tip &&
        last.x === sample.x &&
        last.y === sample.y
      ) {
        continue;
      }
      samples.push(sample);
      if (tip) mirror.add(fitIntoBox(sample, sheet, aspect));
    }
  };

  const start = (event: PointerEvent): void => {
    const type = pointerType(event.pointerType);
    const worse = sheet !== null && (BETTER[type] ?? 0) < (BETTER[sheet.pointerType] ?? 0);
    if (event.button !== 0 || active !== null || worse) {
      // What is not recorded is not drawn either: a palm, a second finger, another button.
      event.stopImmediatePropagation();
      return;
    }
    if (sheet !== null && type !== sheet.pointerType) {
      // A pen after a finger: one capture is of one kind of pointer, so the better one begins anew.
      wipe();
      mirror.reset();
    }
    event.preventDefault();
    element.setPointerCapture(event.pointerId);
    active = event.pointerId;
    sheet ??= {
      width: element.clientWidth,
      height: element.clientHeight,
      pixelRatio: window.devicePixelRatio,
      pointerType: type,
    };
    const frame = element.getBoundingClientRect();
    const point = {
      x: (event.clientX - frame.left) * (sheet.width / frame.width),
      y: (event.clientY - frame.top) * (sheet.height / frame.height),
    };
    mirror.begin(fitIntoBox(point, sheet, aspect));
    if (samples.length === 0) samples.push({ ...sampleOf(event), ...point, tip: false });
    record(event, true);
    onInk(true);
  };
  const move = (event: PointerEvent): void => {
    if (event.pointerId === active) record(event, true);
    else if (active === null && event.pointerType === 'pen' && sheet?.pointerType === 'pen') record(event, false);
  };
  const end = (event: PointerEvent): void => {
    if (event.pointerId !== active) return;
    record(event, false);
    active = null;
  };
  const wipe = (): void => {
    samples = [];
    sheet = null;
    active = null;
    drawing.clear();
    onInk(false);
  };

  const moves = 'onpointerrawupdate' in window ? 'pointerrawupdate' : 'pointermove';
  const onMove = (event: Event): void => move(event as PointerEvent);
  const noMenu = (event: Event): void => event.preventDefault();
  element.addEventListener('pointerdown', start);
  element.addEventListener(moves, onMove);
  element.addEventListener('pointerup', end);
  element.addEventListener('pointercancel', end);
  element.addEventListener('contextmenu', noMenu);
  // It draws and nothing else; made here, after the listeners above, so that it never sees what they turn away.
  const drawing = new SignaturePad(element, {
    penColor: INK,
    minWidth: 1,
    maxWidth: LINE_WIDTH,
    throttle: 0,
    minDistance: 0,
  });
  const resize = new ResizeObserver(fit);
  resize.observe(element);
  handle.current = {
    ink: () => (sheet === null || samples.length === 0 ? null : encodeSurfaceInk(samples, sheet)),
    clear: () => {
      wipe();
      mirror.reset();
    },
  };
  return () => {
    resize.disconnect();
    drawing.off();
    mirror.stop();
    handle.current = null;
    element.removeEventListener('pointerdown', start);
    element.removeEventListener(moves, onMove);
    element.removeEventListener('pointerup', end);
    element.removeEventListener('pointercancel', end);
    element.removeEventListener('contextmenu', noMenu);
  };
}

function sampleOf(event: PointerEvent): Omit<PointerSample, 'x' | 'y' | 'tip'> {
  const { timeStamp: at, pressure, tiltX, tiltY, twist } = event;
  return { at, pressure, tiltX, tiltY, twist };
}

function pointerType(type: string): Sheet['pointerType'] {
  return type === 'pen' || type === 'touch' ? type : 'mouse';
}
