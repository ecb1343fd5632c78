/**
 * The screens of a pad while something is signed, in pixels. Pure: drawing is in `render.ts`. Waiting and signing have
 * one frame, so that between them only the head and the row of buttons are drawn anew, never the paper.
 */
import { flatFrame } from './flat-frame.ts';
import type { FrameScreen } from './frame.ts';
import { contains, isFlat } from './parts.ts';
import type { KeptInk, Rectangle, ScreenButton, ScreenSize } from './parts.ts';
import { tallFrame } from './tall-frame.ts';

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
  /** What the signatory must know before going on ('The unfinished stroke was not taken'): stands in the company's place. */
  readonly note?: string;
}
/** While the clerk looks at the identity document: what is signed soon, as far as it is known. Nothing to press. */
export interface WaitingContent {
  readonly tenant: string;
  readonly document: string;
  /** Of the first box, with who signs it; empty while not known. */
  readonly label: string;
  readonly signatory: string;
  readonly page: string;
  /** 'One moment, please'. */
  readonly notice: string;
}

export interface SignScreen extends FrameScreen {
  readonly width: number;
  readonly height: number;
  readonly buttons: Readonly<Record<ScreenButton, Rectangle>>;
  /** The size all three labels share at most. */
  readonly buttonSize: number;
  readonly labels: Readonly<Record<ScreenButton, string>>;
  readonly kept: KeptInk | null;
}
export interface WaitingScreen extends FrameScreen {
  readonly width: number;
  readonly height: number;
}

export function signScreen(size: ScreenSize, content: SignScreenContent, kept?: KeptInk): SignScreen {
  const frame = frameOf(size)(size, content);
  return {
    ...frame.shared,
    width: size.width,
    height: size.height,
    buttons: frame.buttons,
    buttonSize: frame.buttonSize,
    labels: content.labels,
    kept: kept ?? null,
  };
}

export function waitingScreen(size: ScreenSize, content: WaitingContent): WaitingScreen {
  const { shared, notice } = frameOf(size)(size, content);
  const texts = [...shared.texts.filter(({ box }) => box !== notice.box), { ...notice, text: content.notice }];
  return { ...shared, texts, width: size.width, height: size.height };
}

const frameOf = (size: ScreenSize): typeof tallFrame => (isFlat(size) ? flatFrame : tallFrame);

/** The button under a point, edges included at the upper left only. */
export function hitButton(screen: SignScreen, x: number, y: number): ScreenButton | null {
  const hit = Object.entries(screen.buttons).find(([, box]) => contains(box, x, y));
  return hit ? (hit[0] as ScreenButton) : null;
}
