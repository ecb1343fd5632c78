/**
 * What the kiosk process and the pad host say to each other over the IPC channel of `child_process`. Both ends are of
 * one build; the version catches a host left over from an update.
 */
import type { DeskOfPads, NotDrivenCode } from '../../drivers/found-pad.ts';
import type { ScanProblem } from '../../drivers/find-pads.ts';
import type { BadReport, PadArea, PadDescription, PadErrorCode, PadSample } from '../../drivers/pad.ts';
import type { KeptInk, ScreenButton } from '../../drivers/screen/parts.ts';
import type { SignScreenContent, WaitingContent } from '../../drivers/screen/sign-screen.ts';
import type { GuardContent, IdleContent, MessageContent } from '../../drivers/screen/word-screens.ts';
import type { SerialPadSetting } from '../../drivers/serial/serial-pads.ts';
import type { SimulatedPen } from '../../drivers/simulated/pen-pace.ts';
import type { SimulatedPadName } from '../../drivers/simulated/simulated-pads.ts';
import type { Result } from '../../signing/result.ts';

export const padHostProtocol = 3;

export type PadState = 'ready' | 'busy' | 'unplugged' | 'failed';
/** Why a pad is failed, for a technician: see `drivers/README.md`. */
export type PadProblem = ScanProblem | 'not-answering';
export interface PadListing {
  readonly description: PadDescription;
  readonly state: PadState;
  readonly simulated: boolean;
  readonly problem: PadProblem | null;
  /** Why a model that is recognised is not driven; null for every other. */
  readonly notDriven: NotDrivenCode | null;
  /** Share of a picture that has been sent to its screen, 0 to 1; null when none is on its way, or it is up at once. */
  readonly drawing: number | null;
}

/** A screen of a ceremony on which nothing is signed. It keeps the pad, and its idle screen away, until it is let go. */
export type HeldScreen =
  | { readonly kind: 'message'; readonly content: MessageContent }
  /** While the customer is identified: the frame that is signed in soon. */
  | { readonly kind: 'waiting'; readonly content: WaitingContent }
  /** The wrong-pad guard. */
  | { readonly kind: 'word'; readonly content: GuardContent };

export interface PadCaptureOptions {
  /** Strokes taken before the pad was lost: drawn on its screen again, until the signatory clears. */
  readonly kept?: KeptInk;
  /** For pads without a screen of their own: the part of the surface to sign on, 0 to 1 each way. All of it if absent. */
  readonly area?: PadArea;
}

export interface PadCaptureStarted {
  readonly description: PadDescription;
  /** Area the signatory was shown to sign in, pad units. */
  readonly area: PadArea;
}
/**
 * After 'clear' the host redraws the pad by itself and the samples that follow are a new attempt. After 'ok' and
 * 'cancel' nothing more is taken until a new `startCapture`: what was shown when OK was pressed is what is sealed.
 */
export type PadCaptureEvent =
  | {
      readonly type: 'samples';
      readonly samples: readonly PadSample[];
      /** Reports missing before or among these, by the pad's numbering. Presses on buttons are no losses. */
      readonly lost: number;
    }
  | { readonly type: 'bad-report'; readonly reason: BadReport }
  | { readonly type: 'button'; readonly button: ScreenButton }
  | { readonly type: 'lost'; readonly reason: 'unplugged' | 'failed' | 'asked' };

export interface PadHostOptions extends DeskOfPads {
  /** Pads to simulate, beside real ones; a second of one model is a pad of its own. */
  readonly simulated: readonly SimulatedPadName[];
  /** Pads on serial lines, which nothing but the configuration tells of. */
  readonly serial?: readonly SerialPadSetting[];
  /** Puts up a simulated STU-530 while no real pad is found. */
  readonly demoIfNone: boolean;
}

export interface PadButton {
  readonly name: ScreenButton;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Requests by name: what is asked, what is answered. */
export interface PadOperations {
  'show-idle': { ask: { readonly pad: string; readonly content: IdleContent }; answer: null };
  show: { ask: { readonly pad: string; readonly held: HeldScreen }; answer: null };
  'start-capture': {
    ask: {
      readonly pad: string;
      readonly capture: number;
      readonly screen: SignScreenContent;
      readonly options: PadCaptureOptions;
    };
    answer: Result<PadCaptureStarted, PadErrorCode>;
  };
  'stop-capture': { ask: { readonly pad: string }; answer: null };
  'simulated-screen': { ask: null; answer: Uint8Array };
  'simulated-buttons': { ask: null; answer: readonly PadButton[] };
  'simulated-pen': { ask: { readonly samples: readonly SimulatedPen[]; readonly fast: boolean }; answer: null };
  'simulated-press': { ask: ScreenButton; answer: null };
  'simulated-plug': { ask: boolean; answer: null };
  close: { ask: null; answer: null };
}
export type PadOperation = keyof PadOperations;

export type ToPadHost =
  | { readonly type: 'start'; readonly version: number; readonly options: PadHostOptions }
  | { readonly type: 'ask'; readonly id: number; readonly operation: PadOperation; readonly ask: unknown }
  | { readonly type: 'ping' };
export type FromPadHost =
  | { readonly type: 'hello'; readonly version: number }
  | { readonly type: 'pads'; readonly pads: readonly PadListing[] }
  | { readonly type: 'capture'; readonly capture: number; readonly events: readonly PadCaptureEvent[] }
  | { readonly type: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly type: 'refused'; readonly id: number; readonly code: PadErrorCode; readonly message: string }
  | { readonly type: 'pong' };
