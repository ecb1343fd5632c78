'use client';

import type { ReactNode } from 'react';

import type { SignatoryView } from '../../../kiosk-shell/kiosk-api/ceremony.ts';
import { useLanguage } from '../../_components/language.tsx';
import { Sign } from '../../_components/sign.tsx';
import { roleName } from '../../_i18n/messages.ts';
import styles from './clerk.module.css';
import { turnsOf, type Turn } from './turns.ts';

/**
 * Everybody who signs, turn by turn. Those of one turn come in any order: whoever may sit down now can be picked in place.
 * Turns that are over or to come are one line each, so that twenty people do not push the present ones out of sight.
 */
export function SignatoryList({
  signatories,
  picked,
  onPick,
}: {
  readonly signatories: readonly SignatoryView[];
  /** Of those who may sign now; null when nobody is to be picked. */
  readonly picked: string | null;
  readonly onPick: (id: string) => void;
}): ReactNode {
  const { t } = useLanguage();
  const turns = turnsOf(signatories);
  const [only] = turns;
  if (turns.length === 1 && only !== undefined) return <Rows turn={only} picked={picked} onPick={onPick} />;
  return turns.map((turn) => (
    <details
      key={`${turn.order} ${turn.present ? 'present' : 'other'}`}
      className={styles['turnGroup']}
      open={turn.present}
    >
      <summary>
        {t.clerk.turn(turn.order)} · {t.clerk.signedOf(turn.signed, turn.people.length)}
        {turn.present && turn.people.length > 1 && <span className={styles['muted']}> {t.clerk.anyOrder}</span>}
      </summary>
      <Rows turn={turn} picked={picked} onPick={onPick} />
    </details>
  ));
}

function Rows({
  turn,
  picked,
  onPick,
}: {
  readonly turn: Turn;
  readonly picked: string | null;
  readonly onPick: (id: string) => void;
}): ReactNode {
  return (
    <ol className={styles['signatories']}>
      {turn.people.map((one) => (
        <Row key={one.id} one={one} picked={picked} onPick={onPick} />
      ))}
    </ol>
  );
}

function Row({
  one,
  picked,
  onPick,
}: {
  readonly one: SignatoryView;
  readonly picked: string | null;
  readonly onPick: (id: string) => void;
}): ReactNode {
  const { t } = useLanguage();
  const shape =
    one.state === 'signed' ? 'good' : one.state === 'declined' ? 'bad' : one.state === 'waiting' ? 'off' : 'wait';
  const pickable = picked !== null && one.state === 'next';
  const name = <span className={styles['signatoryRole']}>{roleName(t, one.role)}</span>;
  return (
    <li className={styles['signatory']} aria-current={one.state === 'active' ? 'step' : undefined}>
      {pickable ? (
        <label className={`check ${styles['signatoryPick']}`}>
          <input type="radio" name="signatory" checked={one.id === picked} onChange={() => onPick(one.id)} />
          {name}
        </label>
      ) : (
        <>
          <Sign shape={shape} />
          {name}
        </>
      )}
      <span className={styles['muted']}>
        {pickable ? '' : `${t.clerk.signatoryState[one.state]} · `}
        {t.clerk.fields(one.fields)}
      </span>
      {one.shortCode !== null && <span className={`tabular ${styles['muted']}`}>{one.shortCode}</span>}
    </li>
  );
}
