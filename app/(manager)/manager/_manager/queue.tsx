'use client';

import type { ReactNode } from 'react';

import type {
  DeliveryState,
  ReviewState,
  TransactionState,
  TransactionSummary,
} from '../../../../kiosk-shell/kiosk-api/transaction.ts';
import { useLanguage } from '../../../_components/language.tsx';
import { Sign } from '../../../_components/sign.tsx';
import { formatAge } from '../../../_i18n/format.ts';
import { grouped, type Group } from './groups.ts';
import styles from './manager.module.css';

const STATES: readonly TransactionState[] = ['placing', 'open', 'signing', 'complete', 'declined', 'voided'];
const DELIVERIES: readonly DeliveryState[] = ['none', 'waiting', 'sending', 'delivered', 'refused', 'set-aside'];
const REVIEWS: readonly ReviewState[] = ['to-review', 'approved', 'returned'];

/** Query of the list; an empty value filters nothing. */
export type Filter = Readonly<Record<'state' | 'delivery' | 'review' | 'text', string>>;
export const NO_FILTER: Filter = { state: '', delivery: '', review: '', text: '' };

/** Opens on what needs a person. */
export function Queue({
  transactions,
  filter,
  chosen,
  now,
  notice,
  onFilter,
  onChoose,
}: {
  readonly transactions: readonly TransactionSummary[];
  readonly filter: Filter;
  readonly chosen: string | null;
  readonly now: number;
  /** What concerns the whole counter, above everything that waits. */
  readonly notice: ReactNode;
  readonly onFilter: (filter: Filter) => void;
  readonly onChoose: (id: string) => void;
}): ReactNode {
  const { t, language } = useLanguage();
  return (
    <nav className={styles['queue']} aria-label={t.manager.queue}>
      <div className={styles['filters']} role="search">
        <div className="field">
          <label htmlFor="text">{t.manager.filterText}</label>
          <input
            className="input"
            id="text"
            type="search"
            value={filter.text}
            maxLength={200}
            onChange={(event) => onFilter({ ...filter, text: event.target.value })}
          />
        </div>
        <Choice
          label={t.manager.filterState}
          name="state"
          value={filter.state}
          options={STATES.map((one) => [one, t.clerk.state[one]])}
          onChange={(state) => onFilter({ ...filter, state })}
        />
        <Choice
          label={t.manager.filterDelivery}
          name="delivery"
          value={filter.delivery}
          options={DELIVERIES.map((one) => [one, t.clerk.delivery[one]])}
          onChange={(delivery) => onFilter({ ...filter, delivery })}
        />
        <Choice
          label={t.manager.filterReview}
          name="review"
          value={filter.review}
          options={REVIEWS.map((one) => [one, t.manager.review[one]])}
          onChange={(review) => onFilter({ ...filter, review })}
        />
      </div>
      <div className={styles['groups']} tabIndex={0} role="region" aria-label={t.manager.queue}>
        {notice}
        {transactions.length === 0 && <p className={styles['muted']}>{t.manager.empty}</p>}
        {grouped(transactions).map(({ group, entries }) => (
          <section key={group} className={styles['group']}>
            <h2>
              <Sign shape={SHAPES[group]} /> {t.manager.groups[group]} <span className="tabular">{entries.length}</span>
            </h2>
            <ul>
              {entries.map((one) => (
                <li key={one.id}>
                  <button
                    type="button"
                    className={styles['entry']}
                    aria-current={one.id === chosen ? 'true' : undefined}
                    onClick={() => onChoose(one.id)}
                  >
                    <span className={styles['entryName']} title={one.name}>
                      {one.name}
                    </span>
                    <span className={`tabular ${styles['age']}`}>{formatAge(language, one.changedAt, now)}</span>
                    <span className={styles['muted']}>
                      {t.clerk.state[one.state]} · {t.clerk.delivery[one.delivery]}
                      {one.state === 'complete' && ` · ${t.manager.review[one.review]}`}
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </nav>
  );
}

const SHAPES: Readonly<Record<Group, 'good' | 'wait' | 'bad' | 'off'>> = {
  refused: 'bad',
  signing: 'wait',
  waiting: 'wait',
  review: 'wait',
  rest: 'off',
};

function Choice({
  label,
  name,
  value,
  options,
  onChange,
}: {
  readonly label: string;
  readonly name: string;
  readonly value: string;
  readonly options: readonly (readonly [string, string])[];
  readonly onChange: (value: string) => void;
}): ReactNode {
  const { t } = useLanguage();
  return (
    <div className="field">
      <label htmlFor={name}>{label}</label>
      <select className="input" id={name} value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">{t.common.all}</option>
        {options.map(([one, word]) => (
          <option key={one} value={one}>
            {word}
          </option>
        ))}
      </select>
    </div>
  );
}
