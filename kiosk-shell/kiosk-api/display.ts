/** The customer’s screen. */
import type { PlacementBox, PlacementKind } from '../../signing/documents/placement.ts';
import type { CaptureView } from './capture.ts';

/** What the customer's screen shows; nothing of anyone else. */
export type DisplayView =
  | { readonly kind: 'idle'; readonly tenant: string; readonly branch: string }
  | { readonly kind: 'hold'; readonly tenant: string; readonly message: 'identity' | 'pad' | 'next' }
  | {
      readonly kind: 'review';
      readonly ceremony: string;
      readonly tenant: string;
      readonly documents: readonly DisplayDocument[];
      readonly pagesSeen: Readonly<Record<string, readonly number[]>>;
      readonly pointer: { readonly document: string; readonly page: number } | null;
    }
  | {
      readonly kind: 'consent';
      readonly ceremony: string;
      readonly tenant: string;
      readonly noticeVersion: string;
      readonly keyHolder: string;
      /** False: the movement of the pen cannot be sealed now, so only the picture is asked for. */
      readonly recordable: boolean;
    }
  | {
      readonly kind: 'capture';
      readonly ceremony: string;
      readonly tenant: string;
      readonly document: DisplayDocument;
      readonly capture: CaptureView;
      readonly biometric: boolean;
    }
  | {
      readonly kind: 'done';
      readonly ceremony: string;
      readonly tenant: string;
      readonly documents: readonly DisplayDocument[];
      readonly shortCode: string;
      readonly biometric: boolean;
    }
  | { readonly kind: 'declined'; readonly tenant: string };

export interface DisplayDocument {
  readonly id: string;
  readonly name: string;
  readonly digest: string;
  readonly pages: number;
  readonly boxes: readonly {
    readonly page: number;
    readonly box: PlacementBox;
    readonly label: string;
    readonly kind: PlacementKind;
  }[];
}
