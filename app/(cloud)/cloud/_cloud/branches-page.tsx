'use client';

import { useState, type ReactNode } from 'react';

import type { ListedBranch } from '../../../../kiosk-shell/cloud-api.ts';
import { post } from '../../../_components/api.ts';
import { useLanguage } from '../../../_components/language.tsx';
import { BranchStaff, StaffDialog, type StaffQuestion } from './branch-staff.tsx';
import { ConsolePage, useMay } from './console-frame.tsx';
import styles from './console.module.css';
import { Loaded } from './loaded.tsx';
import { useRead } from './use-read.ts';

const REFRESH_MS = 30_000;

/** What each branch works by, as far as the cloud says it, and its accounts. */
export function BranchesPage(): ReactNode {
  const { t } = useLanguage();
  const words = t.console;
  const may = useMay();
  const read = useRead<readonly ListedBranch[]>('/api/cloud/branches', REFRESH_MS);
  const [asked, setAsked] = useState<StaffQuestion | null>(null);
  return (
    <ConsolePage title={words.nav.branches}>
      <Loaded read={read}>
        {(branches) =>
          branches.length === 0 ? (
            <p className={styles['muted']}>{words.branchesEmpty}</p>
          ) : (
            branches.map((one) => (
              <Branch
                key={`${one.tenant} ${one.branch ?? ''}`}
                branch={one}
                onAsk={may('configuration.change') ? setAsked : null}
              />
            ))
          )
        }
      </Loaded>
      {asked !== null && (
        <StaffDialog
          question={asked}
          run={(act) => {
            const { tenant, branch, staffRevision: revision } = asked.of;
            return post('/api/cloud/branches/staff', { tenant, branch, revision, act });
          }}
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

function Branch({
  branch: one,
  onAsk,
}: {
  readonly branch: ListedBranch;
  readonly onAsk: ((question: StaffQuestion) => void) | null;
}): ReactNode {
  const { t } = useLanguage();
  const words = t.console;
  const { tenant, branch, name, kiosks, parts } = one;
  const id = `branch ${tenant} ${branch ?? ''}`;
  return (
    <section className={styles['section']} aria-labelledby={id}>
      <h2 id={id}>{branch === null ? words.allBranches : (name ?? branch)}</h2>
      <p className={styles['facts']}>
        <span>{tenant}</span>
        {branch !== null && <span>{words.kiosksCount(kiosks)}</span>}
        <span>
          {parts.length === 0
            ? words.partsNone
            : parts.map(({ part, revision }) => words.partLine(words.part[part] ?? part, revision)).join('; ')}
        </span>
      </p>
      <BranchStaff of={one} onAsk={onAsk} />
    </section>
  );
}
