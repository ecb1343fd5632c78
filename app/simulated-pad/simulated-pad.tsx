'use client';

import { useEffect, useRef, useState, type PointerEvent as ReactPointerEvent, type ReactNode } from 'react';

import { get, post } from '../_components/api.ts';
import { LanguageSwitch, useLanguage } from '../_components/language.tsx';
import styles from './simulated-pad.module.css';

interface Button {
  readonly name: 'ok' | 'clear' | 'cancel';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
interface Sample {
  readonly x: number;
  readonly y: number;
  readonly p: number;
  readonly tip: boolean;
  readonly t: number;
}

const REFRESH_MS = 700;
/** Pen samples travel in small batches; the pad sends them on at its own pace. */
const BATCH_MS = 50;
const MOUSE_PRESSURE = 0.5;

/** A pad for machines without one: the screen it was sent, a pen, and its buttons. Demo only. */
export function SimulatedPad({
  present,
  plugged,
}: {
  readonly present: boolean;
  readonly plugged: boolean;
}): ReactNode {
  const { t } = useLanguage();
  return (
    <main className={styles['room']}>
      <header className={styles['top']}>
        <div>
          <h1>{t.manager.padTitle}</h1>
          <p>{present ? t.manager.padText : t.manager.padAbsent}</p>
        </div>
        <LanguageSwitch />
      </header>
      {present && <Pad plugged={plugged} />}
    </main>
  );
}

function Pad({ plugged }: { readonly plugged: boolean }): ReactNode {
  const { t } = useLanguage();
  const [version, setVersion] = useState(0);
  const [buttons, setButtons] = useState<readonly Button[]>([]);
  const [size, setSize] = useState<{ width: number; height: number } | null>(null);
  const [isPlugged, setPlugged] = useState(plugged);
  const [busy, setBusy] = useState(false);
  const ink = useRef<HTMLCanvasElement>(null);
  const pen = usePen();

  useEffect(() => {
    if (!isPlugged) return;
    const timer = setInterval(() => {
      if (pen.isWriting()) return;
      setVersion((old) => old + 1);
      void get<readonly Button[]>('/api/simulated-pad/buttons', true).then((answer) => {
        if (answer.ok) setButtons(answer.value);
      });
    }, REFRESH_MS);
    return () => clearInterval(timer);
  }, [pen, isPlugged]);

  const at = (event: ReactPointerEvent): { x: number; y: number } => {
    const frame = event.currentTarget.getBoundingClientRect();
    return {
      x: ((event.clientX - frame.left) / frame.width) * (size?.width ?? 0),
      y: ((event.clientY - frame.top) / frame.height) * (size?.height ?? 0),
    };
  };
  const draw = (from: { x: number; y: number } | null, to: { x: number; y: number }): void => {
    const context = ink.current?.getContext('2d');
    if (context === undefined || context === null || from === null) return;
    context.lineWidth = 2;
    context.lineCap = 'round';
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.lineTo(to.x, to.y);
    context.stroke();
  };
  const press = async (name: Button['name']): Promise<void> => {
    await pen.flush();
    await post('/api/simulated-pad/press', { button: name });
    wipe(ink.current);
    setVersion((old) => old + 1);
  };
  const plug = async (wanted: boolean): Promise<void> => {
    // What was on its screen is gone with its power; while it is away nothing is asked of it.
    setBusy(true);
    if (!wanted) setPlugged(false);
    const answer = await post('/api/simulated-pad/plug', { plugged: wanted });
    wipe(ink.current);
    setButtons([]);
    setPlugged(wanted === answer.ok);
    setBusy(false);
  };
  const down = (event: ReactPointerEvent): void => {
    if (event.button !== 0) return;
    const point = at(event);
    const hit = buttons.find(
      ({ x, y, width, height }) => point.x >= x && point.x < x + width && point.y >= y && point.y < y + height,
    );
    if (hit !== undefined) return void press(hit.name);
    event.currentTarget.setPointerCapture(event.pointerId);
    pen.down({ ...point, p: pressure(event), t: event.timeStamp });
  };
  const move = (event: ReactPointerEvent): void => {
    if (!pen.isWriting()) return;
    const point = at(event);
    draw(pen.last(), point);
    pen.move({ ...point, p: pressure(event), t: event.timeStamp });
  };
  const up = (event: ReactPointerEvent): void => {
    if (pen.isWriting()) pen.up({ ...at(event), p: 0, t: event.timeStamp });
  };

  return (
    <div className={styles['desk']}>
      {isPlugged && (
        <div className={styles['pad']}>
          <div
            className={styles['screen']}
            role="application"
            aria-label={t.manager.padScreen}
            onPointerDown={down}
            onPointerMove={move}
            onPointerUp={up}
            onPointerCancel={up}
          >
            {/* A data picture that changes by itself: an image component could only get in its way. */}
            <img
              className={styles['picture']}
              src={`/api/simulated-pad/screen?v=${version}`}
              alt=""
              draggable={false}
              onLoad={(event) => {
                const { naturalWidth: width, naturalHeight: height } = event.currentTarget;
                if (width !== size?.width || height !== size.height) setSize({ width, height });
              }}
            />
            {size !== null && <canvas ref={ink} className={styles['ink']} width={size.width} height={size.height} />}
          </div>
          <div className={styles['keys']} role="group" aria-label={t.manager.padButtons}>
            {buttons.map(({ name }) => (
              <button key={name} type="button" className="button" onClick={() => void press(name)}>
                {t.manager.padButton[name]}
              </button>
            ))}
          </div>
        </div>
      )}
      <div className={styles['cable']}>
        <p role="status">{isPlugged ? '' : t.manager.padAway}</p>
        <button type="button" className="button" disabled={busy} onClick={() => void plug(!isPlugged)}>
          {isPlugged ? t.manager.padUnplug : t.manager.padPlug}
        </button>
      </div>
    </div>
  );
}

function wipe(canvas: HTMLCanvasElement | null): void {
  canvas?.getContext('2d')?.clearRect(0, 0, canvas.width, canvas.height);
}

function pressure(event: ReactPointerEvent): number {
  return event.pointerType === 'pen' ? event.pressure : MOUSE_PRESSURE;
}

interface Pen {
  isWriting(): boolean;
  last(): Sample | null;
  down(sample: Omit<Sample, 'tip'>): void;
  move(sample: Omit<Sample, 'tip'>): void;
  up(sample: Omit<Sample, 'tip'>): void;
  flush(): Promise<void>;
}

/** Gathers samples and sends them in order, one batch at a time; each batch counts its time from its first sample. */
function usePen(): Pen {
  const [pen] = useState(createPen);
  useEffect(() => {
    const timer = setInterval(() => void pen.flush(), BATCH_MS);
    return () => clearInterval(timer);
  }, [pen]);
  return pen;
}

function createPen(): Pen {
  let waiting: Sample[] = [];
  let sending: Promise<void> | null = null;
  let writing = false;
  let last: Sample | null = null;
  const add = (sample: Sample): void => {
    last = sample;
    waiting.push(sample);
  };
  // While one batch is on its way the next gathers: a slow machine makes batches larger, never a queue of them.
  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const start = waiting[0]?.t ?? 0;
      const samples = waiting.map((sample) => ({ ...sample, t: sample.t - start }));
      waiting = [];
      await post('/api/simulated-pad/pen', { samples, fast: false });
    }
  };
  const flush = async (): Promise<void> => {
    if (sending === null && waiting.length > 0) {
      sending = drain().finally(() => {
        sending = null;
      });
    }
    await sending;
  };
  return {
    isWriting: () => writing,
    last: () => last,
    down: (sample) => {
      writing = true;
      add({ ...sample, tip: true });
    },
    move: (sample) => add({ ...sample, tip: true }),
    up: (sample) => {
      add({ ...sample, tip: false });
      writing = false;
      last = null;
    },
    flush,
  };
}
