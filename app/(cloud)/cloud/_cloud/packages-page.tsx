'use client';

import { useSearchParams } from 'next/navigation';
import { useEffect, useState, type ReactNode } from 'react';

import type { CloudKiosk, ReceivedPackage } from '../../../../kiosk-shell/cloud-api.ts';
import { get } from '../../../_components/api.ts';
import { useLanguage } from '../../../_components/language.tsx';
import { consoleRefusal } from '../../../_i18n/messages.ts';
import styles from './cloud.module.css';
import { NO_SEARCH, PackageSearch, queryOf, type Search } from './package-search.tsx';
import { PackageTable } from './package-table.tsx';
import { PackagePage } from './package-page.tsx';
import { useRead } from './use-read.ts';

const PAGE = 50;
/** How long typing is gathered before it is looked for. */
const GATHER_MS = 300;

/** The list is read when somebody looks for something, and not again by itself: each reading of names is written down. */
export function PackagesPage(): ReactNode {
  const { t } = useLanguage();
  const linked = useSearchParams().get('p');
  const [search, setSearch] = useState<Search>(NO_SEARCH);
  const [packages, setPackages] = useState<readonly ReceivedPackage[] | null>(null);
  const [more, setMore] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [chosen, setChosen] = useState<string | null>(linked);
  const kiosks = useRead<readonly CloudKiosk[]>('/api/cloud/kiosks', null);

  useEffect(() => {
    let current = true;
    const timer = setTimeout(() => {
      void list(search, null).then((answer) => {
        if (!current) return;
        setProblem(answer.ok ? null : answer.error.code);
        if (!answer.ok) return;
        setPackages(answer.value);
        setMore(answer.value.length === PAGE);
      });
    }, GATHER_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [search]);
  const goOn = async (): Promise<void> => {
    const answer = await list(search, packages?.at(-1)?.place ?? null);
    setProblem(answer.ok ? null : answer.error.code);
    if (!answer.ok) return;
    setPackages([...(packages ?? []), ...answer.value]);
    setMore(answer.value.length === PAGE);
  };
  const choose = (digest: string): void => {
    setChosen(digest);
    window.history.replaceState(null, '', `/cloud/packages?p=${digest}`);
  };
  const gone = (): void => {
    setPackages((listed) => listed?.filter(({ digest }) => digest !== chosen) ?? null);
    setChosen(null);
    window.history.replaceState(null, '', '/cloud/packages');
  };

  return (
    <div className={styles['columns']}>
      <section className={styles['list']} aria-labelledby="packages">
        <div className={styles['top']}>
          <h1 id="packages">{t.manager.cloudTitle}</h1>
          <button
            type="button"
            className="button quiet"
            disabled={search === NO_SEARCH}
            onClick={() => setSearch(NO_SEARCH)}
          >
            {t.console.clear}
          </button>
        </div>
        <PackageSearch search={search} kiosks={kiosks.value ?? []} onSearch={setSearch} />
        {problem !== null && (
          <div className="notice waiting" role="alert">
            <p>{consoleRefusal(t, problem)}</p>
          </div>
        )}
        {packages === null ? (
          problem === null && (
            <p className={styles['muted']} role="status">
              {t.common.loading}
            </p>
          )
        ) : packages.length === 0 ? (
          <p className={styles['muted']}>{search === NO_SEARCH ? t.manager.cloudEmpty : t.console.none}</p>
        ) : (
          <PackageTable packages={packages} chosen={chosen} more={more} onChoose={choose} onMore={() => void goOn()} />
        )}
      </section>
      <main id="content" className={styles['page']} tabIndex={-1}>
        {chosen === null ? (
          <p className={styles['muted']}>{t.manager.cloudChoose}</p>
        ) : (
          <PackagePage key={chosen} digest={chosen} onGone={gone} />
        )}
      </main>
    </div>
  );
}

function list(search: Search, after: string | null): ReturnType<typeof get<readonly ReceivedPackage[]>> {
  const query = new URLSearchParams({ ...queryOf(search), limit: String(PAGE), ...(after === null ? {} : { after }) });
  return get(`/api/cloud/packages?${query.toString()}`);
}
