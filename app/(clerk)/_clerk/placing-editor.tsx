'use client';

import { useRef, useState, type ReactNode } from 'react';
import type { PageViewport } from 'pdfjs-dist';

import type { DocumentView } from '../../../kiosk-shell/kiosk-api/documents.ts';
import type { TransactionDetail } from '../../../kiosk-shell/kiosk-api/transaction.ts';
import { post } from '../../_components/api.ts';
import { useLanguage } from '../../_components/language.tsx';
import { onPage } from '../../_components/pdf/boxes.tsx';
import { usePdf } from '../../_components/pdf/pdf-document.ts';
import { PdfNotice } from '../../_components/pdf/pdf-notice.tsx';
import { PdfPage } from '../../_components/pdf/pdf-page.tsx';
import { useSize } from '../../_components/use-size.ts';
import { placingProblem, roleName } from '../../_i18n/messages.ts';
import styles from './clerk.module.css';
import { PageBar } from './page-bar.tsx';
import {
  boxAtCentre,
  hasPlaceToSign,
  resizedFor,
  rolesFor,
  toNewPlacement,
  unassignedOf,
  type Assigned,
  type Draft,
} from './placing.ts';
import { DraftLayer } from './draft-layer.tsx';
import { AssignForm, DraftForm } from './placing-forms.tsx';
import { PrimaryButton, usePrimaryKey } from './primary-button.tsx';

/** Where is to be signed, and by whom: for documents that do not say so themselves. Pointer or keyboard alone. */
export function PlacingEditor({
  detail,
  onPlaced,
}: {
  readonly detail: TransactionDetail;
  readonly onPlaced: (detail: TransactionDetail) => void;
}): ReactNode {
  const { t } = useLanguage();
  const [place, setPlace] = useState({ document: detail.documentList[0]?.id ?? '', page: 0 });
  const [drafts, setDrafts] = useState<readonly Draft[]>([]);
  const [assigned, setAssigned] = useState<readonly Assigned[]>(() => unassignedOf(detail));
  const [selected, setSelected] = useState<string | null>(null);
  const [zoom, setZoom] = useState(1);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const serial = useRef(0);
  /** Page geometry by document and page, as pdf.js showed it: saving turns displayed boxes into page space. */
  const viewports = useRef(new Map<string, PageViewport>());
  usePrimaryKey();

  const document = detail.documentList.find(({ id }) => id === place.document);
  if (document === undefined) return null;
  const several = detail.documentList.length > 1;
  const nameOf = (id: string): string => detail.documentList.find((one) => one.id === id)?.name ?? '';
  const boxesIn = (id: string): number =>
    drafts.filter((one) => one.document === id).length +
    (detail.documentList.find((one) => one.id === id)?.placements.length ?? 0);
  const roles = rolesFor([
    ...drafts.map(({ role }) => role),
    ...assigned.map(({ role }) => role),
    ...detail.documentList.flatMap(({ placements, facts }) =>
      placements.filter(({ fieldName }) => !facts.unassigned.includes(fieldName)).map(({ role }) => role),
    ),
  ]);
  const page = document.facts.pages[place.page];
  const draft = drafts.find(({ id }) => id === selected);
  const change = (id: string, next: Partial<Draft>): void =>
    setDrafts((old) => old.map((one) => (one.id === id ? { ...one, ...next } : one)));
  const remove = (id: string): void => {
    setDrafts((old) => old.filter((one) => one.id !== id));
    setSelected(null);
  };
  const add = (): void => {
    // Not before the page is there: its geometry is what turns the box into page space.
    if (page === undefined || !viewports.current.has(`${document.id} ${place.page}`)) return;
    serial.current += 1;
    const id = `new-${serial.current}`;
    const last = drafts.at(-1);
    const here = drafts.filter((one) => one.document === document.id && one.page === place.page).length;
    setDrafts([
      ...drafts,
      {
        id,
        document: document.id,
        page: place.page,
        kind: 'signature',
        role: last?.role ?? 'customer',
        order: last?.order ?? 1,
        label: t.placing.defaultLabel.signature,
        required: true,
        box: boxAtCentre('signature', page, here),
      },
    ]);
    setSelected(id);
  };

  const save = async (): Promise<void> => {
    if (!hasPlaceToSign(detail, drafts, assigned)) {
      setProblem(t.placing.needSignature);
      return;
    }
    setBusy(true);
    setProblem(null);
    const answer = await post<TransactionDetail>(`/api/transactions/${encodeURIComponent(detail.id)}/place`, {
      documents: detail.documentList.map(({ id }) => ({
        document: id,
        placements: drafts
          .filter((one) => one.document === id)
          .map((one) =>
            toNewPlacement(one, ({ document: of, page: at, box }) => {
              const viewport = viewports.current.get(`${of} ${at}`);
              if (viewport === undefined) throw new Error('a box is placed on a page that was shown');
              return onPage(viewport, box);
            }),
          ),
        assigned: assigned
          .filter((one) => one.document === id)
          .map(({ fieldName, role, order, label }) => ({ fieldName, role: role.trim().toLowerCase(), order, label })),
      })),
    });
    setBusy(false);
    if (answer.ok) onPlaced(answer.value);
    else {
      const { document: of, page: at } = answer.error;
      if (of !== undefined && (at !== undefined || of !== place.document)) setPlace({ document: of, page: at ?? 0 });
      setProblem(placingProblem(t, answer.error, several && of !== undefined ? nameOf(of) : null));
    }
  };

  return (
    <>
      <main id="content" className={styles['stage']}>
        <div className={styles['stageTop']}>
          <h1 className={styles['documentName']} title={document.name}>
            {t.placing.title} {several ? '' : document.name}
          </h1>
          {several && (
            <select
              className="input"
              aria-label={t.common.documents(detail.documentList.length)}
              value={document.id}
              onChange={(event) => setPlace({ document: event.target.value, page: 0 })}
            >
              {detail.documentList.map((one, index) => (
                <option key={one.id} value={one.id}>
                  {index + 1}/{detail.documentList.length} · {one.name} · {t.placing.boxes(boxesIn(one.id))}
                </option>
              ))}
            </select>
          )}
        </div>
        <PlacingSheet
          key={document.id}
          detail={detail}
          document={document}
          page={place.page}
          zoom={zoom}
          drafts={drafts.filter((one) => one.document === document.id && one.page === place.page)}
          selected={selected}
          onSelect={setSelected}
          onChange={(id, box) => change(id, { box })}
          onRemove={remove}
          onViewport={(viewport) => viewports.current.set(`${document.id} ${place.page}`, viewport)}
        />
        <PageBar
          page={place.page}
          pages={document.facts.pages.length}
          zoom={zoom}
          onTurn={(by) => {
            const next = place.page + by;
            if (next >= 0 && next < document.facts.pages.length) setPlace({ ...place, page: next });
          }}
          onZoom={setZoom}
          note={null}
        />
      </main>
      <aside className={styles['panel']} aria-label={t.placing.title}>
        <div className={styles['panelScroll']}>
          <p className={styles['muted']}>{t.placing.intro}</p>
          {assigned.length > 0 && (
            <AssignForm assigned={assigned} roles={roles} nameOf={several ? nameOf : null} onChange={setAssigned} />
          )}
          <button type="button" className="button" onClick={add}>
            + {t.placing.add}
          </button>
          {drafts.length === 0 && assigned.length === 0 && <p className={styles['muted']}>{t.placing.none}</p>}
          {drafts.length > 0 && (
            <ul className={styles['draftList']}>
              {drafts.map((one) => (
                <li key={one.id}>
                  <button
                    type="button"
                    className={styles['entry']}
                    aria-current={one.id === selected ? 'true' : undefined}
                    onClick={() => {
                      setSelected(one.id);
                      setPlace({ document: one.document, page: one.page });
                    }}
                  >
                    <span className={styles['entryName']}>{t.placing.box(one.label, one.page + 1)}</span>
                    <span className={styles['muted']}>
                      {roleName(t, one.role)}
                      {several && ` · ${nameOf(one.document)}`}
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          )}
          {draft !== undefined && (
            <DraftForm
              key={draft.id}
              draft={draft}
              roles={roles}
              onChange={(next) => {
                const kindChanged = next.kind !== undefined && next.kind !== draft.kind;
                const size = detail.documentList.find(({ id }) => id === draft.document)?.facts.pages[draft.page];
                change(draft.id, {
                  ...next,
                  ...(kindChanged && size !== undefined
                    ? {
                        box: resizedFor(next.kind, draft.box, size),
                        label:
                          draft.label === t.placing.defaultLabel[draft.kind]
                            ? t.placing.defaultLabel[next.kind]
                            : draft.label,
                      }
                    : {}),
                });
              }}
              onRemove={() => remove(draft.id)}
            />
          )}
          {drafts.length > 0 && <p className={styles['muted']}>{t.placing.keys}</p>}
        </div>
        <div className={styles['panelFoot']}>
          {problem !== null && (
            <div className="notice stop" role="alert">
              <p>{problem}</p>
            </div>
          )}
          <PrimaryButton busy={busy} onClick={() => void save()}>
            {t.placing.save}
          </PrimaryButton>
        </div>
      </aside>
    </>
  );
}

function PlacingSheet({
  detail,
  document,
  page,
  zoom,
  drafts,
  selected,
  onSelect,
  onChange,
  onRemove,
  onViewport,
}: {
  readonly detail: TransactionDetail;
  readonly document: DocumentView;
  readonly page: number;
  readonly zoom: number;
  readonly drafts: readonly Draft[];
  readonly selected: string | null;
  readonly onSelect: (id: string) => void;
  readonly onChange: (id: string, box: Draft['box']) => void;
  readonly onRemove: (id: string) => void;
  readonly onViewport: (viewport: PageViewport) => void;
}): ReactNode {
  const url = `/api/documents/${encodeURIComponent(detail.id)}/${encodeURIComponent(document.id)}/${document.digest}.pdf`;
  const state = usePdf(url, document.digest);
  const [size, measure] = useSize();
  const facts = document.facts.pages[page];
  return (
    <div className={styles['sheet']} tabIndex={0} role="region" aria-label={document.name}>
      <div ref={measure} className={styles['sheetInner']}>
        <PdfNotice state={state} className={styles['stageNote']} />
        {state.kind === 'ready' && size !== null && facts !== undefined && (
          <PdfPage
            pdf={state.pdf}
            index={page}
            width={Math.floor(Math.max(240, size.width - 2) * zoom)}
            aspect={facts.height / facts.width}
            active
            overlay={(viewport) => (
              <DraftLayer
                viewport={viewport}
                facts={facts}
                drafts={drafts}
                selected={selected}
                onSelect={onSelect}
                onChange={onChange}
                onRemove={onRemove}
                onViewport={onViewport}
              />
            )}
          />
        )}
      </div>
    </div>
  );
}
