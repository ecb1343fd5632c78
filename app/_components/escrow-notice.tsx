'use client';

import type { ReactNode } from 'react';

import type { EscrowStatus } from '../../kiosk-shell/kiosk-api/counter.ts';
import { useLanguage } from './language.tsx';
import { Sign } from './sign.tsx';

const DAY_MS = 24 * 60 * 60_000;
/** New certificates take a notary and a visit: so long before is it said. */
const WARN_DAYS = 30;

/** Days left, 0 on the last one; null when there is nothing to say; 'unable' from the moment on, whether pushed or not. */
export function escrowLeft({ problem, until }: EscrowStatus, now: number): number | 'unable' | null {
  if (problem !== null) return 'unable';
  if (until === null) return null;
  const left = Date.parse(until) - now;
  if (left < 0) return 'unable';
  const days = Math.floor(left / DAY_MS);
  return days < WARN_DAYS ? days : null;
}

/** A few words for the strip that is on every staff screen. */
export function EscrowItem({ escrow, now }: { readonly escrow: EscrowStatus; readonly now: number }): ReactNode {
  const { t } = useLanguage();
  const left = escrowLeft(escrow, now);
  if (left === null) return null;
  return (
    <li className="tabular">
      <Sign shape={left === 'unable' ? 'bad' : 'wait'} /> {left === 'unable' ? t.escrow.unable : t.escrow.soon(left)}
    </li>
  );
}

/** What is the matter, what still goes, and what to do. `ahead`: also while it is only coming. */
export function EscrowNotice({
  escrow,
  now,
  ahead,
}: {
  readonly escrow: EscrowStatus;
  readonly now: number;
  readonly ahead: boolean;
}): ReactNode {
  const { t } = useLanguage();
  const left = escrowLeft(escrow, now);
  if (left === null || (left !== 'unable' && !ahead)) return null;
  if (left !== 'unable') {
    return (
      <div className="notice waiting" role="status">
        <p>
          <strong>{t.escrow.soon(left)}.</strong> {escrow.until !== null && t.escrow.soonText(escrow.until)}
        </p>
      </div>
    );
  }
  const why: Readonly<Record<string, string>> = t.escrow.unableWhy;
  return (
    <div className="notice stop" role="alert">
      <p>
        <strong>{t.escrow.unableTitle}.</strong> {why[escrow.problem ?? 'expired'] ?? t.escrow.unableWhy.other}
      </p>
      <p>{t.escrow.unableText}</p>
    </div>
  );
}
