'use client';

import { useEffect, useRef, type PointerEvent as ReactPointerEvent, type ReactNode } from 'react';
import type { PageViewport } from 'pdfjs-dist';

import { useLanguage } from '../../_components/language.tsx';
import type { ScreenBox } from '../../_components/pdf/boxes.tsx';
import { roleName } from '../../_i18n/messages.ts';
import styles from './clerk.module.css';
import { arrow, moved, resized, type Draft } from './placing.ts';

/** The boxes over a page, to drag, pull larger, or move by keys. */
export function DraftLayer({
  viewport,
  facts,
  drafts,
  selected,
  onSelect,
  onChange,
  onRemove,
  onViewport,
}: {
  readonly viewport: PageViewport;
  readonly facts: { readonly width: number; readonly height: number };
  readonly drafts: readonly Draft[];
  readonly selected: string | null;
  readonly onSelect: (id: string) => void;
  readonly onChange: (id: string, box: ScreenBox) => void;
  readonly onRemove: (id: string) => void;
  readonly onViewport: (viewport: PageViewport) => void;
}): ReactNode {
  const scale = viewport.width / facts.width;
  useEffect(() => {
    // Boxes are kept in points of the displayed page: the viewport of that scale turns them into page space.
    onViewport(viewport.clone({ scale: viewport.scale / scale }));
  });
  return (
    <div className={styles['drafts']}>
      {drafts.map((draft) => (
        <DraftBox
          key={draft.id}
          draft={draft}
          scale={scale}
          facts={facts}
          selected={draft.id === selected}
          onSelect={() => onSelect(draft.id)}
          onChange={(box) => onChange(draft.id, box)}
          onRemove={() => onRemove(draft.id)}
        />
      ))}
    </div>
  );
}

function DraftBox({
  draft,
  scale,
  facts,
  selected,
  onSelect,
  onChange,
  onRemove,
}: {
  readonly draft: Draft;
  readonly scale: number;
  readonly facts: { readonly width: number; readonly height: number };
  readonly selected: boolean;
  readonly onSelect: () => void;
  readonly onChange: (box: ScreenBox) => void;
  readonly onRemove: () => void;
}): ReactNode {
  const { t } = useLanguage();
  const element = useRef<HTMLButtonElement>(null);
  const drag = useRef<{ x: number; y: number; box: ScreenBox; resize: boolean } | null>(null);
  const { box } = draft;

  useEffect(() => {
    // A new box is ready for the arrow keys at once.
    if (selected && (document.activeElement?.closest('form') ?? null) === null) element.current?.focus();
  }, [selected]);

  const begin = (event: ReactPointerEvent, resize: boolean): void => {
    if (event.button !== 0) return;
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { x: event.clientX, y: event.clientY, box, resize };
    onSelect();
  };
  const go = (event: ReactPointerEvent): void => {
    const start = drag.current;
    if (start === null) return;
    const [dx, dy] = [(event.clientX - start.x) / scale, (event.clientY - start.y) / scale];
    onChange((start.resize ? resized : moved)(start.box, dx, dy, facts));
  };
  const end = (): void => {
    drag.current = null;
  };

  return (
    <div
      className={styles['draft']}
      data-selected={selected}
      style={{ left: box.left * scale, top: box.top * scale, width: box.width * scale, height: box.height * scale }}
    >
      <button
        ref={element}
        type="button"
        className={styles['draftBody']}
        aria-pressed={selected}
        onClick={onSelect}
        onFocus={onSelect}
        onPointerDown={(event) => begin(event, false)}
        onPointerMove={go}
        onPointerUp={end}
        onPointerCancel={end}
        onKeyDown={(event) => {
          if (event.key === 'Delete' || event.key === 'Backspace') {
            event.preventDefault();
            onRemove();
            return;
          }
          const step = arrow(event.key, event.ctrlKey);
          if (step === null) return;
          event.preventDefault();
          onChange((event.shiftKey ? resized : moved)(box, step.dx, step.dy, facts));
        }}
      >
        <span className={styles['draftLabel']}>
          {draft.label} · {roleName(t, draft.role)} {draft.order}
        </span>
        <span className="visually-hidden">
          , {t.common.kind[draft.kind]}, {t.customer.goToPage(draft.page + 1)}. {t.placing.keys}
        </span>
      </button>
      <span
        className={styles['draftCorner']}
        title={t.placing.resize}
        onPointerDown={(event) => begin(event, true)}
        onPointerMove={go}
        onPointerUp={end}
        onPointerCancel={end}
      />
    </div>
  );
}
