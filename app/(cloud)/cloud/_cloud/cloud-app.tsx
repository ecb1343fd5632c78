'use client';

import { useEffect, useState, type ReactNode } from 'react';

import type { CloudStaff, ReceivedPackage } from '../../../../kiosk-shell/cloud-api.ts';
import { get, post } from '../../../_components/api.ts';
import { LanguageSwitch, useLanguage } from '../../../_components/language.tsx';
import { Mark } from '../../../_components/mark.tsx';
import { Sign } from '../../../_components/sign.tsx';
import staffStyles from '../../../_components/staff.module.css';
import { formatBytes, formatDateTime } from '../../../_i18n/format.ts';
import styles from './cloud.module.css';
import { Level } from './level.tsx';
import { PackagePage } from './package-page.tsx';

/** Packages arrive by themselves: the list is read again this often while somebody looks. */
const REFRESH_MS = 5_000;
const GATHER_MS = 200;

export function CloudApp({
  staff,
  packages: initial,
}: {
  readonly staff: CloudStaff;
  readonly packages: readonly ReceivedPackage[];
}): ReactNode {
  const { t, language } = useLanguage();
  const [packages, setPackages] = useState(initial);
  const [state, setState] = useState('');
  const [text, setText] = useState('');
  const [lost, setLost] = useState(false);
  const [chosen, setChosen] = useState<string | null>(null);

  useEffect(() => {
    const query = new URLSearchParams({ state, text, limit: '200' }).toString();
    let current = true;
    const read = async (): Promise<void> => {
      const answer = await get<readonly ReceivedPackage[]>(`/api/cloud/packages?${query}`, true);
      if (!current) return;
      if (answer.ok) setPackages(answer.value);
      else if (answer.error.code === 'signed-out') window.location.assign('/cloud/sign-in');
      setLost(!answer.ok);
    };
    const soon = setTimeout(() => void read(), GATHER_MS);
    const timer = setInterval(() => void read(), REFRESH_MS);
    return () => {
      current = false;
      clearTimeout(soon);
      clearInterval(timer);
    };
  }, [state, text]);

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
      <div className={styles['columns']}>
        <section className={styles['list']} aria-labelledby="packages">
          <h1 id="packages">{t.manager.cloudTitle}</h1>
          <div className={styles['filters']} role="search">
            <div className="field">
              <label htmlFor="text">{t.common.search}</label>
              <input
                className="input"
                id="text"
                type="search"
                value={text}
                maxLength={200}
                onChange={(event) => setText(event.target.value)}
              />
            </div>
            <div className="field">
              <label htmlFor="state">{t.manager.cloudColumns.state}</label>
              <select className="input" id="state" value={state} onChange={(event) => setState(event.target.value)}>
                <option value="">{t.common.all}</option>
                <option value="stored">{t.manager.cloudState.stored}</option>
                <option value="refused">{t.manager.cloudState.refused}</option>
              </select>
            </div>
          </div>
          {lost && (
            <div className="notice waiting" role="alert">
              <p>{t.common.lostText}</p>
            </div>
          )}
          {packages.length === 0 ? (
            <p className={styles['muted']}>{t.manager.cloudEmpty}</p>
          ) : (
            <div className={styles['tableBox']} tabIndex={0} role="group" aria-label={t.manager.cloudTitle}>
              <table className={styles['table']}>
                <thead>
                  <tr>
                    <th scope="col">{t.manager.cloudColumns.sequence}</th>
                    <th scope="col">{t.manager.cloudColumns.name}</th>
                    <th scope="col">{t.manager.cloudColumns.branch}</th>
                    <th scope="col">{t.manager.cloudColumns.arrived}</th>
                    <th scope="col" className={styles['spare']}>
                      {t.manager.cloudColumns.size}
                    </th>
                    <th scope="col">{t.manager.cloudColumns.state}</th>
                    <th scope="col">{t.manager.cloudColumns.level}</th>
                  </tr>
                </thead>
                <tbody>
                  {packages.map((one) => (
                    <tr key={`${one.digest} ${one.arrivedAt}`} aria-selected={one.digest === chosen}>
                      <td className="tabular">{one.sequence}</td>
                      <td>
                        <button type="button" className={styles['link']} onClick={() => setChosen(one.digest)}>
                          {one.transactionName}
                        </button>
                      </td>
                      <td>{one.branch}</td>
                      <td className="tabular">{formatDateTime(language, one.arrivedAt)}</td>
                      <td className={`tabular ${styles['spare'] ?? ''}`}>{formatBytes(language, one.size)}</td>
                      <td>
                        <Sign shape={one.state === 'stored' ? 'good' : 'bad'} /> {t.manager.cloudState[one.state]}
                      </td>
                      <td>{one.state === 'stored' && <Level of={one} />}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </section>
        <main id="content" className={styles['page']}>
          {chosen === null ? (
            <p className={styles['muted']}>{t.manager.cloudChoose}</p>
          ) : (
            <PackagePage key={chosen} digest={chosen} onGone={() => setChosen(null)} />
          )}
        </main>
      </div>
    </div>
  );
}
