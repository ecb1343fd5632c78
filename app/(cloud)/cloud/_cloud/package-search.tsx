'use client';

import type { ReactNode } from 'react';

import type { CloudKiosk } from '../../../../kiosk-shell/cloud-api.ts';
import { BASELINE_LEVELS } from '../../../../signing/verification/verification-report.ts';
import { useLanguage } from '../../../_components/language.tsx';
import styles from './cloud.module.css';

/** What is looked for; empty values ask nothing. Days as YYYY-MM-DD, by the clock of whoever looks. */
export type Search = Readonly<Record<'text' | 'state' | 'branch' | 'kiosk' | 'level' | 'from' | 'until', string>>;
export const NO_SEARCH: Search = { text: '', state: '', branch: '', kiosk: '', level: '', from: '', until: '' };

/** As the route asks for it: a period from the beginning of its first day to the end of its last. */
export function queryOf({ from, until, ...rest }: Search): Readonly<Record<string, string>> {
  return { ...rest, from: midnight(from, 0), until: midnight(until, 1) };
}

function midnight(day: string, later: number): string {
  const [year, month, date] = day.split('-').map(Number);
  if (year === undefined || month === undefined || date === undefined || !(year > 1900)) return '';
  return new Date(year, month - 1, date + later).toISOString();
}

export function PackageSearch({
  search,
  kiosks,
  onSearch,
}: {
  readonly search: Search;
  readonly kiosks: readonly CloudKiosk[];
  readonly onSearch: (search: Search) => void;
}): ReactNode {
  const { t } = useLanguage();
  const words = t.console;
  const columns = t.manager.cloudColumns;
  const branches = [...new Set(kiosks.map(({ branch }) => branch))].sort();
  const mine = kiosks.filter(({ branch }) => search.branch === '' || branch === search.branch);
  const change = (name: keyof Search) => (value: string) => onSearch({ ...search, [name]: value });
  return (
    <div className={styles['filters']} role="search">
      <div className={`field ${styles['wide'] ?? ''}`}>
        <label htmlFor="text">{words.searchHint}</label>
        <input
          className="input"
          id="text"
          type="search"
          value={search.text}
          maxLength={200}
          onChange={(event) => change('text')(event.target.value)}
        />
      </div>
      <Day label={words.from} name="from" value={search.from} onChange={change('from')} />
      <Day label={words.until} name="until" value={search.until} onChange={change('until')} />
      <Choice
        label={columns.state}
        name="state"
        value={search.state}
        options={[
          ['stored', t.manager.cloudState.stored],
          ['refused', t.manager.cloudState.refused],
        ]}
        onChange={change('state')}
      />
      <Choice
        label={columns.branch}
        name="branch"
        value={search.branch}
        options={branches.map((one) => [one, one])}
        onChange={(branch) => onSearch({ ...search, branch, kiosk: '' })}
      />
      <Choice
        label={columns.kiosk}
        name="kiosk"
        value={search.kiosk}
        options={mine.map(({ id }) => [id, id])}
        onChange={change('kiosk')}
      />
      <Choice
        label={words.level}
        name="level"
        value={search.level}
        options={BASELINE_LEVELS.map((one) => [one, one === 'not-baseline' ? t.evidence.below : one])}
        onChange={change('level')}
      />
    </div>
  );
}

interface FilterField {
  readonly label: string;
  readonly name: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Choice({
  label,
  name,
  value,
  options,
  onChange,
}: FilterField & { readonly options: readonly (readonly [string, string])[] }): ReactNode {
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

function Day({ label, name, value, onChange }: FilterField): ReactNode {
  return (
    <div className="field">
      <label htmlFor={name}>{label}</label>
      <input className="input" id={name} type="date" value={value} onChange={(event) => onChange(event.target.value)} />
    </div>
  );
}
