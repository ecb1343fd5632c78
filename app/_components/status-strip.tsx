'use client';

import Link from 'next/link';
import type { ReactNode } from 'react';

import type { Staff } from '../../kiosk-shell/kiosk-api/staff.ts';
import { waitingWords } from '../_i18n/common.ts';
import { post } from './api.ts';
import { ConfigurationItem } from './configuration-notice.tsx';
import { EscrowItem } from './escrow-notice.tsx';
import { LanguageSwitch, useLanguage } from './language.tsx';
import { Mark } from './mark.tsx';
import { OpeningItems } from './opening-notice.tsx';
import { PadItem } from './pad-status.tsx';
import { Sign } from './sign.tsx';
import styles from './staff.module.css';
import type { Counter } from './use-staff-stream.ts';

/** On every staff screen: pads, what waits for the cloud and how long, who is signed in. */
export function StatusStrip({
  staff,
  counter,
  now,
  here,
}: {
  readonly staff: Staff;
  readonly counter: Counter;
  readonly now: number;
  readonly here: 'clerk' | 'manager' | 'check';
}): ReactNode {
  const { t, language } = useLanguage();
  const { status, connection } = counter;
  const { cloud, configuration, escrow, pads } = status;
  return (
    <>
      <a className={styles['skip']} href="#content">
        {t.common.skip}
      </a>
      <header className={styles['strip']}>
        <Mark />
        <span className={styles['branch']} title={status.tenant}>
          {t.clerk.branch(status.branch)}
        </span>
        <ul className={styles['facts']}>
          {pads.length === 0 && (
            <li>
              <Sign shape="off" /> {t.pads.none}
            </li>
          )}
          {pads.map((pad) => (
            <li key={pad.id}>
              <PadItem pad={pad} all={pads} signing={counter.shows === 'capture' && pad.signs} />
            </li>
          ))}
          <OpeningItems status={status} now={now} />
          <ConfigurationItem configuration={configuration} now={now} />
          <EscrowItem escrow={escrow} now={now} />
          <li className="tabular">
            <Sign shape={cloud.state === 'down' ? 'bad' : cloud.waiting > 0 ? 'wait' : 'good'} />
            {t.clerk.cloud[cloud.state]}: {waitingWords[language](cloud.waiting, cloud.oldestWaiting, now)}
            {cloud.setAside > 0 && `, ${t.clerk.setAside(cloud.setAside)}`}
          </li>
        </ul>
        <nav className={styles['who']}>
          {here !== 'clerk' && (
            <Link className="button quiet" href="/">
              {t.clerk.counterLink}
            </Link>
          )}
          {here !== 'manager' && staff.role === 'manager' && (
            <Link className="button quiet" href="/manager">
              {t.clerk.manager}
            </Link>
          )}
          {here !== 'check' && (
            <Link className="button quiet" href="/check">
              {t.check.link}
            </Link>
          )}
          <LanguageSwitch />
          <span className={styles['name']} title={staff.name}>
            {staff.name}
          </span>
          <button type="button" className="button quiet" onClick={() => void signOut()}>
            {t.common.signOut}
          </button>
        </nav>
      </header>
      {connection === 'lost' && (
        <div className={`notice waiting ${styles['lost']}`} role="alert">
          <p>
            <strong>{t.common.lostTitle}.</strong> {t.common.lostText}
          </p>
        </div>
      )}
    </>
  );
}

async function signOut(): Promise<void> {
  await post('/api/sign-out');
  window.location.assign('/sign-in');
}
