'use client';

import { useEffect, useRef, type ReactNode, type RefObject } from 'react';

import { useLanguage } from '../../../_components/language.tsx';
import type { SurfaceInk } from '../../../../kiosk-shell/kiosk-api.ts';
import styles from './customer.module.css';
import { createMirror } from './mirror.ts';
import { encodeSurfaceInk, fitIntoBox, type PointerSample, type Sheet } from './surface-ink.ts';

const INK = '#17202b';
const LINE_WIDTH = 3;
/** A palm beside the pen is not ink: what began is what writes. */
const BETTER: Readonly<Record<string, number>> = { mouse: 0, touch: 1, pen: 2 };

export interface SheetHandle {
  ink(): SurfaceInk | null;
  clear(): void;
}

/**
 * The wide sheet to sign on. Every sample the browser delivers is kept as it is (`pointerrawupdate` where there is one,
 * else coalesced events); the picture on it is only drawn from them.
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
  const context = element.getContext('2d', { desynchronized: true });
  const mirror = createMirror(ceremony);
  let samples: PointerSample[] = [];
  /** The sheet's size when the first stroke began: later resizes draw it anew, they never move recorded ink. */
  let sheet: Sheet | null = null;
  let active: number | null = null;

  const draw = (from: number): void => {
    if (context === null || sheet === null) return;
    const { clientWidth, clientHeight } = element;
    const ratio = window.devicePixelRatio;
    const scaleX = (clientWidth / sheet.width) * ratio;
    const scaleY = (clientHeight / sheet.height) * ratio;
    context.strokeStyle = INK;
    context.fillStyle = INK;
    context.lineCap = 'round';
    context.lineJoin = 'round';
    context.lineWidth = LINE_WIDTH * ratio;
    for (let index = Math.max(1, from); index < samples.length; index += 1) {
      const before = samples[index - 1];
      const now = samples[index];
      if (before === undefined || now === undefined || !now.tip) continue;
      context.beginPath();
      if (before.tip) {
        context.moveTo(before.x * scaleX, before.y * scaleY);
        context.lineTo(now.x * scaleX, now.y * scaleY);
        context.stroke();
      } else {
        context.arc(now.x * scaleX, now.y * scaleY, context.lineWidth / 2, 0, 2 * Math.PI);
        context.fill();
      }
    }
  };

  const fit = (): void => {
    const ratio = window.devicePixelRatio;
    element.width = Math.round(element.clientWidth * ratio);
    element.height = Math.round(element.clientHeight * ratio);
    draw(0);
  };
  const resize = new ResizeObserver(fit);
  resize.observe(element);

  const record = (event: PointerEvent, tip: boolean): void => {
    if (sheet === null) return;
    const frame = element.getBoundingClientRect();
    const from = samples.length;
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
    draw(from);
  };

  const start = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    const type = pointerType(event.pointerType);
    if (active !== null) return;
    if (sheet !== null && type !== sheet.pointerType) {
      if ((BETTER[type] ?? 0) < (BETTER[sheet.pointerType] ?? 0)) return;
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
    context?.clearRect(0, 0, element.width, element.height);
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
  handle.current = {
    ink: () => (sheet === null || samples.length === 0 ? null : encodeSurfaceInk(samples, sheet)),
    clear: () => {
      wipe();
      mirror.reset();
    },
  };
  return () => {
    resize.disconnect();
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
