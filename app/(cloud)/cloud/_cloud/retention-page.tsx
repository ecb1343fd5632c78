'use client';

import { useState, type ReactNode } from 'react';

import type { RetentionView } from '../../../../kiosk-shell/cloud-api.ts';
import { useLanguage } from '../../../_components/language.tsx';
import { formatDateTime } from '../../../_i18n/format.ts';
import { ConsolePage, useMay } from './console-frame.tsx';
import styles from './console.module.css';
import { Loaded } from './loaded.tsx';
import { RetentionDialog, type RetentionQuestion } from './retention-dialogs.tsx';
import { useRead } from './use-read.ts';

type Hold = RetentionView['holds'][number];

/** How long things are kept, what is held back from destruction, and what was destroyed. */
export function RetentionPage({ now }: { readonly now: number }): ReactNode {
  const { t, language } = useLanguage();
  const words = t.console;
  const may = useMay();
  const read = useRead<RetentionView>('/api/cloud/retention', null);
  const [asked, setAsked] = useState<RetentionQuestion | null>(null);
  return (
    <ConsolePage title={words.nav.retention}>
      <p className={styles['muted']}>{words.retentionText}</p>
      <Loaded read={read}>
        {({ rules, holds, tombstones }) => (
          <>
            <ul className={styles['rows']}>
              {rules.map((rule) => (
                <li key={`${rule.tenant} ${rule.class}`} className={styles['row']}>
                  <div>
                    <p>
                      {words.retentionClass[rule.class]}:{' '}
                      <strong>{rule.days === null ? words.daysUnset : words.days(rule.days)}</strong>
                    </p>
                    <p className={styles['facts']}>
                      <span>{rule.tenant}</span>
                      {rule.reason !== null && <span>{rule.reason}</span>}
                    </p>
                  </div>
                  {may('retention.change') && (
                    <button type="button" className="button" onClick={() => setAsked({ kind: 'days', rule })}>
                      {words.changeDays} <span className="visually-hidden">{words.retentionClass[rule.class]}</span>
                    </button>
                  )}
                </li>
              ))}
            </ul>
            <section className={styles['section']} aria-labelledby="holds">
              <div className={styles['top']}>
                <h2 id="holds">{words.holds}</h2>
                {may('holds.change') && (
                  <button
                    type="button"
                    className="button"
                    onClick={() =>
                      setAsked({ kind: 'place', tenants: [...new Set(rules.map(({ tenant }) => tenant))] })
                    }
                  >
                    {words.hold}
                  </button>
                )}
              </div>
              {holds.length === 0 ? (
                <p className={styles['muted']}>{words.holdsEmpty}</p>
              ) : (
                <ul className={styles['rows']}>
                  {holds.map((hold) => (
                    <HoldRow key={hold.id} hold={hold} now={now} onLift={() => setAsked({ kind: 'lift', hold })} />
                  ))}
                </ul>
              )}
            </section>
            <section className={styles['section']} aria-labelledby="tombstones">
              <h2 id="tombstones">{words.tombstones}</h2>
              {tombstones.length === 0 ? (
                <p className={styles['muted']}>{words.tombstonesEmpty}</p>
              ) : (
                <ul className={styles['rows']}>
                  {tombstones.map(({ digest, transaction, destroyedAt, tenant }) => (
                    <li key={digest} className={styles['row']}>
                      <div>
                        <p>{words.tombstone(transaction, formatDateTime(language, destroyedAt))}</p>
                        <p className={styles['small']}>{tenant}</p>
                      </div>
                      <a className="button" href={`/api/cloud/retention/tombstones/${digest}`} download>
                        {words.proof}
                      </a>
                    </li>
                  ))}
                </ul>
              )}
            </section>
          </>
        )}
      </Loaded>
      {asked !== null && (
        <RetentionDialog
          question={asked}
          onDone={() => {
            setAsked(null);
            read.again();
          }}
          onClose={() => setAsked(null)}
        />
      )}
    </ConsolePage>
  );
}

function HoldRow({
  hold,
  now,
  onLift,
}: {
  readonly hold: Hold;
  readonly now: number;
  readonly onLift: () => void;
}): ReactNode {
  const { t, language } = useLanguage();
  const words = t.console;
  const may = useMay();
  const { tenant, transaction, period, reason, placedAt, endsAt, liftedAt } = hold;
  const at = (time: string): string => formatDateTime(language, time);
  const stands = liftedAt === null && (endsAt === null || Date.parse(endsAt) > now);
  return (
    <li className={styles['row']}>
      <div>
        <p>
          <strong>{reason}</strong>
        </p>
        <p>
          {period === null
            ? words.holdOfTransaction(transaction ?? '')
            : words.holdOfPeriod(at(period.from), at(period.until))}
        </p>
        <p className={styles['facts']}>
          <span>{tenant}</span>
          <span>{words.holdBy(at(placedAt))}</span>
          {endsAt !== null && <span>{words.holdEndsAt(at(endsAt))}</span>}
          {liftedAt !== null && <span>{words.holdLifted(at(liftedAt))}</span>}
        </p>
      </div>
      {stands && may('holds.change') && (
        <button type="button" className="button" onClick={onLift}>
          {words.lift} <span className="visually-hidden">{reason}</span>
        </button>
      )}
    </li>
  );
}
