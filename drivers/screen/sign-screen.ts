/**
 * Where things stand on a pad's own screen, in pixels. Pure: drawing is in `render.ts`. Clear is at the left, OK at
 * the right and Cancel between or above them, far from both, so that a hand that slips presses nothing else.
 */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export type ScreenButton = 'ok' | 'clear' | 'cancel';

/** What a signatory reads while signing. Words come translated; the pad knows no language. */
export interface SignScreenContent {
  readonly tenant: string;
  /** Document name. */
  readonly document: string;
  /** What is asked for: 'Signature', 'Initials'. */
  readonly label: string;
  readonly signatory: string;
  /** 'Page 2 of 4', or empty. */
  readonly page: string;
  readonly labels: Readonly<Record<ScreenButton, string>>;
}

export interface TextLine {
  readonly text: string;
  readonly x: number;
  /** Baseline. */
  readonly y: number;
  readonly size: number;
  readonly weight: 'regular' | 'semibold';
  readonly align: 'left' | 'right' | 'center';
  /** Longer text is set smaller, down to `smallest`, and then ends in an ellipsis. */
  readonly maxWidth: number;
  readonly smallest: number;
}
export interface SignScreen {
  readonly width: number;
  readonly height: number;
  /** Where ink is asked for and shown. */
  readonly ink: Rectangle;
  /** The line to write on. */
  readonly baseline: { readonly x: number; readonly y: number; readonly width: number };
  readonly buttons: Readonly<Record<ScreenButton, Rectangle>>;
  readonly buttonSize: number;
  readonly labels: Readonly<Record<ScreenButton, string>>;
  readonly lines: readonly TextLine[];
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** A screen this flat has no height to give away for rows of text and buttons (STU-300: 396x100). */
const isFlat = (size: Size): boolean => size.width >= size.height * 3;

export function signScreen(size: Size, content: SignScreenContent): SignScreen {
  return isFlat(size) ? flatScreen(size, content) : tallScreen(size, content);
}

function tallScreen({ width, height }: Size, content: SignScreenContent): SignScreen {
  const margin = Math.round(width * 0.025);
  const small = Math.max(13, Math.round(height * 0.05));
  const large = Math.max(16, Math.round(height * 0.07));
  const buttonHeight = Math.max(40, Math.round(height * 0.17));
  const buttonWidth = Math.round(width * 0.25);
  const buttonTop = height - margin - buttonHeight;
  const left = (share: number): number => Math.round((width - 2 * margin - buttonWidth) * share) + margin;
  const button = (share: number): Rectangle => ({
    x: left(share),
    y: buttonTop,
    width: buttonWidth,
    height: buttonHeight,
  });
  const head = headLines({ width, height }, content, margin, small, large);
  const inkTop = head.bottom + Math.round(small * 0.6);
  const ink = {
    x: margin,
    y: inkTop,
    width: width - 2 * margin,
    height: buttonTop - margin - inkTop,
  };
  return {
    width,
    height,
    ink,
    baseline: baselineOf(ink, Math.round(margin * 1.5)),
    buttons: { clear: button(0), cancel: button(0.5), ok: button(1) },
    buttonSize: Math.min(large, Math.round(buttonHeight * 0.42)),
    labels: content.labels,
    lines: head.lines,
  };
}

/** From 400 pixels of height the company has a row of its own; below it shares one with the signatory. */
function headLines(
  { width, height }: Size,
  content: SignScreenContent,
  margin: number,
  small: number,
  large: number,
): { readonly lines: readonly TextLine[]; readonly bottom: number } {
  const inner = width - 2 * margin;
  const gap = Math.round(margin / 2);
  const step = Math.round(small * 1.35);
  const row = (y: number, left: string, right: string, share: number): readonly TextLine[] => [
    line(left, margin, y, small, 'left', Math.round(inner * share) - gap),
    line(right, width - margin, y, small, 'right', Math.round(inner * (1 - share)) - gap),
  ];
  if (height >= 400) {
    const top = margin + small;
    const title = top + Math.round(large * 1.25);
    return {
      bottom: title + step,
      lines: [
        ...row(top, content.tenant, content.page, 0.7),
        line(content.document, margin, title, large, 'left', inner, Math.round(large * 0.7)),
        line(asked(content), margin, title + step, small, 'left', inner),
      ],
    };
  }
  const title = margin + large;
  return {
    bottom: title + step,
    lines: [
      line(content.document, margin, title, large, 'left', Math.round(inner * 0.76) - gap, small),
      line(content.page, width - margin, title, small, 'right', Math.round(inner * 0.24) - gap),
      ...row(title + step, asked(content), content.tenant, 0.65),
    ],
  };
}

function flatScreen({ width, height }: Size, content: SignScreenContent): SignScreen {
  const gap = 4;
  const side = Math.round(width * 0.17);
  const top = 26;
  const inner = width - 2 * side - 4 * gap;
  const cancelWidth = 64;
  const ink = { x: side + 2 * gap, y: top + gap, width: inner, height: height - top - gap };
  const textWidth = inner - cancelWidth - 10;
  return {
    width,
    height,
    ink,
    baseline: baselineOf(ink, 6),
    buttons: {
      clear: { x: 0, y: 0, width: side, height },
      ok: { x: width - side, y: 0, width: side, height },
      cancel: { x: width - side - 10 - cancelWidth, y: 0, width: cancelWidth, height: top },
    },
    buttonSize: 14,
    labels: content.labels,
    lines: [
      line(content.document, ink.x, 11, 12, 'left', textWidth),
      line(asked(content), ink.x, 24, 12, 'left', textWidth),
    ],
  };
}

/** Titles and whatever is small are semibold: thin strokes break up in 1 bit a pixel. */
function line(
  text: string,
  x: number,
  y: number,
  size: number,
  align: TextLine['align'],
  maxWidth: number,
  smallest = size,
): TextLine {
  const weight = size <= 20 || smallest !== size ? 'semibold' : 'regular';
  return { text, x, y, size, weight, align, maxWidth, smallest };
}

const asked = (content: SignScreenContent): string =>
  [content.label, content.signatory].filter((part) => part !== '').join(' · ');

function baselineOf(ink: Rectangle, inset: number): SignScreen['baseline'] {
  return { x: ink.x + inset, y: ink.y + Math.round(ink.height * 0.76), width: ink.width - 2 * inset };
}

/** The button under a point, edges included at the upper left only. */
export function hitButton(screen: SignScreen, x: number, y: number): ScreenButton | null {
  const hit = Object.entries(screen.buttons).find(([, box]) => contains(box, x, y));
  return hit ? (hit[0] as ScreenButton) : null;
}

export function contains(box: Rectangle, x: number, y: number): boolean {
  return x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height;
}

/** A screen of words only. */
export interface WordScreen {
  readonly width: number;
  readonly height: number;
  readonly lines: readonly TextLine[];
  /** A short rule under the headline. */
  readonly rule: { readonly x: number; readonly y: number; readonly width: number };
}
export interface IdleContent {
  readonly tenant: string;
  readonly branch: string;
  readonly greeting: string;
}

/** Between ceremonies: the company and its branch, and nothing of anybody. */
export function idleScreen(size: Size, content: IdleContent): WordScreen {
  return words(size, content.tenant, [content.branch, content.greeting]);
}

export interface MessageContent {
  readonly headline: string;
  readonly text: string;
}

export function messageScreen(size: Size, message: MessageContent): WordScreen {
  return words(size, message.headline, [message.text]);
}

function words({ width, height }: Size, headline: string, below: readonly string[]): WordScreen {
  const unit = isFlat({ width, height }) ? height * 1.6 : height;
  const large = Math.round(unit * 0.13);
  const small = Math.max(13, Math.round(unit * 0.075));
  const shown = below.filter((text) => text !== '');
  const total = large + shown.length * small * 1.6;
  const first = Math.round((height - total) / 2 + large * 0.85);
  const maxWidth = Math.round(width * 0.9);
  const centre = Math.round(width / 2);
  const ruleWidth = Math.round(width * 0.12);
  return {
    width,
    height,
    rule: { x: centre - Math.round(ruleWidth / 2), y: first + Math.round(small * 0.55), width: ruleWidth },
    lines: [
      line(headline, centre, first, large, 'center', maxWidth, Math.round(large * 0.55)),
      ...shown.map((text, at) =>
        line(text, centre, first + Math.round(small * (2.0 + at * 1.5)), small, 'center', maxWidth),
      ),
    ],
  };
}

/**
 * The longest beginning of `text` that fits, with an ellipsis when something is missing. Cuts between grapheme
 * clusters, so that no letter loses its accent.
 */
export function fitText(text: string, maxWidth: number, measure: (text: string) => number): string {
  if (measure(text) <= maxWidth) return text;
  const letters = [...new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(text)].map((part) => part.segment);
  let low = 0;
  let high = letters.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (measure(shortened(letters, middle)) <= maxWidth) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? '…' : shortened(letters, low);
}

const shortened = (letters: readonly string[], count: number): string =>
  `${letters.slice(0, count).join('').trimEnd()}…`;
