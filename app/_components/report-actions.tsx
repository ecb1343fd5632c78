'use client';

import { useState, type ReactNode } from 'react';

import type { ReportFormat, ReportLanguage } from '../../signing/report/report-words.ts';
import { refusalText } from '../_i18n/messages.ts';
import { download, printPage } from './download.ts';
import { useLanguage } from './language.tsx';
import styles from './report.module.css';

/** The report as a file or on paper, in the language of the screen. `ask` gets it from the server, which judges anew. */
export function ReportActions({
  ask,
}: {
  readonly ask: (wanted: { readonly format: ReportFormat; readonly language: ReportLanguage }) => Promise<Response>;
}): ReactNode {
  const { t, language } = useLanguage();
  const [working, setWorking] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const act = async (format: ReportFormat, hand: (response: Response) => Promise<void>): Promise<void> => {
    setWorking(true);
    setProblem(null);
    const response = await ask({ format, language }).catch(() => null);
    if (response?.ok === true) await hand(response);
    else setProblem(response === null ? 'offline' : await codeOf(response));
    setWorking(false);
  };
  const save = (format: ReportFormat): void =>
    void act(format, (response) => download(response, `${t.check.report}.${format}`));
  return (
    <div className={styles['actions']} role="group" aria-label={t.check.report}>
      <button type="button" className="button" disabled={working} onClick={() => save('pdf')}>
        {t.check.save.pdf}
      </button>
      <button type="button" className="button" disabled={working} onClick={() => void act('html', printPage)}>
        {t.check.print}
      </button>
      <button type="button" className="button quiet" disabled={working} onClick={() => save('html')}>
        {t.check.save.html}
      </button>
      <button type="button" className="button quiet" disabled={working} onClick={() => save('json')}>
        {t.check.save.json}
      </button>
      <span role="status" className={styles['status']}>
        {working && t.check.working}
      </span>
      {problem !== null && (
        <div className="notice stop" role="alert">
          <p>{t.check.refusal[problem] ?? refusalText(t, problem)}</p>
        </div>
      )}
    </div>
  );
}

async function codeOf(response: Response): Promise<string> {
  const answer = (await response.json().catch(() => null)) as { readonly code?: string } | null;
  return answer?.code ?? 'unexpected';
}
