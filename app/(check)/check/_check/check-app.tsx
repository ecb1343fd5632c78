'use client';

import { useEffect, useRef, useState, type DragEvent, type ReactNode } from 'react';

import type { CounterStatus } from '../../../../kiosk-shell/kiosk-api/counter.ts';
import type { CheckedFile } from '../../../../kiosk-shell/kiosk-api/report.ts';
import type { Staff } from '../../../../kiosk-shell/kiosk-api/staff.ts';
import { postForm } from '../../../_components/api.ts';
import { useLanguage } from '../../../_components/language.tsx';
import { StatusStrip } from '../../../_components/status-strip.tsx';
import { useNow } from '../../../_components/use-now.ts';
import { useStaffStream } from '../../../_components/use-staff-stream.ts';
import { refusalText } from '../../../_i18n/messages.ts';
import styles from './check.module.css';
import { CheckResult } from './check-result.tsx';

type State =
  | { readonly kind: 'empty' }
  | { readonly kind: 'checking'; readonly file: File }
  | { readonly kind: 'refused'; readonly file: File; readonly code: string }
  | { readonly kind: 'checked'; readonly file: File; readonly checked: CheckedFile };

/** A file that somebody brought: chosen or dropped, judged, shown, and forgotten when the screen is left. */
export function CheckApp({
  staff,
  counter: initialCounter,
  now: initialNow,
}: {
  readonly staff: Staff;
  readonly counter: CounterStatus;
  readonly now: number;
}): ReactNode {
  const { t } = useLanguage();
  const now = useNow(initialNow);
  const counter = useStaffStream(initialCounter, () => undefined);
  const input = useRef<HTMLInputElement>(null);
  const result = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<State>({ kind: 'empty' });
  const [dragging, setDragging] = useState(false);
  const checking = state.kind === 'checking';

  const check = async (file: File | undefined): Promise<void> => {
    if (file === undefined || checking) return;
    setState({ kind: 'checking', file });
    const form = new FormData();
    form.append('file', file, file.name);
    const answer = await postForm<CheckedFile>('/api/check', form);
    if (answer.ok) setState({ kind: 'checked', file, checked: answer.value });
    else setState({ kind: 'refused', file, code: answer.error.code });
  };
  useEffect(() => {
    if (state.kind === 'checked' || state.kind === 'refused') result.current?.focus();
  }, [state]);
  const drop = {
    onDragOver: (event: DragEvent): void => {
      if (!event.dataTransfer.types.includes('Files')) return;
      event.preventDefault();
      setDragging(true);
    },
    onDragLeave: (): void => setDragging(false),
    onDrop: (event: DragEvent): void => {
      event.preventDefault();
      setDragging(false);
      void check(event.dataTransfer.files[0]);
    },
  };

  return (
    <div className={styles['app']} {...drop}>
      <StatusStrip staff={staff} counter={counter} now={now} here="check" />
      <main id="content" className={styles['page']} tabIndex={-1}>
        <div className={styles['sheet']}>
          <h1>{t.check.title}</h1>
          <p className={styles['muted']}>{t.check.intro}</p>
          <input
            ref={input}
            type="file"
            accept="application/pdf,.pdf,.asice,.asics,application/vnd.etsi.asic-e+zip"
            hidden
            onChange={(event) => {
              void check(event.target.files?.[0]);
              event.target.value = '';
            }}
          />
          <button
            type="button"
            className={styles['drop']}
            data-over={dragging}
            data-small={state.kind === 'checked'}
            disabled={checking}
            onClick={() => input.current?.click()}
          >
            <span>{state.kind === 'checked' ? t.check.another : t.check.choose}</span>
            <span className={styles['muted']}>{t.check.drop}</span>
          </button>
          <p role="status" className={checking ? `pulse ${styles['muted']}` : styles['muted']}>
            {checking && t.check.checking}
          </p>
          <div ref={result} tabIndex={-1} className={styles['result']}>
            {state.kind === 'refused' && (
              <div className="notice stop" role="alert">
                <p>
                  <strong>{t.check.refusedFile(state.file.name)}.</strong>{' '}
                  {t.check.refusal[state.code] ?? refusalText(t, state.code)}
                </p>
              </div>
            )}
            {state.kind === 'checked' && <CheckResult file={state.file} checked={state.checked} />}
          </div>
        </div>
      </main>
    </div>
  );
}
