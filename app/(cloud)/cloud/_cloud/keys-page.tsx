'use client';

import type { ReactNode } from 'react';

import type { ListedCertificate, ListedReceiptKey } from '../../../../kiosk-shell/cloud-api.ts';
import { useLanguage } from '../../../_components/language.tsx';
import { Sign, type Shape } from '../../../_components/sign.tsx';
import { formatDate, formatDateTime } from '../../../_i18n/format.ts';
import { ConsolePage } from './console-frame.tsx';
import styles from './console.module.css';
import { Loaded } from './loaded.tsx';
import { useRead } from './use-read.ts';

interface Keys {
  readonly certificates: readonly ListedCertificate[];
  readonly receiptKeys: readonly ListedReceiptKey[];
}
const SHAPES: Readonly<Record<ListedCertificate['state'], Shape>> = { good: 'good', ending: 'wait', ended: 'bad' };

/** What this cloud and its kiosks prove themselves with, and until when. */
export function KeysPage(): ReactNode {
  const { t, language } = useLanguage();
  const words = t.console;
  const read = useRead<Keys>('/api/cloud/keys', null);
  return (
    <ConsolePage title={words.nav.keys}>
      <p className={styles['muted']}>{words.keysText}</p>
      <Loaded read={read}>
        {({ certificates, receiptKeys }) => (
          <>
            <div className={styles['tableBox']} tabIndex={0} role="group" aria-label={words.certificates}>
              <table className={styles['table']}>
                <thead>
                  <tr>
                    <th scope="col">{words.use}</th>
                    <th scope="col">{words.tenant}</th>
                    <th scope="col">{words.ends}</th>
                    <th scope="col">{words.columns.state}</th>
                  </tr>
                </thead>
                <tbody>
                  {certificates.map(({ digest, tenant, use, of, ends, state }) => (
                    <tr key={`${tenant} ${use} ${digest}`}>
                      <td>
                        {words.certificateUse[use]} <strong>{of}</strong>
                        <span className={styles['small']} title={digest}>
                          SHA-256 {digest.slice(0, 16)}…
                        </span>
                      </td>
                      <td>{tenant}</td>
                      <td className="tabular">{formatDate(language, ends)}</td>
                      <td>
                        <Sign shape={SHAPES[state]} /> {words.certificateState[state]}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            <section className={styles['section']} aria-labelledby="receipts">
              <h2 id="receipts">{words.receiptKeys}</h2>
              <ul className={styles['rows']}>
                {receiptKeys.map(({ kid, notAfter }) => (
                  <li key={kid} className={styles['row']}>
                    <p className="tabular">{kid}</p>
                    <span className={styles['small']}>
                      {notAfter === null
                        ? words.receiptKeyNow
                        : words.receiptKeyUntil(formatDateTime(language, notAfter))}
                    </span>
                  </li>
                ))}
              </ul>
            </section>
          </>
        )}
      </Loaded>
    </ConsolePage>
  );
}
