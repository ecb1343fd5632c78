'use client';

import { useRef, type ReactNode } from 'react';

import { padAdvice, padName, padState, type PadStatus } from '../_i18n/pads.ts';
import { useLanguage } from './language.tsx';
import { Sign, type Shape } from './sign.tsx';
import styles from './staff.module.css';

type Fact = readonly [name: string, value: string | null];

/** One pad in the strip: its state in words; opened, what to do about it and what a technician asks for. */
export function PadItem({
  pad,
  all,
  signing,
}: {
  readonly pad: PadStatus;
  readonly all: readonly PadStatus[];
  readonly signing: boolean;
}): ReactNode {
  const { t } = useLanguage();
  const details = useRef<HTMLDetailsElement>(null);
  const advice = padAdvice(t.pads, pad);
  const known: readonly Fact[] = [
    [t.pads.serial, pad.serial],
    [t.pads.firmware, pad.firmware],
  ];
  const driven: readonly Fact[] = [
    [t.pads.road, t.pads.roads[pad.road]],
    [t.pads.encryption, t.pads.encrypted[pad.encryption]],
  ];
  const facts = [...known, ...(pad.problem === 'not-driven' ? [] : driven)].filter(([, value]) => value !== null);
  const close = (): void => {
    if (details.current !== null) details.current.open = false;
  };
  return (
    <details
      ref={details}
      className={styles['pad']}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        close();
        details.current?.querySelector('summary')?.focus();
      }}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) close();
      }}
    >
      <summary>
        <Sign shape={shapeOf(pad)} />
        <span aria-live="polite">
          {padName(pad, all)}
          {pad.simulated ? ` (${t.pads.simulated})` : ''}, {padState(t.pads, pad, signing)}
        </span>
      </summary>
      <div className={styles['padBox']}>
        {advice !== null && <p>{advice}</p>}
        {advice === null && <p>{t.pads.shows[pad.shows]}</p>}
        {facts.length > 0 && (
          <dl>
            {facts.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd className="tabular">{value}</dd>
              </div>
            ))}
          </dl>
        )}
      </div>
    </details>
  );
}

function shapeOf({ state, problem, drawing }: PadStatus): Shape {
  if (problem === 'not-driven') return 'off';
  if (problem !== null || state === 'unplugged' || state === 'failed') return 'bad';
  return state === 'ready' && drawing === null ? 'good' : 'wait';
}
