/** What guest and machine tell each other over the virtio port, one JSON object a line. */
import type { DrillResult } from '../drill.ts';

export type FromGuest =
  | { readonly type: 'result'; readonly result: DrillResult }
  | { readonly type: 'ask'; readonly id: number; readonly ask: Ask };

export type Ask =
  | { readonly kind: 'qmp'; readonly command: string; readonly args: object }
  | { readonly kind: 'serial'; readonly act: 'plug-in' | 'unplug' | 'read' }
  | { readonly kind: 'serial'; readonly act: 'write'; readonly bytes: string }
  | { readonly kind: 'demo-tenant' };

/** `value` of a serial read is base64. */
export type Answer =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly problem: string };

export const PORT_NAME = 'countersign.lab';
