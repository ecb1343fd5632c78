/** Lines of JSON between a virtual pad's process and whoever runs it: orders one way, answers and news the other. */
import type { Fault } from './faults.ts';
import type { PenMoment } from './pad-core.ts';
import type { PadCounts } from './virtual-pad.ts';
import type { VirtualName } from './virtual-models.ts';

export type Cable =
  /** Into this machine's kernel as a USB device; the first free port, where none is named. */
  | { readonly road: 'vhci'; readonly port?: number }
  /** Into this machine's kernel as a HID device without USB. */
  | { readonly road: 'uhid' }
  /** For Debian's `usbip attach`. Port 0 takes any free one. */
  | { readonly road: 'serve'; readonly port: number };

export interface PadOrders {
  /** Answers with the port of the controller, or that of the server. */
  plug: { ask: { readonly cable: Cable }; answer: { readonly port: number | null } };
  unplug: { ask: null; answer: null };
  /** Moves the pen in real time; answers when the last moment has passed, with how many reports went out. */
  pen: { ask: { readonly moments: readonly PenMoment[] }; answer: { readonly sent: number } };
  /** A report that the pad would not send by itself, in hex. */
  send: { ask: { readonly report: string }; answer: null };
  fault: { ask: Fault; answer: null };
  calm: { ask: null; answer: null };
  counts: { ask: null; answer: PadCounts & { readonly delivered: number | null; readonly unread: number | null } };
  /** When each pen report was sent, monotonic microseconds. */
  times: { ask: null; answer: readonly number[] };
  /** What the pad's own screen shows: RGBA in base64, null without a screen. */
  screen: {
    ask: null;
    answer: { readonly width: number; readonly height: number; readonly rgba: string } | null;
  };
  end: { ask: null; answer: null };
}
export type PadOrder = keyof PadOrders;

export type ToPad = {
  [K in PadOrder]: { readonly id: number; readonly order: K; readonly ask: PadOrders[K]['ask'] };
}[PadOrder];
export type FromPad =
  | { readonly type: 'ready' }
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly type: 'refused'; readonly id: number; readonly problem: string }
  /** The cable came out: by order, by a fault, or because the other side let go. */
  | { readonly type: 'unplugged' };

export interface PadSetup {
  readonly model: VirtualName;
  readonly serial: string | null;
}
