'use client';

import type { ReactNode } from 'react';

import type { CounterStatus } from '../../kiosk-shell/kiosk-api/counter.ts';
import type { OpeningMessages } from '../_i18n/opening.ts';
import { useLanguage } from './language.tsx';
import { Sign } from './sign.tsx';

const DAY_MS = 24 * 60 * 60_000;
/** The counter renews by itself in the second half of a year: so late, somebody has to look. */
const WARN_DAYS = 30;

type Facts = Pick<CounterStatus, 'clock' | 'shutOut' | 'certificates'>;
interface Hindrance {
  /** For the strip. */
  readonly short: string;
  readonly title: string;
  readonly text: string;
  /** Nobody new can be served. */
  readonly stops: boolean;
}

/** Why nobody new can be served here, or soon cannot; what stops comes first. */
function hindrances({ clock, shutOut, certificates }: Facts, now: number, t: OpeningMessages): readonly Hindrance[] {
  const found: Hindrance[] = [];
  if (shutOut !== null) found.push({ short: t.shutOut, title: t.shutOutTitle, text: t.shutOutText, stops: true });
  const left = Date.parse(certificates.until) - now;
  const days = Math.floor(left / DAY_MS);
  if (left <= 0) {
    found.push({
      short: t.certificatesEnded,
      title: t.certificatesEndedTitle,
      text: t.certificatesEndedText,
      stops: true,
    });
  } else if (days < WARN_DAYS) {
    const short = t.certificates(days);
    found.push({ short, title: short, text: t.certificatesText(certificates.until), stops: false });
  }
  if (clock.state === 'wrong' || clock.state === 'refused') {
    const stops = clock.state === 'refused';
    const title = t.clockWrongTitle(clock.offsetMs);
    const text = stops ? t.clockRefusedText : t.clockWrongText;
    found.push({ short: t.clock(clock.offsetMs), title, text, stops });
  }
  return found.toSorted((one, other) => Number(other.stops) - Number(one.stops));
}

/** Whether the button that begins has to stay closed. */
export function isClosed(status: Facts, now: number): boolean {
  const { clock, shutOut, certificates } = status;
  return shutOut !== null || clock.state === 'refused' || Date.parse(certificates.until) <= now;
}

interface Props {
  readonly status: Facts;
  readonly now: number;
}

/** A few words each for the strip that is on every staff screen. */
export function OpeningItems({ status, now }: Props): ReactNode {
  const { t } = useLanguage();
  return hindrances(status, now, t.opening).map(({ short, stops }) => (
    <li key={short} className="tabular">
      <Sign shape={stops ? 'bad' : 'wait'} /> {short}
    </li>
  ));
}

/** What is the matter, what still goes, and what to do: before a customer sits down. The gravest alone. */
export function OpeningNotice({ status, now }: Props): ReactNode {
  const { t } = useLanguage();
  const [gravest] = hindrances(status, now, t.opening);
  if (gravest === undefined) return null;
  const { title, text, stops } = gravest;
  return (
    <div className={`notice ${stops ? 'stop' : 'waiting'}`} role={stops ? 'alert' : 'status'}>
      <p>
        <strong>{title}.</strong> {text}
      </p>
    </div>
  );
}
