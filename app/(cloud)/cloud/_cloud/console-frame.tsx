'use client';

import Link from 'next/link';
import type { ReactNode } from 'react';

import type { CloudStaff } from '../../../../kiosk-shell/cloud-api.ts';
import { post } from '../../../_components/api.ts';
import { LanguageSwitch, useLanguage } from '../../../_components/language.tsx';
import { Mark } from '../../../_components/mark.tsx';
import staffStyles from '../../../_components/staff.module.css';
import styles from './console.module.css';

/** Parts of the console, in the order of the navigation; the first is where it opens. */
const PLACES = {
  exceptions: '/cloud',
  packages: '/cloud/packages',
  kiosks: '/cloud/kiosks',
  branches: '/cloud/branches',
  keys: '/cloud/keys',
  retention: '/cloud/retention',
} as const;
export type Place = keyof typeof PLACES;

/** What every page of the console has: who is signed in, the way to the other pages, and the page. */
export function ConsoleFrame({
  staff,
  here,
  children,
}: {
  readonly staff: CloudStaff;
  readonly here: Place;
  readonly children: ReactNode;
}): ReactNode {
  const { t } = useLanguage();
  return (
    <div className={styles['app']}>
      <a className={staffStyles['skip']} href="#content">
        {t.common.skip}
      </a>
      <header className={staffStyles['strip']}>
        <Mark />
        <span className={staffStyles['branch']}>{t.manager.cloudSubtitle}</span>
        <span className={styles['gap']} />
        <LanguageSwitch />
        <span className={staffStyles['name']} title={staff.name}>
          {staff.name}
        </span>
        <button
          type="button"
          className="button quiet"
          onClick={() => void post('/api/cloud/sign-out').then(() => window.location.assign('/cloud/sign-in'))}
        >
          {t.common.signOut}
        </button>
      </header>
      <nav className={styles['nav']} aria-label={t.console.navigation}>
        {(Object.keys(PLACES) as Place[]).map((place) => (
          <Link key={place} href={PLACES[place]} aria-current={place === here ? 'page' : undefined}>
            {t.console.nav[place]}
          </Link>
        ))}
      </nav>
      {children}
    </div>
  );
}

/** A page that is one column of sections. */
export function ConsolePage({
  title,
  action,
  children,
}: {
  readonly title: string;
  /** Beside the title. */
  readonly action?: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <main id="content" className={styles['page']} tabIndex={-1}>
      <div className={styles['column']}>
        <div className={styles['top']}>
          <h1>{title}</h1>
          {action}
        </div>
        {children}
      </div>
    </main>
  );
}
