'use client';

import type { ReactNode } from 'react';

import type { CloudKiosk } from '../../../../kiosk-shell/cloud-api.ts';
import { useLanguage } from '../../../_components/language.tsx';
import { Sign, type Shape } from '../../../_components/sign.tsx';
import { formatAge, formatDate, formatDateTime, formatNumber } from '../../../_i18n/format.ts';
import styles from './console.module.css';

const SHAPES: Readonly<Record<CloudKiosk['state'], Shape>> = {
  ok: 'good',
  silent: 'off',
  revoked: 'bad',
  trouble: 'wait',
};

/** Each kiosk as it said it is, and the one act there is about it. */
export function KioskTable({
  kiosks,
  now,
  withTenant,
  onAsk,
}: {
  readonly kiosks: readonly CloudKiosk[];
  readonly now: number;
  readonly withTenant: boolean;
  /** Null: who looks may do nothing about kiosks. */
  readonly onAsk: ((kiosk: CloudKiosk) => void) | null;
}): ReactNode {
  const { t } = useLanguage();
  const { columns } = t.console;
  const heads = [
    ...[t.console.kiosk, columns.state, columns.contact, columns.pad, columns.waiting],
    ...[columns.clock, columns.configuration, columns.certificates, columns.version],
  ];
  return (
    <div className={styles['tableBox']} tabIndex={0} role="group" aria-label={t.console.nav.kiosks}>
      <table className={styles['table']}>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
            <th scope="col">
              <span className="visually-hidden">{columns.act}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {kiosks.map((kiosk) => (
            <KioskRow key={kiosk.id} kiosk={kiosk} now={now} withTenant={withTenant} onAsk={onAsk} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function KioskRow({
  kiosk,
  now,
  withTenant,
  onAsk,
}: {
  readonly kiosk: CloudKiosk;
  readonly now: number;
  readonly withTenant: boolean;
  /** Null: who looks may do nothing about kiosks. */
  readonly onAsk: ((kiosk: CloudKiosk) => void) | null;
}): ReactNode {
  const { t, language } = useLanguage();
  const words = t.console;
  const { id, branch, tenant, state, troubles, lastContact, report, revoked } = kiosk;
  const clock = report?.clock ?? null;
  return (
    <tr>
      <td>
        <strong>{id}</strong>
        <span className={styles['small']}>{withTenant ? `${branch} · ${tenant}` : branch}</span>
      </td>
      <td className={styles['state']}>
        <Sign shape={SHAPES[state]} /> {words.kioskState[state]}
        {troubles.length > 0 && state === 'trouble' && (
          <span className={styles['small']}>{troubles.map((one) => words.trouble[one]).join(', ')}</span>
        )}
        {revoked !== null && <span className={styles['small']}>{revoked.reason}</span>}
      </td>
      <td className="tabular" title={lastContact === null ? undefined : formatDateTime(language, lastContact)}>
        {lastContact === null ? words.never : formatAge(language, lastContact, now)}
      </td>
      <td>
        {report === null ? (
          <Unknown />
        ) : report.pads.length === 0 ? (
          words.noPad
        ) : (
          report.pads.map(({ model, state: pad }, index) => (
            <span key={index}>
              {model}: {words.pad[pad]}
            </span>
          ))
        )}
      </td>
      <td className="tabular">
        {report === null ? <Unknown /> : formatNumber(language, report.waiting)}
        {report !== null && report.oldestWaiting !== null && (
          <span className={styles['small']}>{formatAge(language, report.oldestWaiting, now)}</span>
        )}
      </td>
      <td className="tabular">
        {clock === null ? <Unknown /> : words.clockOff(formatNumber(language, seconds(clock.offsetMs), 1))}
      </td>
      <td className="tabular">{report === null ? <Unknown /> : words.configurationNo(report.configuration)}</td>
      <td className="tabular">{report === null ? <Unknown /> : formatDate(language, report.certificatesEnd)}</td>
      <td className="tabular">{report === null ? <Unknown /> : report.software}</td>
      <td>
        {onAsk !== null && (
          <button type="button" className="button" onClick={() => onAsk(kiosk)}>
            {revoked === null ? words.shutOut : words.takeBack} <span className="visually-hidden">{id}</span>
          </button>
        )}
      </td>
    </tr>
  );
}

/** To the tenth; never a minus before nothing. */
function seconds(ms: number): number {
  return Math.round(ms / 100) / 10 + 0;
}

function Unknown(): ReactNode {
  const { t } = useLanguage();
  return (
    <>
      <span aria-hidden="true">–</span>
      <span className="visually-hidden">{t.console.unknown}</span>
    </>
  );
}
