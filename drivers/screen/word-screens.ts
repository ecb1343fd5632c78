/** The screens of a pad while nothing is signed: a few words in the middle. Pure: drawing is in `render.ts`. */
import { isFlat, weightFor } from './parts.ts';
import type { Rectangle, ScreenSize, TextBlock } from './parts.ts';

/** Between ceremonies: the company and its branch, and nothing of anybody. */
export interface IdleContent {
  readonly tenant: string;
  readonly branch: string;
  readonly greeting: string;
}
export interface MessageContent {
  readonly headline: string;
  readonly text: string;
  /** 'done' has a tick, 'stop' a triangle: after a signature, and when something went wrong. */
  readonly mark?: 'done' | 'stop';
}
/** Which of several pads is this one: the clerk's screen shows the same word. */
export interface GuardContent {
  readonly title: string;
  readonly word: string;
  readonly hint: string;
}

export interface WordScreen {
  readonly size: ScreenSize;
  readonly width: number;
  readonly height: number;
  readonly texts: readonly TextBlock[];
  /** A short rule under the headline. */
  readonly rule: Rectangle | null;
  /** A frame around a word that is to be compared. */
  readonly frame: Rectangle | null;
  readonly mark: { readonly kind: 'done' | 'stop' | 'idle'; readonly box: Rectangle } | null;
}

export function idleScreen(size: ScreenSize, content: IdleContent): WordScreen {
  return stacked(size, 'idle', content.tenant, [content.branch, content.greeting], 1);
}

export function messageScreen(size: ScreenSize, message: MessageContent): WordScreen {
  return stacked(size, message.mark ?? null, message.headline, [message.text], 3);
}

/** Rows from the top of the whole, which stands in the middle of the screen. */
function stacked(
  size: ScreenSize,
  mark: 'done' | 'stop' | 'idle' | null,
  headline: string,
  below: readonly string[],
  lines: number,
): WordScreen {
  const { width, height } = size;
  const flat = isFlat(size);
  const unit = flat ? height * 1.5 : height;
  const large = Math.round(unit * 0.12);
  const small = Math.max(13, Math.round(unit * 0.07));
  const markSize = flat || mark === null ? 0 : Math.round(unit * 0.17);
  const side = Math.round(width * (flat ? 0.03 : 0.06));
  const shown = below.filter((text) => text !== '');
  const headHeight = Math.round(large * 1.3);
  const rowHeight = Math.round(small * 1.3) * lines;
  const ruleGap = Math.round(unit * 0.045);
  const markGap = markSize === 0 ? 0 : Math.round(unit * 0.04);
  const total = markSize + markGap + headHeight + ruleGap + shown.length * rowHeight;
  const top = Math.max(0, Math.round((height - total) / 2));
  const head = { x: side, y: top + markSize + markGap, width: width - 2 * side, height: headHeight };
  const ruleWidth = Math.round(width * 0.12);
  const firstRow = head.y + head.height + ruleGap;
  const thick = Math.max(1, Math.round(unit / 160));
  return {
    size,
    width,
    height,
    rule: {
      x: Math.round((width - ruleWidth) / 2),
      y: firstRow - Math.round(ruleGap * 0.6),
      width: ruleWidth,
      height: thick,
    },
    frame: null,
    mark:
      mark === null || markSize === 0
        ? null
        : { kind: mark, box: { x: Math.round((width - markSize) / 2), y: top, width: markSize, height: markSize } },
    texts: [
      centred(headline, head, large, Math.round(large * 0.5), 'semibold', 'ink', 1),
      ...shown.map((text, at) => {
        const box = { ...head, y: firstRow + at * rowHeight, height: rowHeight };
        const smallest = Math.max(11, Math.round(small * 0.7));
        return centred(text, box, small, smallest, weightFor(size, small), 'muted', lines, 'top');
      }),
    ],
  };
}

export function wordScreen(size: ScreenSize, content: GuardContent): WordScreen {
  const { width, height } = size;
  const flat = isFlat(size);
  const side = Math.round(width * 0.06);
  const row = (from: number, to: number): Rectangle => ({
    x: side,
    y: Math.round(height * from),
    width: width - 2 * side,
    height: Math.round(height * to) - Math.round(height * from),
  });
  const small = Math.max(12, Math.round(height * (flat ? 0.13 : 0.065)));
  const least = Math.max(11, Math.round(small * 0.7));
  const title = row(flat ? 0 : 0.08, flat ? 0.17 : 0.26);
  const hint = row(flat ? 0.83 : 0.74, flat ? 1 : 0.92);
  const frame = row(flat ? 0.2 : 0.31, flat ? 0.8 : 0.69);
  const inset = Math.round(frame.height * 0.12);
  const word = { x: frame.x + inset, y: frame.y + 2, width: frame.width - 2 * inset, height: frame.height - 4 };
  const large = Math.floor(word.height / 1.35);
  const lines = flat ? 1 : 2;
  return {
    size,
    width,
    height,
    rule: null,
    frame,
    mark: null,
    texts: [
      centred(content.title, title, small, least, weightFor(size, small), 'ink', lines),
      centred(content.word, word, large, Math.round(large * 0.3), 'semibold', 'pen', 1),
      centred(content.hint, hint, small, least, weightFor(size, small), 'muted', lines),
    ],
  };
}

function centred(
  text: string,
  box: Rectangle,
  size: number,
  smallest: number,
  weight: TextBlock['weight'],
  tone: TextBlock['tone'],
  lines: number,
  vertical: TextBlock['vertical'] = 'middle',
): TextBlock {
  return { text, box, align: 'center', vertical, weight, tone, size, smallest, lines };
}
