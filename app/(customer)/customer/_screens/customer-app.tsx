'use client';

import { useRef, useState, type ReactNode } from 'react';

import { useEventSource } from '../../../_components/event-source.ts';
import { useLanguage } from '../../../_components/language.tsx';
import type { Language } from '../../../_i18n/languages.ts';
import type { DisplayMessage } from '../../../_server/stream-messages.ts';
import type { DisplayView } from '../../../../kiosk-shell/kiosk-api/display.ts';
import { assertNever } from '../../../../signing/result.ts';
import { CaptureScreen } from './capture-screen.tsx';
import { ConsentScreen } from './consent-screen.tsx';
import { DoneScreen } from './done-screen.tsx';
import { Frame, type TextSize } from './frame.tsx';
import type { Strokes } from '../../../_components/drawn-ink.tsx';
import { IdleScreen, MessageScreen } from './message-screen.tsx';
import { PairScreen } from './pair-screen.tsx';
import { UnrecordableScreen } from './unrecordable-screen.tsx';
import { ReviewScreen } from './review-screen.tsx';

/** Choices of one customer: they survive a reload in the middle, and end when the screen greets the next one. */
const CHOICES_KEY = 'countersign-customer-choices';
const NOTHING: Strokes = [];
interface Choices {
  readonly language: Language;
  readonly size: TextSize;
}

export function CustomerApp({ paired, home }: { readonly paired: boolean; readonly home: Language }): ReactNode {
  const [isPaired, setPaired] = useState(paired);
  return isPaired ? (
    <LiveScreen home={home} onUnpaired={() => setPaired(false)} />
  ) : (
    <PairScreen onPaired={() => setPaired(true)} />
  );
}

function LiveScreen({ home, onUnpaired }: { readonly home: Language; readonly onUnpaired: () => void }): ReactNode {
  const { language, setLanguage } = useLanguage();
  const [view, setView] = useState<DisplayView | null>(null);
  const [size, setSize] = useState<TextSize>(0);
  /** Ink of a pad that shows none itself. */
  const [live, setLive] = useState<Strokes>(NOTHING);
  const before = useRef<DisplayView['kind'] | null>(null);
  const signing = useRef<string | null>(null);

  const connection = useEventSource('/api/display/events', (data) => {
    const message = JSON.parse(data) as DisplayMessage;
    if (message.type === 'signed-out') {
      onUnpaired();
      return;
    }
    if (message.type === 'live') {
      setLive((old) => (message.reset ? message.strokes : [...old, ...message.strokes]));
      return;
    }
    const next = message.view;
    if (before.current === null && next.kind !== 'idle') {
      const kept = readChoices();
      if (kept !== null) {
        setLanguage(kept.language);
        setSize(kept.size);
      }
    }
    const said = before.current;
    // After a good-bye comes somebody else, also when the clerk begins with them before the greeting was shown.
    const somebodyElse = (said === 'done' || said === 'declined') && next.kind !== said;
    if (somebodyElse || (next.kind === 'idle' && said !== 'idle')) {
      sessionStorage.removeItem(CHOICES_KEY);
      if (said !== null) {
        setLanguage(home);
        setSize(0);
      }
    }
    before.current = next.kind;
    const field = next.kind === 'capture' ? `${next.ceremony} ${next.capture.placement}` : null;
    if (field !== signing.current) setLive(NOTHING);
    signing.current = field;
    setView(next);
  });

  const keep = (choices: Choices): void => {
    setLanguage(choices.language);
    setSize(choices.size);
    sessionStorage.setItem(CHOICES_KEY, JSON.stringify(choices));
  };

  return (
    <Frame
      lost={connection === 'lost'}
      tenant={view?.tenant ?? null}
      language={language}
      size={size}
      onLanguage={(next) => keep({ language: next, size })}
      onSize={(next) => keep({ language, size: next })}
    >
      {view === null ? <MessageScreen words="moment" /> : <Screen view={view} live={live} />}
    </Frame>
  );
}

/** Keyed by ceremony and step: a screen never inherits anything of the one before. */
function Screen({ view, live }: { readonly view: DisplayView; readonly live: Strokes }): ReactNode {
  switch (view.kind) {
    case 'idle':
      return <IdleScreen view={view} />;
    case 'hold':
      return <MessageScreen key={view.message} words={view.message} />;
    case 'review':
      return <ReviewScreen key={view.ceremony} view={view} />;
    case 'consent':
      return view.recordable ? (
        <ConsentScreen key={view.ceremony} view={view} />
      ) : (
        <UnrecordableScreen key={view.ceremony} view={view} />
      );
    case 'capture':
      return <CaptureScreen key={`${view.ceremony} ${view.capture.placement}`} view={view} live={live} />;
    case 'done':
      return <DoneScreen key={view.ceremony} view={view} />;
    case 'declined':
      return <MessageScreen words="declined" />;
    default:
      return assertNever(view);
  }
}

function readChoices(): Choices | null {
  const text = sessionStorage.getItem(CHOICES_KEY);
  return text === null ? null : (JSON.parse(text) as Choices);
}
