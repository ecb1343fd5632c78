'use client';

import type { ReactNode } from 'react';

import type { ConfigurationStatus } from '../../kiosk-shell/kiosk-api/counter.ts';
import { useLanguage } from './language.tsx';
import { Sign } from './sign.tsx';

const DAY_MS = 24 * 60 * 60_000;
/** A line that is down for weeks needs a technician's visit: so long before is it said. */
const WARN_DAYS = 10;

/** Days left, 0 on the last one; null when there is nothing to say; 'ended' from the moment on. */
export function configurationLeft({ until }: ConfigurationStatus, now: number): number | 'ended' | null {
  if (until === null) return null;
  const left = Date.parse(until) - now;
  if (left <= 0) return 'ended';
  const days = Math.floor(left / DAY_MS);
  return days < WARN_DAYS ? days : null;
}

interface Props {
  readonly configuration: ConfigurationStatus;
  readonly now: number;
}

/** A few words for the strip that is on every staff screen. */
export function ConfigurationItem({ configuration, now }: Props): ReactNode {
  const { t } = useLanguage();
  const left = configurationLeft(configuration, now);
  if (left === null) return null;
  return (
    <li className="tabular">
      <Sign shape={left === 'ended' ? 'bad' : 'wait'} />{' '}
      {left === 'ended' ? t.configuration.ended : t.configuration.soon(left)}
    </li>
  );
}

/** What is the matter, what still goes, and what to do: before a customer sits down. */
export function ConfigurationNotice({ configuration, now }: Props): ReactNode {
  const { t } = useLanguage();
  const left = configurationLeft(configuration, now);
  if (left === null) return null;
  if (left === 'ended') {
    return (
      <div className="notice stop" role="alert">
        <p>
          <strong>{t.configuration.endedTitle}.</strong> {t.configuration.endedText}
        </p>
      </div>
    );
  }
  return (
    <div className="notice waiting" role="status">
      <p>
        <strong>{t.configuration.soon(left)}.</strong>{' '}
        {configuration.until !== null && t.configuration.soonText(configuration.until)}
      </p>
    </div>
  );
}
