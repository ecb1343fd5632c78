'use client';

import Link from 'next/link';
import { createContext, use, useCallback, type ReactNode } from 'react';

import type { CloudStaff } from '../../../../kiosk-shell/cloud-api.ts';
import { cloudMay, type CloudAct } from '../../../../signing/access/cloud-roles.ts';
import { post } from '../../../_components/api.ts';
import { LanguageSwitch, useLanguage } from '../../../_components/language.tsx';
import { Mark } from '../../../_components/mark.tsx';
import staffStyles from '../../../_components/staff.module.css';
import styles from './console.module.css';
import { PLACES, type Place } from './places.ts';

const StaffContext = createContext<CloudStaff | null>(null);

/** Whether who is signed in may do something: what may not be done is not offered. Every route asks again. */
export function useMay(): (act: CloudAct) => boolean {
  const staff = use(StaffContext);
  return useCallback((act) => staff !== null && cloudMay(staff, act), [staff]);
}

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
        {PLACES.filter(({ act }) => cloudMay(staff, act)).map(({ place, path }) => (
          <Link key={place} href={path} aria-current={place === here ? 'page' : undefined}>
            {t.console.nav[place]}
          </Link>
        ))}
      </nav>
      <StaffContext value={staff}>{children}</StaffContext>
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
