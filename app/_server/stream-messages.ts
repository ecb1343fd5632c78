import type { CounterStatus } from '../../kiosk-shell/kiosk-api/counter.ts';
import type { DisplayView } from '../../kiosk-shell/kiosk-api/display.ts';
import type { TransactionDetail } from '../../kiosk-shell/kiosk-api/transaction.ts';

/** Ink as it is written: polylines to draw as they are, in 0..1 of the capture area. A continued stroke repeats its last point. */
export type InkStrokes = readonly (readonly (readonly [number, number])[])[];

/** To staff screens. Full views, so that a screen that missed some is right again after the next one. */
export type StaffMessage =
  /** First on every connection: what was missed is unknown, lists are read again. */
  | {
      readonly type: 'hello';
      readonly counter: CounterStatus;
      readonly displays: number;
      readonly shows: DisplayView['kind'];
    }
  | { readonly type: 'counter'; readonly counter: CounterStatus }
  /** Customer's screens that are open now. */
  | { readonly type: 'displays'; readonly displays: number }
  /** Which screen the customer has before them; nothing of its contents. */
  | { readonly type: 'shows'; readonly shows: DisplayView['kind'] }
  | { readonly type: 'transactions' }
  | { readonly type: 'transaction'; readonly detail: TransactionDetail }
  | {
      readonly type: 'live';
      readonly ceremony: string;
      readonly placement: string;
      readonly strokes: InkStrokes;
      readonly reset: boolean;
    }
  | { readonly type: 'signed-out' };

/** To the customer's screen. Live ink only of a pad that shows none of it. */
export type DisplayMessage =
  | { readonly type: 'view'; readonly view: DisplayView }
  | { readonly type: 'live'; readonly strokes: InkStrokes; readonly reset: boolean }
  | { readonly type: 'signed-out' };
