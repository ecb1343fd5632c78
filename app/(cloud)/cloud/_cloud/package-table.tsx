'use client';

import type { ReactNode } from 'react';

import type { ReceivedPackage } from '../../../../kiosk-shell/cloud-api.ts';
import { useLanguage } from '../../../_components/language.tsx';
import { Sign } from '../../../_components/sign.tsx';
import { formatDateTime } from '../../../_i18n/format.ts';
import styles from './cloud.module.css';
import { Level } from './level.tsx';

/** Newest first; the name opens the package beside the list. */
export function PackageTable({
  packages,
  chosen,
  more,
  onChoose,
  onMore,
}: {
  readonly packages: readonly ReceivedPackage[];
  readonly chosen: string | null;
  readonly more: boolean;
  readonly onChoose: (digest: string) => void;
  readonly onMore: () => void;
}): ReactNode {
  const { t, language } = useLanguage();
  const columns = t.manager.cloudColumns;
  return (
    <div className={styles['tableBox']} tabIndex={0} role="group" aria-label={t.manager.cloudTitle}>
      <table className={styles['table']}>
        <thead>
          <tr>
            <th scope="col">{columns.name}</th>
            <th scope="col">{columns.branch}</th>
            <th scope="col">{columns.arrived}</th>
            <th scope="col">{columns.state}</th>
            <th scope="col" className={styles['spare']}>
              {columns.level}
            </th>
          </tr>
        </thead>
        <tbody>
          {packages.map((one) => (
            <tr key={one.place} aria-selected={one.digest === chosen}>
              <td>
                <button type="button" className={styles['link']} onClick={() => onChoose(one.digest)}>
                  {one.transactionName === '' ? one.transaction : one.transactionName}
                </button>
              </td>
              <td>{one.branch}</td>
              <td className="tabular">{formatDateTime(language, one.arrivedAt)}</td>
              <td>
                <Sign shape={one.state === 'stored' ? 'good' : 'bad'} /> {t.manager.cloudState[one.state]}
              </td>
              <td className={styles['spare']}>{one.state === 'stored' && <Level of={one} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {more && (
        <p className={styles['more']}>
          <button type="button" className="button" onClick={onMore}>
            {t.console.more}
          </button>
        </p>
      )}
    </div>
  );
}
