'use client';

import Link from 'next/link';
import { useState, type ReactNode } from 'react';

import type { CloudException, NotedException } from '../../../../kiosk-shell/cloud-api.ts';
import type { CloudAct } from '../../../../signing/access/cloud-roles.ts';
import { post } from '../../../_components/api.ts';
import { useLanguage } from '../../../_components/language.tsx';
import { Sign } from '../../../_components/sign.tsx';
import { evidenceReason } from '../../../_i18n/evidence.ts';
import { formatDate, formatDateTime } from '../../../_i18n/format.ts';
import type { Language } from '../../../_i18n/languages.ts';
import { consoleRefusal, type Messages } from '../../../_i18n/messages.ts';
import { ConsolePage, useMay } from './console-frame.tsx';
import styles from './console.module.css';
import { Loaded } from './loaded.tsx';
import { useRead } from './use-read.ts';

interface Exceptions {
  readonly open: readonly CloudException[];
  readonly noted: readonly NotedException[];
}
type Kind = CloudException['kind'];
type Group = keyof Messages['console']['group'];

const REFRESH_MS = 10_000;
/** By consequence; what can wait comes last. */
const GROUPS: readonly (readonly [group: Group, shape: 'bad' | 'wait' | 'off', kinds: readonly Kind[]])[] = [
  ['documents', 'bad', ['package-refused', 'kiosk-set-aside']],
  ['trail', 'bad', ['audit-fork', 'audit-replay', 'archive-lied']],
  ['counters', 'wait', ['kiosk-revoked', 'kiosk-clock', 'kiosk-waiting-long', 'kiosk-silent', 'kiosk-disk']],
  ['ending', 'wait', ['certificate-ending']],
  ['later', 'off', ['archive-waits', 'level-stays', 'job-failed', 'audit-gap']],
];

export function ExceptionsPage(): ReactNode {
  const { t, language } = useLanguage();
  const words = t.console;
  const may = useMay();
  const read = useRead<Exceptions>('/api/cloud/exceptions', REFRESH_MS);
  const [busy, setBusy] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const settle = async (key: string): Promise<void> => {
    setBusy(key);
    const answer = await post('/api/cloud/exceptions', { key });
    setBusy(null);
    setProblem(answer.ok ? null : consoleRefusal(t, answer.error.code));
    read.again();
  };
  return (
    <ConsolePage title={words.exceptions}>
      {problem !== null && (
        <div className="notice stop" role="alert">
          <p>{problem}</p>
        </div>
      )}
      <Loaded read={read}>
        {({ open, noted }) => (
          <>
            {open.length === 0 && (
              <div className={styles['well']} role="status">
                <p>
                  <Sign shape="good" /> {words.allWell}
                </p>
                <p className={styles['muted']}>{words.allWellText}</p>
              </div>
            )}
            {GROUPS.map(([group, shape, kinds]) => {
              const mine = open.filter(({ kind }) => kinds.includes(kind));
              if (mine.length === 0) return null;
              return (
                <section key={group} className={styles['section']} aria-labelledby={group}>
                  <h2 id={group}>
                    <Sign shape={shape} /> {words.group[group]}
                  </h2>
                  <ul className={styles['rows']}>
                    {mine.map((one) => (
                      <li key={one.key} className={styles['row']}>
                        <Told exception={one} />
                        {may('exceptions.settle') && (
                          <button
                            type="button"
                            className="button"
                            disabled={busy === one.key}
                            aria-describedby={`says ${one.key}`}
                            onClick={() => void settle(one.key)}
                          >
                            {isRetried(one) ? words.retry : words.settle}
                          </button>
                        )}
                      </li>
                    ))}
                  </ul>
                </section>
              );
            })}
            {noted.length > 0 && (
              <details className={styles['folded']}>
                <summary>
                  {words.noted} <span className="tabular">{noted.length}</span>
                </summary>
                <ul className={styles['rows']}>
                  {noted.map((one) => (
                    <li key={one.key} className={styles['row']}>
                      <Told exception={one} />
                      <span className={styles['small']}>{words.notedBy(one.by, formatDateTime(language, one.at))}</span>
                    </li>
                  ))}
                </ul>
              </details>
            )}
          </>
        )}
      </Loaded>
    </ConsolePage>
  );
}

function Told({ exception }: { readonly exception: CloudException }): ReactNode {
  const { t, language } = useLanguage();
  const { key, kind, about, since, tenant } = exception;
  const may = useMay();
  const [href, act, word] = wayTo(t, exception);
  return (
    <div>
      <p id={`says ${key}`}>{t.console.says[kind](inWords(t, language, kind, about))}</p>
      <p className={styles['facts']}>
        <span className="tabular">
          {t.console.since} {formatDateTime(language, since)}
        </span>
        {tenant !== null && <span>{tenant}</span>}
        {act !== null && may(act) && <Link href={href}>{word}</Link>}
      </p>
    </div>
  );
}

/** What its one button does is another attempt. */
function isRetried({ kind, about }: CloudException): boolean {
  return kind === 'job-failed' || kind === 'archive-waits' || (kind === 'level-stays' && about['final'] === 'false');
}

function wayTo(
  t: Messages,
  { kind, about }: CloudException,
): readonly [href: string, act: CloudAct | null, word: string] {
  const found = about['package'];
  if (found !== undefined) return [`/cloud/packages?p=${found}`, 'packages.read', t.console.openPackage];
  if (kind.startsWith('kiosk-')) return ['/cloud/kiosks', 'kiosks.read', t.console.openKiosks];
  return kind === 'certificate-ending' ? ['/cloud/keys', 'keys.read', t.console.openKeys] : ['', null, ''];
}

function inWords(
  t: Messages,
  language: Language,
  kind: Kind,
  about: CloudException['about'],
): Readonly<Record<string, string>> {
  const { reason = '', ends, use, level } = about;
  const reasons: Readonly<Record<string, string>> = t.manager.reasons;
  const uses: Readonly<Record<string, string>> = t.console.certificateUse;
  return {
    ...about,
    ...(kind === 'package-refused' ? { reason: reasons[reason] ?? '' } : {}),
    ...(kind === 'archive-waits' ? { reason: t.console.archiveReason[reason] ?? '' } : {}),
    ...(kind === 'level-stays' ? { reason: evidenceReason(t.evidence, reason) } : {}),
    ...(level === 'not-baseline' ? { level: t.evidence.below } : {}),
    ...(ends === undefined ? {} : { ends: formatDate(language, ends) }),
    ...(use === undefined ? {} : { use: uses[use] ?? use }),
  };
}
