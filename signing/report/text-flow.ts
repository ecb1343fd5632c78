import { wrap } from '../documents/fit-text.ts';
import { plain } from './plain.ts';

/** Structure types of tagged PDF (ISO 32000-1, 14.8.4.3.2). */
export type LineTag = 'H1' | 'H2' | 'H3' | 'P';
/** Red, green, blue from 0 to 1. */
export type Colour = readonly [number, number, number];

/** How a paragraph stands on its page, in points. */
export interface TextStyle {
  readonly size: number;
  readonly indent: number;
  readonly color: Colour;
  /** Above it, beside its own height. */
  readonly gap: number;
  readonly tag: LineTag;
  /** Stays on the page of what comes after it. */
  readonly keep: boolean;
  /** Colour of a bar along its left side. */
  readonly bar: Colour | null;
}

/** One line of text as it will stand on a page. */
export interface FlowLine extends TextStyle {
  readonly kind: 'line';
  readonly text: string;
  /** Lines with the same number are one paragraph, read as one. */
  readonly paragraph: number;
}

/** Text in a drawing: `x` is its left end, middle or right end. */
export interface FigureLabel {
  readonly text: string;
  readonly size: number;
  readonly x: number;
  readonly y: number;
  readonly anchor: 'start' | 'middle' | 'end';
}

/** A drawing, in points from its own lower left corner. */
export interface Figure {
  readonly width: number;
  readonly height: number;
  /** For who cannot see it. */
  readonly alt: string;
  /** Operators of a content stream; colours as `colours` of `tagged-pdf.ts` sets them. */
  readonly operators: string;
  readonly labels: readonly FigureLabel[];
}
export interface FlowFigure {
  readonly kind: 'figure';
  readonly figure: Figure;
  readonly indent: number;
  readonly gap: number;
  readonly keep: boolean;
}
export type FlowItem = FlowLine | FlowFigure;

/** A4, and the room for the foot of each page. */
export const PAGE = { width: 595.28, height: 841.89, margin: 56 } as const;
export const TEXT_WIDTH = PAGE.width - 2 * PAGE.margin;
export const BLACK: Colour = [0.1, 0.1, 0.1];
export const GREY: Colour = [0.35, 0.35, 0.35];
export const BODY: TextStyle = { size: 10, indent: 0, color: BLACK, gap: 2, tag: 'P', keep: false, bar: null };
export const HEADING: TextStyle = { ...BODY, keep: true };

/** Gathers paragraphs and drawings in reading order; what files say is made harmless, long words are broken. */
export class TextFlow {
  readonly #items: FlowItem[] = [];
  #paragraph = 0;

  get items(): readonly FlowItem[] {
    return this.#items;
  }

  text(text: string, style: TextStyle): void {
    const parts = wrap(plain(text), (TEXT_WIDTH - style.indent) / style.size);
    parts.forEach((part, index) => {
      const gap = index === 0 ? style.gap : 0;
      const keep = style.keep || index < parts.length - 1;
      this.#items.push({ ...style, kind: 'line', text: part, paragraph: this.#paragraph, gap, keep });
    });
    this.#paragraph += 1;
  }

  figure(figure: Figure, place: { readonly gap: number; readonly keep?: boolean }): void {
    this.#items.push({ kind: 'figure', figure, indent: 0, gap: place.gap, keep: place.keep ?? false });
  }
}

/** Where an item stands: for a line its baseline, for a drawing its lower left corner; points from the page's lower left. */
export type Placed<Item extends FlowItem = FlowItem> = Item & { readonly x: number; readonly y: number };

const LEADING = 1.3;
export function heightOf(item: FlowItem): number {
  return item.kind === 'line' ? item.size * LEADING : item.figure.height;
}

/** Pages of items, broken where one would fall below the margin and never behind one that is kept with the next. */
export function paginate(items: readonly FlowItem[]): readonly (readonly Placed[])[] {
  const pages: Placed[][] = [[]];
  const top = PAGE.height - PAGE.margin;
  let y = top;
  items.forEach((item, index) => {
    const page = pages.at(-1) ?? [];
    const height = heightOf(item) + (page.length === 0 ? 0 : item.gap);
    if (page.length > 0 && y - height - following(items, index) < PAGE.margin) {
      y = top - heightOf(item);
      pages.push([{ ...item, x: PAGE.margin + item.indent, y }]);
      return;
    }
    y -= height;
    page.push({ ...item, x: PAGE.margin + item.indent, y });
  });
  return pages;
}

/** Height of what must stand on the same page, at most half a page of it. */
function following(items: readonly FlowItem[], index: number): number {
  let height = 0;
  for (let at = index; items[at]?.keep === true && height < PAGE.height / 2; at += 1) {
    const next = items[at + 1];
    if (next !== undefined) height += heightOf(next) + next.gap;
  }
  return height;
}
