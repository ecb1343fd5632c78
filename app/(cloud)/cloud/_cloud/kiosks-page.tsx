'use client';

import { useState, type ReactNode } from 'react';

import type { CloudKiosk, CloudStaff, ListedCode } from '../../../../kiosk-shell/cloud-api.ts';
import { post, remove } from '../../../_components/api.ts';
import { useLanguage } from '../../../_components/language.tsx';
import { useNow } from '../../../_components/use-now.ts';
import { formatDateTime } from '../../../_i18n/format.ts';
import { ActDialog, ReasonField, textOf } from './act-dialog.tsx';
import { ConsolePage, useMay } from './console-frame.tsx';
import styles from './console.module.css';
import { KioskTable } from './kiosk-table.tsx';
import { Loaded } from './loaded.tsx';
import { NewKiosk } from './new-kiosk.tsx';
import { useRead } from './use-read.ts';

const REFRESH_MS = 15_000;

export function KiosksPage({
  staff,
  now: initialNow,
}: {
  readonly staff: CloudStaff;
  readonly now: number;
}): ReactNode {
  const { t, language } = useLanguage();
  const words = t.console;
  const may = useMay();
  const now = useNow(initialNow);
  const kiosks = useRead<readonly CloudKiosk[]>('/api/cloud/kiosks', REFRESH_MS);
  const codes = useRead<readonly ListedCode[]>(may('codes.manage') ? '/api/cloud/enrolment-codes' : null, REFRESH_MS);
  const [asked, setAsked] = useState<CloudKiosk | null>(null);
  const [adding, setAdding] = useState(false);
  const open = (codes.value ?? []).filter(({ state }) => state === 'open');
  return (
    <ConsolePage
      title={words.nav.kiosks}
      action={
        may('codes.manage') && (
          <button type="button" className="button primary" onClick={() => setAdding(true)}>
            {words.newKiosk}
          </button>
        )
      }
    >
      <Loaded read={kiosks}>
        {(list) =>
          list.length === 0 ? (
            <p className={styles['muted']}>{words.kiosksEmpty}</p>
          ) : (
            <KioskTable
              kiosks={list}
              now={now}
              withTenant={staff.tenant === null}
              onAsk={may('kiosks.revoke') ? setAsked : null}
            />
          )
        }
      </Loaded>
      {open.length > 0 && (
        <section className={styles['section']} aria-labelledby="codes">
          <h2 id="codes">{words.codes}</h2>
          <ul className={styles['rows']}>
            {open.map(({ id, kiosk, branch, madeBy, expiresAt }) => (
              <li key={id} className={styles['row']}>
                <p>{words.codeLine(kiosk, branch, madeBy, formatDateTime(language, expiresAt))}</p>
                <button
                  type="button"
                  className="button"
                  onClick={() => void remove(`/api/cloud/enrolment-codes/${encodeURIComponent(id)}`).then(codes.again)}
                >
                  {words.withdraw}
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      {asked !== null && (
        <ActDialog
          title={asked.revoked === null ? words.shutOutTitle(asked.id) : words.takeBackTitle(asked.id)}
          text={asked.revoked === null ? words.shutOutText : words.takeBackText}
          go={asked.revoked === null ? words.shutOut : words.takeBack}
          danger={asked.revoked === null}
          run={(form) =>
            (asked.revoked === null ? post : remove)(`/api/cloud/kiosks/${encodeURIComponent(asked.id)}/revocation`, {
              reason: textOf(form, 'reason'),
            })
          }
          onDone={() => {
            setAsked(null);
            kiosks.again();
          }}
          onClose={() => setAsked(null)}
        >
          <ReasonField />
        </ActDialog>
      )}
      {adding && (
        <NewKiosk
          kiosks={kiosks.value ?? []}
          tenant={staff.tenant}
          onClose={() => {
            setAdding(false);
            codes.again();
          }}
        />
      )}
    </ConsolePage>
  );
}
