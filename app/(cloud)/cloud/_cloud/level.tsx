'use client';

import type { ReactNode } from 'react';

import type { CloudApi, ReceivedPackage } from '../../../../kiosk-shell/cloud-api.ts';
import { BASELINE_LEVELS, type BaselineLevel } from '../../../../signing/verification/verification-report.ts';
import { useLanguage } from '../../../_components/language.tsx';
import { Sign } from '../../../_components/sign.tsx';
import { evidenceReason } from '../../../_i18n/evidence.ts';
import { formatDateTime } from '../../../_i18n/format.ts';
import type { Messages } from '../../../_i18n/messages.ts';
import styles from './cloud.module.css';

type Raised = ReceivedPackage['longTerm'][number];
export type Goal = CloudApi['evidenceGoal'];

/** The lowest level in a package, and whether something keeps it from being higher. */
export function Level({ of }: { readonly of: ReceivedPackage }): ReactNode {
  const { t } = useLanguage();
  const { arrivedLevel, longTerm } = of;
  const lowest = BASELINE_LEVELS.find((level) => longTerm.some((one) => one.level === level)) ?? arrivedLevel;
  if (lowest === null) return null;
  if (longTerm.length === 0) return <span className={styles['muted']}>{levelWords(t, lowest)}</span>;
  const isKept = longTerm.some(({ reason }) => reason !== null);
  return (
    <>
      <Sign shape={isKept ? 'wait' : 'good'} /> {levelWords(t, lowest)}
      {isKept && <span className={styles['kept']}>{t.evidence.kept}</span>}
    </>
  );
}

interface Document {
  readonly number: number;
  readonly name: string;
  readonly raised: Raised | null;
  readonly level: BaselineLevel | null;
  readonly since: string;
}

/**
 * Each document with its level and since when, in words why it is no higher, when it is tried next, and its file. Those of
 * a large package of which the same is to be said stand together.
 */
export function Levels({
  of,
  names,
  goal,
}: {
  readonly of: ReceivedPackage;
  /** Of the documents in the package, in their order; empty when they are not known. */
  readonly names: readonly string[];
  readonly goal: Goal;
}): ReactNode {
  const { t } = useLanguage();
  const documents = Array.from({ length: Math.max(names.length, 1) }, (_, index): Document => {
    const raised = of.longTerm.find((one) => one.document === documentPath(index + 1)) ?? null;
    const level = raised?.level ?? of.arrivedLevel;
    const name = names[index] ?? t.evidence.document(index + 1);
    return { number: index + 1, name, raised, level, since: raised?.since ?? of.arrivedAt };
  });
  const groups = Map.groupBy(documents, ({ level, raised }) =>
    JSON.stringify([level, raised?.reason ?? null, raised?.detail ?? null]),
  );
  return (
    <section className={styles['evidence']} aria-labelledby="evidence">
      <h2 id="evidence">{t.evidence.title}</h2>
      {goal === null && <p className={styles['muted']}>{t.evidence.off}</p>}
      {[...groups].map(([key, group]) =>
        group.length > FEW ? (
          <Together key={key} group={group} digest={of.digest} goal={goal} />
        ) : (
          group.map((one) => (
            <article key={one.number} aria-label={one.name}>
              <h3>{one.name}</h3>
              <Facts {...one} goal={goal} />
              <Kept raised={one.raised} />
              <Download digest={of.digest} {...one} />
            </article>
          ))
        ),
      )}
    </section>
  );
}

/** So many are read one below the other. */
const FEW = 3;

function Together({
  group,
  digest,
  goal,
}: {
  readonly group: readonly Document[];
  readonly digest: string;
  readonly goal: Goal;
}): ReactNode {
  const { t } = useLanguage();
  const [first] = group;
  if (first === undefined) return null;
  const title = `${t.common.documents(group.length)}${first.level === null ? '' : `: ${levelWords(t, first.level)}`}`;
  return (
    <article aria-label={title}>
      <h3>{title}</h3>
      <Kept raised={first.raised} />
      <details>
        <summary>{t.evidence.each}</summary>
        {group.map((one) => (
          <article key={one.number} aria-label={one.name}>
            <h4>{one.name}</h4>
            <Facts {...one} goal={goal} />
            <Download digest={digest} {...one} />
          </article>
        ))}
      </details>
    </article>
  );
}

function Kept({ raised }: { readonly raised: Raised | null }): ReactNode {
  const { t } = useLanguage();
  if (raised === null || raised.reason === null) return null;
  return (
    <div className="notice waiting">
      <p>{evidenceReason(t.evidence, raised.reason)}</p>
      {raised.detail !== null && (
        <p lang="en" className={styles['muted']}>
          {raised.detail}
        </p>
      )}
    </div>
  );
}

function Download({
  digest,
  number,
  level,
}: Pick<Document, 'number' | 'level'> & { readonly digest: string }): ReactNode {
  const { t } = useLanguage();
  return (
    <a className="button" href={`/api/cloud/packages/${digest}/documents/${String(number)}`} download>
      {level === null || level === 'not-baseline' ? t.evidence.downloadPlain : t.evidence.download(level)}
    </a>
  );
}

function Facts({
  raised,
  level,
  since,
  goal,
}: {
  readonly raised: Raised | null;
  readonly level: BaselineLevel | null;
  readonly since: string;
  readonly goal: Goal;
}): ReactNode {
  const { t, language } = useLanguage();
  const words = t.evidence;
  const facts: (readonly [string, string])[] = [];
  if (level !== null) facts.push([words.level, words.since(levelWords(t, level), formatDateTime(language, since))]);
  if (goal !== null) facts.push([words.goal, goal]);
  if (raised !== null) facts.push([words.tried, formatDateTime(language, raised.triedAt)]);
  if (goal !== null) {
    const reached = raised !== null && raised.reason === null && isReached(raised.level, goal);
    const at = raised?.dueAt ?? null;
    const when = at === null ? null : formatDateTime(language, at);
    if (reached) facts.push([words.renewal, when ?? words.notNeeded]);
    else facts.push([words.next, when ?? (raised === null || raised.reason === null ? words.soon : words.never)]);
  }
  return (
    <dl className={styles['facts']}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function isReached(level: BaselineLevel, goal: BaselineLevel): boolean {
  return BASELINE_LEVELS.indexOf(level) >= BASELINE_LEVELS.indexOf(goal);
}

function levelWords(t: Messages, level: BaselineLevel): string {
  return level === 'not-baseline' ? t.evidence.below : level;
}

/** As a kiosk names them (signing/container/package-format.ts). */
export function documentPath(number: number): string {
  return `documents/${String(number).padStart(3, '0')}.pdf`;
}
